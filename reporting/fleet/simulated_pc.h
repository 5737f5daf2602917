// One PC that does not exist, and what its agent would have reported at any time of its story: at first as many offices
// are, then, sooner or later, as the dispatch asks; now and then a relapse.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

struct SimulatedPc {
    std::int64_t number = 0;
    std::string host_name;  ///< "MP-BACHDAN-0007"; MP: mô phỏng, simulated
    std::size_t unit = 0;   ///< in simulated_units()
    bool silent = false;    ///< reports no more since some weeks, and holds no connection
    bool off = false;       ///< reports, but is not switched on now: a scan finds it offline
};

SimulatedPc make_simulated_pc(std::int64_t number);

/// When the PC's `month`-th report of `months` was taken, the newest within the day before `now`; that of a silent PC
/// some weeks before.
Instant simulated_report_time(const SimulatedPc& pc, int month, int months, Instant now);

/// What the PC is like at this time. `began` is where its story begins: the same one always, also after a restart.
Facts simulated_facts(const SimulatedPc& pc, Instant began, Instant at, const std::string& agent_version);

}  // namespace wardwatch

// All facts of one run. A report is stored, sent and kept unchanged.
#pragma once

#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

struct Report {
    std::string report_id;      ///< UUID, unique per device
    std::string device_id;      ///< UUID that the agent made once for this PC; the centre's certificate is bound to it
    std::string agent_version;  ///< "0.1.0"
    std::string trigger;        ///< why it ran: "schedule", "startup", "manual", "centre"
    Instant taken_at;           ///< the PC's clock, UTC, when the run began
    Facts facts;                ///< ordered by (id, instance)
    bool operator==(const Report&) const = default;
};

}  // namespace wardwatch

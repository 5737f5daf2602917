// What a fleet measured, and how it is told.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reporting/fleet/latency_histogram.h"

namespace wardwatch {

enum class Exchange : std::uint8_t { connection, enrolment, poll, heartbeat, report, news };
inline constexpr std::array<const char*, 6> exchange_names{"connection", "enrolment", "poll",
                                                           "heartbeat",  "report",    "news"};

/// One kind of exchange, as far as it fell into the measured time. A latency begins when the exchange was due, not when
/// there was time for it: a centre that stalls is not spared the requests that would have come meanwhile.
struct ExchangeResult {
    LatencyHistogram latency;   ///< of those that were answered with 2xx
    std::uint64_t refused = 0;  ///< other answers
    std::uint64_t resumed = 0;  ///< connections: with the TLS session of an earlier one
};

/// A server's processes at one moment, taken together. 0 for those that are gone.
struct ProcessFigures {
    double processor_seconds = 0;
    std::int64_t private_kib = 0;  ///< memory that no file stands behind (RssAnon)
};
ProcessFigures figures_of(const std::vector<pid_t>& processes);

struct FleetResult {
    std::uint64_t seed = 0;
    std::size_t pcs = 0;
    std::size_t connected = 0;              ///< at the end of the measured time
    std::chrono::duration<double> ramp{0};  ///< from the first connection until all were there
    std::chrono::duration<double> measured{0};
    std::array<ExchangeResult, exchange_names.size()> exchanges;
    std::map<std::string, std::uint64_t> problems;  ///< what broke or was refused, and how often, at any time
    std::uint64_t slow = 0, dead = 0, skewed = 0;   ///< PCs
    std::chrono::duration<double> back{0};          ///< from a power cut until all were connected again
    std::uint64_t acknowledged = 0;                 ///< reports, each counted once
    std::uint64_t unsent = 0;                       ///< reports of living PCs, not acknowledged until the end
    bool verified = false;                          ///< each acknowledged report was sent again:
    std::uint64_t known = 0, lost = 0, different = 0;
    ProcessFigures watched_idle, watched_began, watched_ended;
    std::int64_t own_private_kib = 0;

    ExchangeResult& of(Exchange kind) { return exchanges[static_cast<std::size_t>(kind)]; }
    const ExchangeResult& of(Exchange kind) const { return exchanges[static_cast<std::size_t>(kind)]; }
};

/// Lines for people.
std::string table_of(const FleetResult& result);
nlohmann::json to_json(const FleetResult& result);

}  // namespace wardwatch

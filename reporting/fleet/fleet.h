// Simulated PCs that speak to a centre as real ones do: enrolment, reports, long polls, scans, over the agent's own
// client library.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

struct FleetOptions {
    std::string url;
    std::string ca_sha256;
    std::filesystem::path state;
    std::string agent_version;  ///< "0.1.0-simulated"
    std::int64_t count = 0;
    int months = 12;  ///< of history, a report each; at least 1
    int workers = 4;
    std::string token;                          ///< for all PCs, or:
    std::map<std::string, std::string> tokens;  ///< by the path of the unit
    std::chrono::milliseconds scan_time{2000};  ///< how long a scan takes a PC
    bool all_connected = false;                 ///< nobody is silent or switched off
    std::function<void(const std::string& line)> say;
};

/// Enrols the PCs that are not enrolled yet and sends their reports, oldest first. What was done before is not done
/// again. Throws what the client throws.
void prepare_fleet(const FleetOptions& options, Instant now);

/// Holds the connections of all PCs that are switched on and answers what the centre asks of them. Says "told <host
/// name> <milliseconds since 1970>" when a PC is told of a scan. Returns never.
[[noreturn]] void run_fleet(const FleetOptions& options);

}  // namespace wardwatch

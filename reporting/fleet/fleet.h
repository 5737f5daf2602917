// Simulated PCs that speak to a centre as real ones do: enrolment, reports, heartbeats, long polls, scans, each over
// one kept connection. One thread serves all PCs of a process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/fleet/fleet_result.h"

namespace wardwatch {

struct FleetOptions {
    std::string url;
    std::string ca_sha256;
    std::filesystem::path state;
    std::string agent_version;  ///< "0.1.0-simulated"
    std::int64_t count = 0;
    int months = 12;                            ///< of history, a report each; 0: enrol only
    int workers = 4;                            ///< PCs that are prepared at a time
    std::string token;                          ///< for all PCs, or:
    std::map<std::string, std::string> tokens;  ///< by the path of the unit
    std::chrono::milliseconds scan_time{2000};  ///< how long a scan takes a PC
    bool all_connected = false;                 ///< nobody is silent or switched off
    std::chrono::seconds connect_within{0};     ///< `run`; 0: at 100 a second
    std::chrono::seconds longest_poll{0};       ///< 0: as long as the centre offers
    // Of `run` and `load`, so that several processes share a state:
    std::int64_t first = 0;  ///< the PCs from this number on,
    std::int64_t pcs = 0;    ///< so many; 0: all that are prepared. `load` lets more than those share certificates
    std::uint64_t seed = 0;  ///< of what happens when, and of the reports' ids
    std::function<void(const std::string& line)> say;
};

/// Each PC begins the next one as soon as the one before was answered.
enum class BackToBack { nothing, polls, heartbeats, reports, connections, handshakes };

struct LoadOptions {
    std::chrono::seconds ramp{5};  ///< in which they connect
    std::chrono::seconds measured{10};
    BackToBack back_to_back = BackToBack::nothing;
    bool polls = false;           ///< each waits for commands
    double heartbeats = 0;        ///< a second, of all PCs together, at random times
    double reports = 0;           ///< the same
    int changed_percent = 0;      ///< of the heartbeats, instead of which facts have changed and a report is sent
    bool report_first = false;    ///< each PC sends one when it has connected
    bool resume = false;          ///< TLS sessions
    bool no_certificate = false;  ///< PCs show none: for handshakes that are measured alone
    int slow_percent = 0;         ///< of the PCs have a slow link
    int slow_bytes = 2000;        ///< a second, either way
    int dead_percent = 0;         ///< fall silent in the middle of a report, and never close their connection
    int skewed_percent = 0;       ///< have a wrong clock: by days, or by years where the battery is empty
    std::optional<std::chrono::seconds> power_cut;  ///< into the measured time: all are cut off, and come back
    std::chrono::seconds back_within{5};            ///< each at its own moment within this time
    bool verify = false;                            ///< at the end each acknowledged report is sent again
    std::vector<pid_t> watch;                       ///< processes whose processor time and memory are measured
    std::filesystem::path acknowledged;             ///< file for "device id, tab, report id" of each; or empty
};

/// Enrols the PCs that are not enrolled yet and sends their reports, oldest first. What was done before is not done
/// again. Throws std::runtime_error with the centre's words when it refuses one, and what the client throws.
FleetResult prepare_fleet(const FleetOptions& options, Instant now);

/// Holds the connections of all PCs that are switched on and answers what the centre asks of them. Says "told <host
/// name> <milliseconds since 1970>" when a PC is told of a scan. Returns never.
[[noreturn]] void run_fleet(const FleetOptions& options);

/// Says "measuring" when all PCs are connected, or half a minute after the ramp. Whether all went well is for the
/// caller to see in the result.
FleetResult load_fleet(const FleetOptions& options, const LoadOptions& load);

}  // namespace wardwatch

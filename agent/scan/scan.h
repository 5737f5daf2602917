// One run of the collectors, as a report.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/scan/wmi_memory.h"
#include "collectors/core/report.h"
#include "collectors/core/run.h"

namespace wardwatch {

struct ScanRequest {
    std::string report_id;
    std::string device_id;
    std::string trigger;
    Instant now;
    std::vector<std::string> official_hosts;
    std::vector<std::string> disabled_collectors = {};  ///< switched off by the settings
    Facts previous = {};                                ///< of the newest stored report; empty when there is none
    std::vector<NotAsked> not_asked = {};               ///< by the journal of scans
    std::optional<Instant> previous_at = {};            ///< when a scan found `previous` last
    std::shared_ptr<KnownHives> known_hives = {};       ///< the scan adds what it sees; empty: nobody keeps it
    /// WMI classes of which nothing new was told: what the memory knows of them stands.
    std::vector<std::string> standing_classes = {};
    /// Ends the low priority of the thread that scans; empty where it has the usual one.
    std::function<void()> usual_priority = {};
};

/// Runs the collectors here and now. One that ran into its limit while its thread gave way to everybody is asked once
/// more with the usual priority: a busy disk does not make a PC unknown.
Report take_report(std::span<const Collector> collectors, const Machine& machine, const ScanRequest& request,
                   const Progress& progress = {});

/// The same, with WMI's answers from `memory` where they stand.
Report take_report(std::span<const Collector> collectors, const Machine& machine, const ScanRequest& request,
                   const Progress& progress, WmiMemory& memory);

/// The hosts of the built-in policy and those of the settings.
std::vector<std::string> official_hosts(const std::vector<std::string>& from_settings);

/// How the agent's loop gets a report; tests give their own.
using TakeReport = std::function<Report(const ScanRequest&, const Progress&)>;

/// All collectors on this PC.
Report scan_this_pc(const ScanRequest& request, const Progress& progress = {});

/// The same again and again, with one memory for all of them.
TakeReport scans_of_this_pc();

/// A scan on its own thread. A call into the operating system may hang, so nobody waits for that thread: it shares
/// nothing with the loop but this object, and ends with the process when it does not end before.
class BackgroundScan {
public:
    /// `progress`, and `done` when the report is there, are called on the thread; they must stay callable for as long
    /// as it may live.
    static std::shared_ptr<BackgroundScan> start(TakeReport take, ScanRequest request, Progress progress,
                                                 std::function<void()> done);

    /// The report, once; empty while the scan runs. What it threw (out of memory, …) is thrown here.
    std::optional<Report> result();

private:
    std::mutex mutex_;
    std::optional<Report> report_;
    std::exception_ptr error_;
};

}  // namespace wardwatch

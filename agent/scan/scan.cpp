// One run of the collectors, here or on a thread of its own.
#include "agent/scan/scan.h"

#include <utility>

#include "agent/system/process.h"
#include "collectors/core/background_thread.h"
#include "collectors/machine/real_machine.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

Report take_report(std::span<const Collector> collectors, const Machine& machine, const ScanRequest& request,
                   const Progress& progress) {
    ScanOptions options;
    options.now = request.now;
    options.official_hosts = request.official_hosts;
    options.not_asked = request.not_asked;
    for (const std::string& name : request.disabled_collectors)
        options.not_asked.insert(options.not_asked.begin(), {name, "switched off by the settings", "settings"});
    options.previous = request.previous;
    Facts facts = run(collectors, machine, options, progress);
    return {request.report_id, request.device_id, WARDWATCH_VERSION, request.trigger, request.now, std::move(facts)};
}

std::vector<std::string> official_hosts(const std::vector<std::string>& from_settings) {
    std::vector<std::string> hosts = baseline().official_hosts;
    hosts.insert(hosts.end(), from_settings.begin(), from_settings.end());
    return hosts;
}

Report scan_this_pc(const ScanRequest& request, const Progress& progress) {
    const std::unique_ptr<MachineOwner> owner = real_machine();
    return take_report(catalog(), owner->machine(), request, progress);
}

std::shared_ptr<BackgroundScan> BackgroundScan::start(TakeReport take, ScanRequest request, Progress progress,
                                                      std::function<void()> done) {
    auto scan = std::make_shared<BackgroundScan>();
    start_background_thread([scan, take = std::move(take), request = std::move(request), progress = std::move(progress),
                             done = std::move(done)] {
        lower_thread_priority();
        std::optional<Report> report;
        std::exception_ptr error;
        try {
            report = take(request, progress);
        } catch (...) {
            error = std::current_exception();
        }
        {
            const std::lock_guard lock(scan->mutex_);
            scan->report_ = std::move(report);
            scan->error_ = error;
        }
        done();
    });
    return scan;
}

std::optional<Report> BackgroundScan::result() {
    const std::lock_guard lock(mutex_);
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return std::exchange(report_, std::nullopt);
}

}  // namespace wardwatch

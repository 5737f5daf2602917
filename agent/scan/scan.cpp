// One run of the collectors, here or on a thread of its own.
#include "agent/scan/scan.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "agent/system/process.h"
#include "collectors/core/background_thread.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/real_machine.h"
#include "embedded/reasons.h"
#include "reporting/policy/policy.h"

namespace wardwatch {
namespace {

// By TimedFiles (collectors/credential_stores/timed_files.h).
bool was_cut_short(const Fact& fact) {
    const Unknown* unknown = std::get_if<Unknown>(&fact.value);
    return unknown != nullptr && unknown->reason.code == reasons::user_out_of_time(0).code;
}

bool is_of(const Fact& fact, std::string_view collector) {
    return fact.id == collector || fact.id.starts_with(std::string(collector) + ".");
}

void ask_again(std::span<const Collector> collectors, std::size_t position, const Machine& machine,
               const ScanOptions& options, const Progress& progress, Facts& facts) {
    const auto here = [&](std::string_view name, std::size_t, std::size_t) {
        if (progress) progress(name, position, collectors.size());
    };
    Facts again = run(collectors.subspan(position, 1), machine, options, here);
    std::erase_if(facts, [&](const Fact& fact) { return is_of(fact, collectors[position].name); });
    facts.insert(facts.end(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
}

void retry_what_was_cut_short(std::span<const Collector> collectors, const Machine& machine, const ScanOptions& options,
                              const ScanRequest& request, const Progress& progress, Facts& facts) {
    if (!request.usual_priority || std::ranges::none_of(facts, was_cut_short)) return;
    request.usual_priority();
    for (std::size_t position = 0; position < collectors.size(); ++position) {
        const bool cut_short = std::ranges::any_of(
            facts, [&](const Fact& fact) { return is_of(fact, collectors[position].name) && was_cut_short(fact); });
        if (cut_short) ask_again(collectors, position, machine, options, progress, facts);
    }
    std::ranges::stable_sort(facts, {}, [](const Fact& fact) { return std::tie(fact.id, fact.instance); });
}

}  // namespace

Report take_report(std::span<const Collector> collectors, const Machine& machine, const ScanRequest& request,
                   const Progress& progress) {
    ScanOptions options;
    options.now = request.now;
    options.official_hosts = request.official_hosts;
    options.not_asked = request.not_asked;
    for (const std::string& name : request.disabled_collectors)
        options.not_asked.insert(options.not_asked.begin(), {name, reasons::switched_off(), "settings"});
    options.previous = request.previous;
    options.previous_at = request.previous_at;
    options.known_hives = request.known_hives;
    Facts facts = run(collectors, machine, options, progress);
    retry_what_was_cut_short(collectors, machine, options, request, progress, facts);
    return {request.report_id, request.device_id, WARDWATCH_VERSION, request.trigger, request.now, std::move(facts)};
}

Report take_report(std::span<const Collector> collectors, const Machine& machine, const ScanRequest& request,
                   const Progress& progress, WmiMemory& memory) {
    const RememberingWmi wmi(machine.wmi, memory, request.standing_classes);
    const Machine remembering{machine.host,     machine.registry,      machine.security_center, wmi,
                              machine.accounts, machine.user_profiles, machine.files,           machine.services};
    return take_report(collectors, remembering, request, progress);
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

TakeReport scans_of_this_pc() {
    return [memory = std::make_shared<WmiMemory>()](const ScanRequest& request, const Progress& progress) {
        const std::unique_ptr<MachineOwner> owner = real_machine();
        return take_report(catalog(), owner->machine(), request, progress, *memory);
    };
}

std::shared_ptr<BackgroundScan> BackgroundScan::start(TakeReport take, ScanRequest request, Progress progress,
                                                      std::function<void()> done) {
    auto scan = std::make_shared<BackgroundScan>();
    request.usual_priority = restore_thread_priority;
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

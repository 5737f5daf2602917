// The loop's scans: when one is due, and what becomes of its report.
#include <utility>

#include "agent/agent.h"
#include "agent/agent_events.h"
#include "agent/delivery.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

void Agent::scan_when_due() {
    if (scan_) take_result();
    if (pending_) store_pending();
    if (scan_ || pending_) return;
    const SteadyTime steady = ports_.steady();
    const Instant now = ports_.now();
    const bool slept = last_scan_ && overslept(*last_scan_, now, settings_.scan_interval);
    const std::optional<std::string> wanted = ports_.requests->wanted();
    if (!wanted && steady < next_scan_ && !slept) return;
    ScanRequest request{ports_.new_uuid(),
                        identity_.make_device_id(ports_.new_uuid),
                        wanted.value_or(next_trigger_),
                        now,
                        settings_.official_hosts,
                        settings_.disabled_collectors,
                        newest_facts(*store_)};
    next_trigger_ = "schedule";
    last_scan_ = now;
    scan_began_ = steady;
    next_scan_ = steady + jittered(settings_.scan_interval, ports_.random());
    store_->note("scan_started_at", format_instant(now));
    scan_number_ = ports_.requests->begin(request.trigger);
    const auto progress = [requests = ports_.requests, number = scan_number_](std::string_view name,
                                                                              std::size_t position, std::size_t count) {
        requests->progress(number, name, position, count);
    };
    scan_ = BackgroundScan::start(ports_.take_report, std::move(request), progress, ports_.wake);
}

void Agent::take_result() {
    try {
        pending_ = scan_->result();
        if (!pending_) return;
        scan_took_ = std::chrono::ceil<std::chrono::milliseconds>(ports_.steady() - scan_began_);
    } catch (const std::exception& error) {
        ports_.log->error("the scan failed: {}", error.what());
        ports_.requests->failed(scan_number_, error.what());
    }
    scan_.reset();
}

void Agent::store_pending() {
    const Instant now = ports_.now();
    const std::vector<Verdict> verdicts = keep_report(*store_, *pending_, scan_took_, now);
    const std::string_view verdict = name_of(overall(baseline(), verdicts));
    last_result_ = {pending_->taken_at, scan_took_, pending_->trigger, pending_->report_id, std::string(verdict)};
    ports_.log->info("scan ({}): {} facts, verdict {}, {} reports to send", pending_->trigger, pending_->facts.size(),
                     verdict, store_->depth());
    ports_.event(Event::scanned, scan_event_texts(*pending_, verdicts, verdict));
    ports_.requests->done(scan_number_, pending_->report_id, std::string(verdict));
    pending_.reset();
}

}  // namespace wardwatch

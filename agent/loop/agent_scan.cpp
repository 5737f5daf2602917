// The loop's scans: when one is due, and what becomes of its report.
#include <algorithm>
#include <utility>

#include "agent/loop/agent.h"
#include "agent/loop/agent_events.h"
#include "agent/loop/delivery.h"
#include "agent/loop/hive_memory.h"
#include "reporting/policy/judge.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr const char* change_trigger = "change";

// Nobody asked for these, so nobody waits for a report of theirs.
bool reports_only_news(std::string_view trigger) {
    return trigger == change_trigger || trigger == "schedule" || trigger == "startup";
}

// Of a change these answers stand until there is news of them: activation (no notification tells of it; the schedule
// asks again), and Defender's class unless the antivirus or a policy changed.
std::vector<std::string> standing_classes(std::string_view trigger, const std::set<ChangeKind>& changed) {
    if (trigger != change_trigger) return {};
    std::vector<std::string> classes{"SoftwareLicensingProduct"};
    const bool of_defender = changed.contains(ChangeKind::antivirus) || changed.contains(ChangeKind::policies);
    if (!of_defender) classes.emplace_back("MSFT_MpComputerStatus");
    return classes;
}

bool was_refused(Store& store, const std::string& report_id) {
    const std::vector<RefusedReport> refused = store.refused();
    return std::ranges::find(refused, report_id, &RefusedReport::report_id) != refused.end();
}

}  // namespace

void Agent::note_changes() {
    for (const ChangeKind kind : ports_.changes->take()) {
        ports_.log->debug("a change was noticed: {}", name_of(kind));
        changes_.changed(ports_.steady());
        changed_.insert(kind);
    }
}

// The first scan sees what changed before it; its spread over the start holds.
std::optional<SteadyTime> Agent::change_due() const {
    if (next_trigger_ == "startup") return std::nullopt;
    return changes_.due();
}

// Empty: nothing is due.
std::optional<std::string> Agent::due_trigger() {
    const bool slept = last_scan_ && overslept(*last_scan_, ports_.now(), settings_.scan_interval);
    const std::optional<std::string> wanted = ports_.requests->wanted();
    if (wanted) return wanted;
    if (slept || ports_.steady() >= next_scan_) return next_trigger_;
    const std::optional<SteadyTime> due = change_due();
    if (due && ports_.steady() >= *due) return change_trigger;
    return std::nullopt;
}

void Agent::scan_when_due() {
    note_changes();
    if (scan_) take_result();
    if (pending_) store_pending();
    if (scan_ || pending_) return;
    if (std::optional<std::string> trigger = due_trigger()) begin_scan(std::move(*trigger));
}

std::vector<NotAsked> Agent::not_asked(Instant now) {
    std::vector<NotAsked> checks = ports_.journal->begin(now);
    for (const NotAsked& check : checks) ports_.log->error("{}: {}", check.collector, sentence_of(check.reason));
    return checks;
}

void Agent::begin_scan(std::string trigger) {
    const Instant now = ports_.now();
    ScanRequest request{ports_.new_uuid(),
                        identity_.make_device_id(ports_.new_uuid),
                        "",
                        now,
                        settings_.official_hosts,
                        settings_.disabled_collectors,
                        newest_facts(*store_),
                        not_asked(now),
                        newest_scan_at(*store_),
                        known_hives(*store_)};
    known_hives_ = request.known_hives;
    store_->note("scan_started_at", format_instant(now));
    // After all that may fail or take long: who asked until here has this scan.
    BegunScan begun = ports_.requests->begin(std::move(trigger));
    scan_number_ = begun.number;
    request.trigger = std::move(begun.trigger);
    scan_began_ = ports_.steady();
    changes_.scan_begins(scan_began_);
    request.standing_classes = standing_classes(request.trigger, std::exchange(changed_, {}));
    // A scan for a change is one more: those of the schedule come as they would have come.
    if (request.trigger != change_trigger) {
        next_trigger_ = "schedule";
        last_scan_ = now;
        next_scan_ = scan_began_ + jittered(settings_.scan_interval, ports_.random());
    }
    const auto progress = [requests = ports_.requests, journal = ports_.journal, number = scan_number_](
                              std::string_view name, std::size_t position, std::size_t count) {
        journal->entered(name);
        requests->progress(number, name, position, count);
    };
    scan_ = BackgroundScan::start(ports_.take_report, std::move(request), progress, ports_.wake);
    ports_.changes->look_again();
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
    ports_.journal->ended();
    scan_.reset();
}

// A scan that found the facts of the newest report, which the centre has or will have: that report says it all, and
// heartbeats say that it still holds.
bool Agent::says_nothing_new(const Report& report) {
    const std::optional<NewestReport> newest = store_->newest();
    const bool same = newest && newest->facts_hash == facts_hash(report.facts) &&
                      newest->device_id == report.device_id && !was_refused(*store_, newest->report_id);
    if (report.trigger == change_trigger) changes_.scan_ended(!same, scan_took_);
    return same && reports_only_news(report.trigger);
}

void Agent::store_pending() {
    const Instant now = ports_.now();
    keep_known_hives(*store_, *known_hives_);
    const bool nothing_new = says_nothing_new(*pending_);
    const std::string report_id = nothing_new ? store_->newest()->report_id : pending_->report_id;
    const std::vector<Verdict> verdicts =
        nothing_new ? keep_scan(*store_, *pending_, scan_took_, now) : keep_report(*store_, *pending_, scan_took_, now);
    const std::string_view verdict = name_of(overall(baseline(), verdicts));
    last_result_ = {pending_->taken_at, scan_took_, pending_->trigger, report_id, std::string(verdict)};
    ports_.log->info("scan ({}): {} facts, {}verdict {}, {} reports to send", pending_->trigger, pending_->facts.size(),
                     nothing_new ? "no new ones, " : "", verdict, store_->depth());
    if (!nothing_new || pending_->trigger != change_trigger)
        ports_.event(Event::scanned, scan_event_texts(*pending_, verdicts, verdict));
    ports_.requests->done(scan_number_, report_id, std::string(verdict));
    pending_.reset();
}

}  // namespace wardwatch

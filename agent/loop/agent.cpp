// The loop and its talk with the centre: enrolment, renewal, reports, heartbeats, and what to do when they fail.
#include "agent/loop/agent.h"

#include <algorithm>
#include <utility>

#include "agent/loop/delivery.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

using namespace std::chrono_literals;

// How soon an enrolment by `wardwatch enroll` is noticed while there is nothing better to do.
constexpr Wait enrolment_look = 10s;
constexpr Wait local_retry = 1min;
constexpr Wait renewal_retry = 1h;
// How long the centre may be out of reach before the Event Log says so, and how often it then does.
constexpr std::chrono::hours silence_limit{24};
// How long heartbeats confirm facts that no scan has found again, besides two intervals of the schedule.
constexpr std::chrono::hours proven_for{24};
// The system clock is looked at this often at least, should no event say that the PC woke up.
constexpr Wait longest_wait = 15min;

}  // namespace

Agent::Agent(AgentSettings settings, IdentityFiles identity, AgentPorts ports)
    : settings_(std::move(settings)), identity_(std::move(identity)), ports_(std::move(ports)) {
    const SteadyTime start = ports_.steady();
    started_at_ = ports_.now();
    next_store_attempt_ = start;
    next_scan_ = start + first_wait(settings_.startup_spread, ports_.random());
    next_contact_ = next_scan_;
    next_heartbeat_ = next_scan_ + settings_.heartbeat_interval;
    next_renewal_ = next_scan_;
    next_silence_event_ = start;
}

// A scan may still be running.
Agent::~Agent() { ports_.journal->stopped(); }

Wait Agent::step() {
    work();
    publish_status();
    return until_next();
}

void Agent::work() {
    try {
        if (!store_is_open()) return;
        scan_when_due();
        contact_when_due();
        depth_ = store_->depth();
        show_heartbeat();
        store_failures_ = 0;
    } catch (const StoreDamaged& error) {
        damage_ = error.what();
        store_failed(error);
    } catch (const std::exception& error) {
        store_failed(error);
    }
}

// Or a file beside it: the identity's, for example.
void Agent::store_failed(const std::exception& error) {
    ports_.log->error("{}", error.what());
    if (pending_) ports_.requests->held_up(scan_number_, error.what());
    store_.reset();
    ports_.heartbeats->hide();
    const Wait wait = back_off(++store_failures_, std::nullopt, ports_.random());
    next_store_attempt_ = ports_.steady() + std::max(local_retry, wait);
}

bool Agent::store_is_open() {
    if (store_) return true;
    if (ports_.steady() < next_store_attempt_) return false;
    store_ = ports_.open_store(damage_);
    damage_.clear();
    problem_ = store_->notes()["problem"];
    return true;
}

void Agent::notice_enrolment() {
    std::string certificate = identity_.certificate();
    if (certificate_ == certificate) return;
    const bool at_start = !certificate_.has_value();
    certificate_ = std::move(certificate);
    centre_.reset();
    if (certificate_->empty()) {
        ports_.log->warn("this PC is not enrolled: reports are kept until `wardwatch enroll` was run");
        say_problem("not enrolled: run `wardwatch enroll` with the centre's address, token and fingerprint");
        return;
    }
    refused_ = false;
    failures_ = 0;
    if (at_start) return follow_certificate();  // the start-up spread holds
    ports_.log->info("this PC was enrolled");
    ports_.event(Event::enrolled, {identity_.make_device_id(ports_.new_uuid)});
    next_contact_ = next_heartbeat_ = next_renewal_ = ports_.steady();
}

// Enrolling anew writes two files, and a power cut may come in between.
void Agent::follow_certificate() {
    try {
        identity_.follow(inspect_certificate(*certificate_).common_name);
    } catch (const PkiError&) {  // said when it is used
    }
}

// An administrator's token is used at most once per contact: a centre that says "later" is not hammered.
void Agent::enrol_when_ordered() {
    if (ports_.steady() < next_contact_) return;
    try {
        if (!ports_.enrolment_is_ordered()) return;
        exchange("the enrolment", ports_.enrol);
        notice_enrolment();
    } catch (const std::exception& error) {
        exchange_failed("the enrolment", error.what(), refused_wait(ports_.random()));
    }
}

void Agent::contact_when_due() {
    notice_enrolment();
    if (certificate_->empty()) return enrol_when_ordered();
    take_carried_heartbeat();
    const SteadyTime steady = ports_.steady();
    if (steady < next_contact_) return;
    const bool queued = store_->depth() > 0;
    const bool heartbeat_due = steady >= ports_.heartbeats->due_for_loop(next_heartbeat_);
    if (!queued && !heartbeat_due && steady < next_renewal_) return;
    std::optional<Identity> identity;
    try {
        identity = identity_.load();
        if (!identity) return;
        if (!centre_) centre_ = ports_.connect();
    } catch (const std::exception& error) {
        exchange_failed("preparing to speak with the centre", error.what(), local_retry);
        return;
    }
    if (renew_when_due(*identity)) return;
    if (queued)
        send(*identity);
    else if (heartbeat_due)
        exchange("the heartbeat", [&] { heartbeat_answered(centre_->send_heartbeat(*identity, heartbeat())); });
}

// True when it spoke with the centre. A renewal that fails is tried again in an hour and holds up nothing.
bool Agent::renew_when_due(Identity& identity) {
    const SteadyTime steady = ports_.steady();
    if (steady < next_renewal_) return false;
    next_renewal_ = steady + renewal_retry;
    try {
        const CertificateInfo info = inspect_certificate(identity.certificate_pem);
        if (!renewal_due(info.not_before, info.not_after, ports_.now())) return false;
        const Identity renewed = centre_->renew(identity);
        identity_.save(renewed);
        certificate_ = renewed.certificate_pem;
        ports_.log->info("the certificate was renewed");
        ports_.event(Event::certificate_renewed,
                     {format_instant(inspect_certificate(renewed.certificate_pem).not_after)});
    } catch (const std::exception& error) {
        ports_.log->warn("the certificate could not be renewed: {}", error.what());
    }
    return true;
}

void Agent::send(const Identity& identity) {
    exchange("sending a report", [&] {
        const std::string device_id = identity_.make_device_id(ports_.new_uuid);
        const Delivery delivery = deliver_oldest(*store_, *centre_, identity, device_id, ports_.now());
        if (delivery.outcome == Delivery::Outcome::sent)
            ports_.log->info("report {} sent, {} more to send", delivery.report_id, store_->depth());
        else
            ports_.log->error("report {} is kept but not sent again: {}", delivery.report_id, delivery.reason);
    });
}

// A heartbeat confirms what scans find, not that the service runs: where they hang or fail, the facts grow old.
bool Agent::facts_still_hold() {
    const std::string last_scan = store_->notes()["last_scan_at"];
    return !last_scan.empty() && ports_.now() - parse_instant(last_scan) <= 2 * settings_.scan_interval + proven_for;
}

Heartbeat Agent::heartbeat() {
    Heartbeat heartbeat;
    heartbeat.agent_version = WARDWATCH_VERSION;
    heartbeat.hardware = ports_.hardware;
    const std::optional<NewestReport> newest = store_->newest();
    if (newest) heartbeat.reports = newest->sequence;
    if (newest && facts_still_hold()) {
        heartbeat.report_id = newest->report_id;
        heartbeat.facts_hash = newest->facts_hash;
    }
    heartbeat.outbox_depth = store_->depth();
    return heartbeat;
}

void Agent::heartbeat_answered(const HeartbeatAnswer& answer) {
    keep_offers(*store_, answer.offers);
    if (!answer.new_identity.empty() && ports_.enrol_anew) {
        ports_.log->warn("this PC is a copy of another one: it takes an identity of its own");
        ports_.enrol_anew(answer.new_identity);
        return;  // notice_enrolment goes on
    }
    if (answer.want_report && store_->queue_newest_again())
        ports_.log->info("the centre asked for the newest report: queued again");
}

// One that was lost is sent at once, and shows what is wrong.
void Agent::take_carried_heartbeat() {
    const std::optional<HeartbeatBoard::Carried> carried = ports_.heartbeats->take_carried();
    if (!carried) return;
    if (!carried->answer) {
        next_heartbeat_ = SteadyTime::min();
        return;
    }
    exchange("the heartbeat", [&] { heartbeat_answered(*carried->answer); });
    next_heartbeat_ = carried->at + jittered(settings_.heartbeat_interval, ports_.random());
}

void Agent::show_heartbeat() {
    if (!certificate_ || certificate_->empty()) return ports_.heartbeats->hide();
    ports_.heartbeats->show(heartbeat(), std::max(next_heartbeat_, next_contact_), settings_.heartbeat_interval);
}

template <class Exchange>
void Agent::exchange(const char* what, Exchange perform) {
    try {
        perform();
    } catch (const CentreRefused& refusal) {
        refused_ = refusal.status == 401 || refusal.status == 403;
        const Wait wait =
            refused_ ? refused_wait(ports_.random()) : back_off(failures_ + 1, refusal.retry_after, ports_.random());
        exchange_failed(what, std::to_string(refusal.status) + ": " + refusal.what(), wait);
        return;
    } catch (const CentreUnreachable& error) {
        exchange_failed(what, error.what(), back_off(failures_ + 1, std::nullopt, ports_.random()));
        return;
    } catch (const CentreNotTrusted& error) {
        exchange_failed(what, error.what(), back_off(failures_ + 1, std::nullopt, ports_.random()));
        return;
    }
    failures_ = 0;
    refused_ = false;
    next_contact_ = ports_.steady();
    // Any exchange shows the centre that this PC is alive.
    next_heartbeat_ = next_contact_ + jittered(settings_.heartbeat_interval, ports_.random());
    last_contact_ = silent_since_ = ports_.now();
    store_->note("last_contact_at", format_instant(*last_contact_));
    say_problem("");
}

void Agent::exchange_failed(const char* what, const std::string& problem, Wait wait) {
    ++failures_;
    next_contact_ = ports_.steady() + wait;
    ports_.log->warn("{} failed, next attempt in {} s: {}", what, std::chrono::ceil<std::chrono::seconds>(wait).count(),
                     problem);
    say_problem(problem);
    say_silence(problem);
}

void Agent::say_silence(const std::string& problem) {
    if (!silent_since_) {
        const std::string noted = store_->notes()["last_contact_at"];
        silent_since_ = noted.empty() ? ports_.now() : parse_instant(noted);
    }
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(ports_.now() - *silent_since_);
    if (hours < silence_limit || ports_.steady() < next_silence_event_) return;
    next_silence_event_ = ports_.steady() + silence_limit;
    ports_.event(Event::centre_unreachable, {std::to_string(hours.count()), problem});
}

void Agent::say_problem(const std::string& problem) {
    if (problem == problem_) return;
    store_->note("problem", problem);
    store_->note("problem_at", format_instant(ports_.now()));
    problem_ = problem;
}

Wait Agent::until_next() const {
    const SteadyTime steady = ports_.steady();
    SteadyTime next = steady + longest_wait;
    if (!store_) return std::chrono::ceil<Wait>(std::max(next_store_attempt_, steady) - steady);
    if (pending_) next = std::min(next, steady + local_retry);
    if (!scan_) next = std::min({next, next_scan_, change_due().value_or(next_scan_)});
    if (!certificate_ || certificate_->empty() || refused_) next = std::min(next, steady + enrolment_look);
    const SteadyTime heartbeat = ports_.heartbeats->due_for_loop(next_heartbeat_);
    if (certificate_ && !certificate_->empty())
        next = std::min(next, depth_ > 0 ? next_contact_ : std::max(next_contact_, std::min(heartbeat, next_renewal_)));
    return std::chrono::ceil<Wait>(std::max(next, steady) - steady);
}

}  // namespace wardwatch

// What a simulated PC has to send, and when.
#include <sys/epoll.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reporting/fleet/fleet_pc.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr seconds longest_old_poll{50};
constexpr seconds heartbeat_interval{900};
constexpr std::chrono::hours report_interval{24};

}  // namespace

void FleetPc::draft_what_is_due(SteadyTime now) {
    if (!begins_new()) return;
    while (next_report_ <= now) {
        draft_report(next_report_, "simulated", true);
        next_report_ = world_.daily ? next_report_ + report_interval : after_mean(next_report_, world_.load.reports);
    }
    if (world_.load.back_to_back == BackToBack::reports && outbox_.empty()) draft_report(now, "simulated", true);
    // Changed facts: a report goes instead of the heartbeat.
    while (next_heartbeat_ <= now && outbox_.empty() && dice_.chance(world_.load.changed_percent)) {
        draft_report(next_heartbeat_, "simulated", true);
        next_heartbeat_ = after_mean(next_heartbeat_, world_.load.heartbeats);
    }
}

void FleetPc::send(Exchange kind, std::string_view target, std::string_view body, SteadyTime due, seconds longest,
                   std::string_view encoding) {
    // Who asks is said once on a connection, as agents do.
    link_->send(post_text(target, said_ ? world_.short_heads : world_.heads, body, encoding));
    said_ = true;
    awaited_.push_back({kind, due, Clock::now() + longest});
    ++sent_;
}

// One poll and one other request are on their way at most. A centre that hears of a PC ends the poll that waits.
void FleetPc::send_what_is_due(SteadyTime now) {
    if (now < quiet_until_) return;
    if (!is_busy()) send_work(now);
    if (!awaited_.empty() || known_.device_id.empty() || !begins_new()) return;
    const bool at_once = world_.load.back_to_back == BackToBack::polls;
    if (!at_once && !world_.load.polls) return;
    if (!at_once) return send_poll(now);
    send(Exchange::poll, "/v1/commands", R"({"has":[],"wait_seconds":0})", now);
}

// As long as the centre offers, or until a heartbeat is due, which then the next one carries. Where heartbeats are what
// is measured, they are sent by themselves.
void FleetPc::send_poll(SteadyTime now) {
    seconds wait = longest_old_poll;
    std::string body = R"({"has":[],)";
    if (world_.longest_wait.count() > 0) {
        wait = world_.longest_wait;
        const bool carries = world_.load.heartbeats <= 0;
        if (carries && next_carried_ <= now) {
            body += R"("heartbeat":)" + heartbeat_text() + ",";
            next_carried_ = now + heartbeat_interval;
        }
        if (carries) wait = std::min(wait, std::chrono::ceil<seconds>(next_carried_ - now));
    }
    if (world_.options.longest_poll.count() > 0) wait = std::min(wait, world_.options.longest_poll);
    body += R"("wait_seconds":)" + std::to_string(wait.count()) + "}";
    send(Exchange::poll, "/v1/commands", body, now, seconds{60} + wait);
}

void FleetPc::send_report(const DraftReport& draft, const char* trigger, SteadyTime due) {
    const bool deflate = world_.offers.takes_deflate;
    const auto make = deflate ? &ReportBodies::deflated_body : &ReportBodies::body;
    const std::string body = (world_.bodies.*make)(pc_, known_.device_id, draft, trigger, world_.offers.report_format);
    send(Exchange::report, "/v1/reports", body, due, seconds{60}, deflate ? "deflate" : "");
}

void FleetPc::send_work(SteadyTime now) {
    if (known_.device_id.empty()) {
        send_enrolment(now);
    } else if (!news_.empty()) {
        send(Exchange::news, news_.front().target, news_.front().body, now);
    } else if (!checks_.empty()) {
        checking_ = true;
        send_report(checks_.back(), "simulated", now);
    } else if (!outbox_.empty()) {
        const Outgoing& next = outbox_.front();
        send_report(next.draft, next.trigger, next.due);
    } else if (!begins_new()) {
        return;
    } else if (world_.load.back_to_back == BackToBack::heartbeats ||
               world_.load.back_to_back == BackToBack::connections) {
        send(Exchange::heartbeat, "/v1/heartbeat", heartbeat_text(),
             world_.load.back_to_back == BackToBack::heartbeats ? now : connecting_since_);
    } else if (next_heartbeat_ <= now) {
        send(Exchange::heartbeat, "/v1/heartbeat", heartbeat_text(), next_heartbeat_);
        next_heartbeat_ = after_mean(next_heartbeat_, world_.load.heartbeats);
    }
}

std::string FleetPc::heartbeat_text() {
    std::string body = R"({"agent_version":")" + world_.options.agent_version + R"(","facts_hash":")";
    if (newest_) body += world_.bodies.facts_hash(pc_, *newest_);
    return body + R"(","outbox_depth":0,"report_id":")" + (newest_ ? report_id(*newest_) : std::string{}) + "\"}";
}

void FleetPc::send_enrolment(SteadyTime now) {
    const std::string device_id = random_uuid();
    known_.identity.private_key_pem = make_private_key();
    const nlohmann::json body{{"token", token_},
                              {"device_id", device_id},
                              {"signing_request", make_signing_request(known_.identity.private_key_pem, device_id)},
                              {"host_name", pc_.host_name},
                              {"agent_version", world_.options.agent_version}};
    // From the moment on which the connection began: it is part of an enrolment.
    send(Exchange::enrolment, "/v1/enroll", body.dump(), std::min(connecting_since_, now));
}

// Half a report, and then nothing, for ever; nobody tells the centre.
void FleetPc::die() {
    dead_ = true;
    dies_at_ = SteadyTime::max();
    const std::string text = post_text("/v1/reports", world_.heads, std::string(6000, ' '));
    link_->send(std::string_view{text}.substr(0, text.size() / 2));
    link_->advance();
    watched_ = 0;
    world_.loop.change(link_->descriptor(), *this, watched_);
    world_.loop.wake_at(*this, SteadyTime::max());
}

}  // namespace wardwatch

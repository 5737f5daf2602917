// What the centre's answers mean to a simulated PC.
#include <array>
#include <nlohmann/json.hpp>

#include "reporting/fleet/fleet_pc.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr JsonLimits answer_limits{64u << 10, 8};
constexpr std::array<const char*, 3> scan_steps{"host", "antivirus", "browser_credentials"};

std::string words_of(const PlainAnswer& answer) {
    std::string words = std::to_string(answer.status);
    try {
        const nlohmann::json body = parse_strict(answer.body, answer_limits);
        words += " " + body.at("error").get<std::string>() + ": " + body.at("message").get<std::string>();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch) the number is what there is
    }
    return words;
}

bool is_for_later(unsigned status) { return status == 429 || status >= 500; }

}  // namespace

void FleetPc::answered(const PlainAnswer& answer) {
    if (awaited_.empty()) throw std::runtime_error("an answer to nothing");
    const Awaited awaited = awaited_.front();
    awaited_.erase(awaited_.begin());
    const bool good = answer.status / 100 == 2;
    const bool checked = awaited.kind == Exchange::report && checking_;
    if (!checked) world_.count(awaited.kind, awaited.due, good);
    if (!good && !checked) world_.problem(pc_.host_name, words_of(answer));
    if (good) world_.learn_offers(answer.body);
    if (is_for_later(answer.status)) wait_as_told(answer);
    switch (awaited.kind) {
        case Exchange::report:
            checked ? check_answered(answer) : report_answered(answer, good);
            break;
        case Exchange::poll:
            if (good) poll_answered(answer);
            break;
        case Exchange::enrolment:
            if (good) enrolled(answer);
            break;
        case Exchange::news:
            if (!is_for_later(answer.status)) news_.erase(news_.begin());
            break;
        case Exchange::connection:
        case Exchange::heartbeat:
            break;
    }
    if (!link_) return;
    if (awaited.kind == Exchange::heartbeat && world_.load.back_to_back == BackToBack::connections) {
        if (good) world_.count(Exchange::connection, awaited.due, true);
        again_at_once();
    } else if (answer.closes) {
        link_->close_in_order();
        drop_link();
        connect_at_ = connecting_since_ = Clock::now();
    }
}

// Without a Retry-After between 3 and 15 seconds, as agents do.
void FleetPc::wait_as_told(const PlainAnswer& answer) {
    const seconds told = answer.retry_after > seconds{0} ? answer.retry_after : seconds{dice_.between(3, 15)};
    quiet_until_ = Clock::now() + told + milliseconds{dice_.between(0, 1000)};
}

void FleetPc::report_answered(const PlainAnswer& answer, bool good) {
    if (is_for_later(answer.status)) return;
    const Outgoing sent = outbox_.front();
    outbox_.erase(outbox_.begin());
    if (!good) return;
    ++world_.result.acknowledged;
    newest_ = sent.draft;
    if (world_.load.verify || !world_.load.acknowledged.empty()) world_.acknowledged.push_back({index_, sent.draft});
    if (!scan_.empty() && scan_next_ == SteadyTime::max() && sent.draft.serial == scan_serial_) {
        news_.push_back(
            {"/v1/commands/" + scan_, R"({"report_id":")" + report_id(sent.draft) + R"(","state":"done"})"});
        scan_.clear();
    }
}

void FleetPc::check_answered(const PlainAnswer& answer) {
    checking_ = false;
    if (is_for_later(answer.status)) return;
    checks_.pop_back();
    if (answer.status == 201)
        ++world_.result.lost;
    else if (answer.status == 200 && answer.body.find("false") != std::string::npos)
        ++world_.result.known;
    else
        ++world_.result.different;
}

void FleetPc::enrolled(const PlainAnswer& answer) {
    const nlohmann::json body = parse_strict(answer.body, answer_limits);
    known_.identity.certificate_pem = body.at("certificate").get<std::string>();
    known_.identity.ca_pem = body.at("authority").get<std::string>();
    known_.device_id = body.at("device_id").get<std::string>();
    // From now on with the certificate.
    link_->close_in_order();
    drop_link();
    connect_at_ = connecting_since_ = is_done() ? SteadyTime::max() : Clock::now();
}

void FleetPc::poll_answered(const PlainAnswer& answer) {
    if (answer.body.starts_with(R"({"commands":[])")) return;
    const nlohmann::json body = parse_strict(answer.body, answer_limits);
    for (const nlohmann::json& command : body.at("commands"))
        told(command.at("id").get<std::string>(), command.at("kind").get<std::string>());
}

void FleetPc::told(const std::string& id, const std::string& kind) {
    if (kind != "scan") {
        news_.push_back({"/v1/commands/" + id, R"({"problem":"A simulated PC only scans.","state":"failed"})"});
        return;
    }
    if (!scan_.empty()) return;
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    world_.options.say("told " + pc_.host_name + " " +
                       std::to_string(std::chrono::duration_cast<milliseconds>(since_1970).count()));
    scan_ = id;
    scan_step_ = 0;
    scan_next_ = Clock::now();
}

void FleetPc::scan_on(SteadyTime now) {
    if (scan_.empty() || now < scan_next_) return;
    if (scan_step_ < scan_steps.size() && world_.options.scan_time.count() > 0) {
        const nlohmann::json body{{"state", "running"},
                                  {"collector", scan_steps[scan_step_]},
                                  {"position", scan_step_},
                                  {"count", scan_steps.size()}};
        news_.push_back({"/v1/commands/" + scan_, body.dump()});
        ++scan_step_;
        scan_next_ = now + world_.options.scan_time / scan_steps.size();
        return;
    }
    scan_next_ = SteadyTime::max();
    scan_serial_ = reports_;
    draft_report(now, "centre", true);
}

}  // namespace wardwatch

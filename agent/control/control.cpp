// What the service answers to each request of an administrator: one JSON object for another.
#include "agent/control/control.h"

#include <nlohmann/json.hpp>

#include "agent/control/control_channel.h"
#include "reporting/policy/policy.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr JsonLimits request_limits{max_control_request, 4};
constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_problem = 1000;
constexpr std::size_t most_watch_problems = 20;

json instant_or_null(const std::optional<Instant>& instant) {
    return instant ? json(format_instant(*instant)) : json();
}

const char* name_of_state(ScanStatus::State state) {
    switch (state) {
        case ScanStatus::State::waiting:
            return "waiting";
        case ScanStatus::State::running:
            return "running";
        case ScanStatus::State::done:
            return "done";
        case ScanStatus::State::failed:
            break;
    }
    return "failed";
}

json scan_members(std::uint64_t number, const ScanStatus& scan) {
    return {{"number", number},
            {"state", name_of_state(scan.state)},
            {"trigger", scan.trigger},
            {"collector", scan.collector},
            {"position", scan.position},
            {"count", scan.count},
            {"report_id", scan.report_id},
            {"verdict", scan.verdict},
            {"problem", scan.problem.substr(0, longest_problem)}};
}

json last_scan_members(const std::optional<LastScan>& scan) {
    if (!scan) return {};
    return {{"at", format_instant(scan->at)},
            {"milliseconds", scan->took.count()},
            {"trigger", scan->trigger},
            {"report_id", scan->report_id},
            {"verdict", scan->verdict}};
}

json watch_members(const WatchStatus& watch) {
    json problems = json::array();
    for (const std::string& problem : watch.problems)
        if (problems.size() < most_watch_problems) problems.push_back(problem.substr(0, longest_problem));
    return {{"enabled", watch.enabled},
            {"since", instant_or_null(watch.since)},
            {"places", watch.places},
            {"problems", std::move(problems)}};
}

json status_members(const ControlPorts& ports) {
    const AgentStatus status = ports.status->look();
    const auto running = ports.requests->running();
    return {{"agent_version", WARDWATCH_VERSION},
            {"policy_id", baseline().id},
            {"policy_version", baseline().version},
            {"started_at", format_instant(status.started_at)},
            {"scan", running ? scan_members(running->first, running->second) : json()},
            {"last_scan", last_scan_members(status.last_scan)},
            {"next_scan_at", instant_or_null(status.next_scan_at)},
            {"outbox_depth", status.outbox_depth ? json(*status.outbox_depth) : json()},
            {"enrolled", status.enrolled},
            {"centre_reachable", status.centre_reachable ? json(*status.centre_reachable) : json()},
            {"last_contact_at", instant_or_null(status.last_contact_at)},
            {"next_contact_at", instant_or_null(status.next_contact_at)},
            {"problem", status.problem.substr(0, longest_problem)},
            {"watch", watch_members(status.watch)}};
}

// Texts of the system's errors may hold anything, and be cut in mid-letter.
std::string line_of(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string answer_line(const ControlPorts& ports, json members) {
    members["protocol"] = control_protocol;
    members["run"] = ports.run;
    return line_of(members);
}

std::string answer_about_scan(JsonObject& request, const ControlPorts& ports) {
    const std::int64_t number = request.integer("number");
    request.refuse_others();
    const std::optional<ScanStatus> scan =
        number > 0 ? ports.requests->status(static_cast<std::uint64_t>(number)) : std::nullopt;
    if (!scan)
        return control_refusal(
            "unknown_scan", "there is no scan " + std::to_string(number) + ": it was never asked for, or is long past");
    return answer_line(ports, scan_members(static_cast<std::uint64_t>(number), *scan));
}

std::string answer_request(std::string_view text, const ControlPorts& ports) {
    const json document = parse_strict(text, request_limits);
    JsonObject request(document, "");
    if (const std::int64_t protocol = request.integer("protocol"); protocol != control_protocol)
        return control_refusal("unsupported_protocol", "this service (" WARDWATCH_VERSION ") speaks protocol " +
                                                           std::to_string(control_protocol) + ", not " +
                                                           std::to_string(protocol) +
                                                           ": use the program of the same version");
    const std::string name = request.text("request", {1, longest_word});
    if (name == "scan_status") return answer_about_scan(request, ports);
    if (name != "scan" && name != "status")
        return control_refusal("unknown_request", "there are the requests scan, scan_status and status, not " + name);
    request.refuse_others();
    if (name == "scan") return answer_line(ports, {{"number", ports.requests->ask("manual")}});
    return answer_line(ports, status_members(ports));
}

}  // namespace

std::string control_refusal(std::string_view code, const std::string& problem) {
    return line_of({{"protocol", control_protocol}, {"error", code}, {"problem", problem.substr(0, longest_problem)}});
}

std::string control_request_too_long() {
    return control_refusal("bad_request",
                           "a request has at most " + std::to_string(max_control_request) + " bytes with its line end");
}

std::string answer_control(std::string_view request, const ControlPorts& ports) {
    try {
        std::string answer = answer_request(request, ports);
        if (answer.size() < max_control_answer) return answer;
        return control_refusal("internal", "the answer would be too long");
    } catch (const JsonError& error) {
        return control_refusal("bad_request", error.what());
    } catch (const std::exception& error) {
        return control_refusal("internal", error.what());
    }
}

}  // namespace wardwatch

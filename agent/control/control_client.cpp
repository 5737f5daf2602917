// The command line's questions to the service, and its answers as plain data.
#include <nlohmann/json.hpp>

#include "agent/control/control.h"
#include "agent/control/control_channel.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr JsonLimits answer_limits{max_control_answer, 4};

std::string request_line(json members) {
    members["protocol"] = control_protocol;
    return members.dump();
}

std::optional<Instant> instant_in(const json& document, const char* name) {
    const json& value = document.at(name);
    return value.is_null() ? std::nullopt : std::optional(parse_instant(value.get<std::string>()));
}

template <class Value>
std::optional<Value> value_in(const json& document, const char* name) {
    const json& value = document.at(name);
    return value.is_null() ? std::nullopt : std::optional(value.get<Value>());
}

ScanStatus::State state_named(const std::string& name) {
    if (name == "waiting") return ScanStatus::State::waiting;
    if (name == "running") return ScanStatus::State::running;
    if (name == "done") return ScanStatus::State::done;
    if (name == "failed") return ScanStatus::State::failed;
    throw std::invalid_argument("no state of a scan: " + name);
}

ScanStatus scan_in(const json& document) {
    ScanStatus scan;
    scan.state = state_named(document.at("state").get<std::string>());
    scan.trigger = document.at("trigger").get<std::string>();
    scan.collector = document.at("collector").get<std::string>();
    scan.position = document.at("position").get<std::size_t>();
    scan.count = document.at("count").get<std::size_t>();
    scan.report_id = document.at("report_id").get<std::string>();
    scan.verdict = document.at("verdict").get<std::string>();
    scan.problem = document.at("problem").get<std::string>();
    return scan;
}

std::optional<LastScan> last_scan_in(const json& document) {
    const json& scan = document.at("last_scan");
    if (scan.is_null()) return std::nullopt;
    return LastScan{parse_instant(scan.at("at").get<std::string>()),
                    std::chrono::milliseconds(scan.at("milliseconds").get<std::int64_t>()),
                    scan.at("trigger").get<std::string>(), scan.at("report_id").get<std::string>(),
                    scan.at("verdict").get<std::string>()};
}

WatchStatus watch_in(const json& document) {
    // A service of an earlier version does not watch.
    const auto found = document.find("watch");
    if (found == document.end()) return {};
    return {found->at("enabled").get<bool>(), instant_in(*found, "since"), found->at("places").get<std::size_t>(),
            found->at("problems").get<std::vector<std::string>>()};
}

AgentStatus agent_in(const json& document) {
    AgentStatus agent;
    agent.started_at = parse_instant(document.at("started_at").get<std::string>());
    agent.last_scan = last_scan_in(document);
    agent.next_scan_at = instant_in(document, "next_scan_at");
    agent.outbox_depth = value_in<std::int64_t>(document, "outbox_depth");
    agent.enrolled = document.at("enrolled").get<bool>();
    agent.centre_reachable = value_in<bool>(document, "centre_reachable");
    agent.last_contact_at = instant_in(document, "last_contact_at");
    agent.next_contact_at = instant_in(document, "next_contact_at");
    agent.problem = document.at("problem").get<std::string>();
    agent.watch = watch_in(document);
    return agent;
}

// What the service refuses is thrown; members that this program does not know are a newer service's.
template <class Read>
auto understood(std::string_view answer, Read read) {
    try {
        const json document = parse_strict(answer, answer_limits);
        if (document.contains("error"))
            throw ControlError(ControlFailure::failed,
                               "the service refused: " + document.at("problem").get<std::string>());
        return read(document);
    } catch (const ControlError&) {
        throw;
    } catch (const std::exception& error) {
        throw ControlError(ControlFailure::failed, std::string("the service's answer is not understood: ") +
                                                       error.what() +
                                                       "; use the program of the same version as the service");
    }
}

}  // namespace

std::string scan_request() { return request_line({{"request", "scan"}}); }
std::string scan_status_request(std::uint64_t number) {
    return request_line({{"request", "scan_status"}, {"number", number}});
}
std::string status_request() { return request_line({{"request", "status"}}); }

ScanTicket read_scan_ticket(std::string_view answer) {
    return understood(answer, [](const json& document) {
        return ScanTicket{document.at("run").get<std::string>(), document.at("number").get<std::uint64_t>()};
    });
}

ScanStatus read_scan_status(std::string_view answer, const ScanTicket& ticket) {
    return understood(answer, [&](const json& document) {
        if (document.at("run").get<std::string>() != ticket.run)
            throw ControlError(ControlFailure::failed, "the service was started anew");
        return scan_in(document);
    });
}

LiveStatus read_live_status(std::string_view answer) {
    return understood(answer, [](const json& document) {
        LiveStatus status;
        status.agent_version = document.at("agent_version").get<std::string>();
        status.policy_id = document.at("policy_id").get<std::string>();
        status.policy_version = document.at("policy_version").get<std::string>();
        status.agent = agent_in(document);
        const json& scan = document.at("scan");
        if (!scan.is_null()) {
            status.scan_number = scan.at("number").get<std::uint64_t>();
            status.scan = scan_in(scan);
        }
        return status;
    });
}

ScanTicket ask_for_scan(const std::filesystem::path& folder) {
    return read_scan_ticket(exchange_control(folder, scan_request()));
}

ScanStatus ask_about_scan(const std::filesystem::path& folder, const ScanTicket& ticket) {
    return read_scan_status(exchange_control(folder, scan_status_request(ticket.number)), ticket);
}

LiveStatus ask_live_status(const std::filesystem::path& folder) {
    return read_live_status(exchange_control(folder, status_request()));
}

}  // namespace wardwatch

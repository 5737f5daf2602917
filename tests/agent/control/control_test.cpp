#include "agent/control/control.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "agent/control/control_channel.h"

using namespace wardwatch;
using nlohmann::json;

namespace {

const std::string this_run = "5f2d9f0e-53a1-4d0c-8c1e-000000000001";

struct Service {
    int woken = 0;
    std::shared_ptr<ScanRequests> requests = std::make_shared<ScanRequests>([this] { ++woken; });
    std::shared_ptr<AgentStatusBoard> board = std::make_shared<AgentStatusBoard>();

    std::string answer(std::string_view request) const { return answer_control(request, {this_run, requests, board}); }
    json answer_json(std::string_view request) const { return json::parse(answer(request)); }
};

ControlFailure failure_of(const std::function<void()>& read) {
    try {
        read();
    } catch (const ControlError& error) {
        return error.failure;
    }
    throw std::logic_error("nothing was thrown");
}

}  // namespace

TEST_CASE("a scan is asked for and followed to its report") {
    Service service;
    const ScanTicket ticket = read_scan_ticket(service.answer(scan_request()));
    CHECK(ticket.number == 1);
    CHECK(ticket.run == this_run);
    CHECK(service.woken == 1);
    CHECK(service.requests->wanted() == "manual");
    const auto status = [&] { return read_scan_status(service.answer(scan_status_request(ticket.number)), ticket); };
    CHECK(status().state == ScanStatus::State::waiting);
    service.requests->begin("manual");
    service.requests->progress(1, "antivirus", 1, 6);
    CHECK(status().state == ScanStatus::State::running);
    CHECK(status().trigger == "manual");
    CHECK(status().collector == "antivirus");
    CHECK(status().position == 1);
    CHECK(status().count == 6);
    SECTION("done") {
        service.requests->held_up(1, "the disk is full");
        CHECK(status().problem == "the disk is full");
        service.requests->done(1, "0b6f4a52-8c1d-4a0e-9f00-112233445566", "fail");
        CHECK(status().state == ScanStatus::State::done);
        CHECK(status().report_id == "0b6f4a52-8c1d-4a0e-9f00-112233445566");
        CHECK(status().verdict == "fail");
        CHECK(status().problem.empty());
    }
    SECTION("failed") {
        service.requests->failed(1, "out of memory");
        CHECK(status().state == ScanStatus::State::failed);
        CHECK(status().problem == "out of memory");
    }
    SECTION("of an earlier start of the service") {
        CHECK(failure_of([&] {
                  read_scan_status(service.answer(scan_status_request(1)), {"another run", 1});
              }) == ControlFailure::failed);
    }
}

TEST_CASE("the live state arrives as it is") {
    Service service;
    const LiveStatus empty = read_live_status(service.answer(status_request()));
    CHECK(empty.agent_version == WARDWATCH_VERSION);
    CHECK(empty.policy_id == "hanoi-dispatch");
    CHECK_FALSE(empty.policy_version.empty());
    CHECK(empty.scan_number == 0);
    CHECK_FALSE(empty.agent.last_scan);
    CHECK_FALSE(empty.agent.centre_reachable);
    CHECK_FALSE(empty.agent.outbox_depth);

    AgentStatus status;
    status.started_at = parse_instant("2026-11-22T01:00:00Z");
    status.last_scan = LastScan{parse_instant("2026-11-22T02:00:00Z"), std::chrono::milliseconds(413), "schedule",
                                "0b6f4a52-8c1d-4a0e-9f00-112233445566", "pass"};
    status.next_scan_at = parse_instant("2026-11-22T06:00:00Z");
    status.outbox_depth = 3;
    status.enrolled = true;
    status.centre_reachable = false;
    status.last_contact_at = parse_instant("2026-11-22T02:00:01Z");
    status.next_contact_at = parse_instant("2026-11-22T02:30:00Z");
    status.watch = {true, parse_instant("2026-11-22T01:00:00Z"), 37, {"/home/an: no \xff"}};
    status.problem = "không liên lạc được: \xff";
    service.board->show(status);
    service.requests->begin("centre");
    service.requests->progress(1, "host", 4, 6);
    const LiveStatus live = read_live_status(service.answer(status_request()));
    CHECK(live.agent.started_at == status.started_at);
    REQUIRE(live.agent.last_scan);
    CHECK(live.agent.last_scan->at == status.last_scan->at);
    CHECK(live.agent.last_scan->took == std::chrono::milliseconds(413));
    CHECK(live.agent.last_scan->trigger == "schedule");
    CHECK(live.agent.last_scan->verdict == "pass");
    CHECK(live.agent.next_scan_at == status.next_scan_at);
    CHECK(live.agent.outbox_depth == 3);
    CHECK(live.agent.enrolled);
    CHECK(live.agent.centre_reachable == false);
    CHECK(live.agent.last_contact_at == status.last_contact_at);
    CHECK(live.agent.next_contact_at == status.next_contact_at);
    CHECK(live.agent.problem == "không liên lạc được: \xef\xbf\xbd");
    CHECK(live.agent.watch.enabled);
    CHECK(live.agent.watch.since == parse_instant("2026-11-22T01:00:00Z"));
    CHECK(live.agent.watch.places == 37);
    CHECK(live.agent.watch.problems == std::vector<std::string>{"/home/an: no \xef\xbf\xbd"});
    CHECK(live.scan_number == 1);
    CHECK(live.scan.trigger == "centre");
    CHECK(live.scan.collector == "host");
    CHECK(live.scan.position == 4);
}

TEST_CASE("what is no request is refused with a reason, and starts nothing") {
    const Service service;
    const auto [request, error] = GENERATE(table<std::string, std::string>({
        {"", "bad_request"},
        {"scan", "bad_request"},
        {"[]", "bad_request"},
        {"{}", "bad_request"},
        {R"({"request":"scan"})", "bad_request"},
        {R"({"protocol":"1","request":"scan"})", "bad_request"},
        {R"({"protocol":1})", "bad_request"},
        {R"({"protocol":1,"request":7})", "bad_request"},
        {R"({"protocol":1,"request":"scan","request":"scan"})", "bad_request"},
        {R"({"protocol":1,"request":"scan","number":1})", "bad_request"},
        {R"({"protocol":1,"request":"status","verbose":true})", "bad_request"},
        {R"({"protocol":1,"request":"scan_status"})", "bad_request"},
        {R"({"protocol":1,"request":"scan_status","number":1.5})", "bad_request"},
        {R"({"protocol":1,"request":"scan_status","number":1})", "unknown_scan"},
        {R"({"protocol":1,"request":"scan_status","number":-1})", "unknown_scan"},
        {R"({"protocol":1,"request":"stop"})", "unknown_request"},
        {R"({"protocol":2,"request":"scan"})", "unsupported_protocol"},
        {R"({"protocol":2,"request":"something","new":true})", "unsupported_protocol"},
        {"{\"protocol\":1,\"request\":\"\xff\"}", "bad_request"},
        {std::string(5000, '['), "bad_request"},
    }));
    CAPTURE(request);
    const json answer = service.answer_json(request);
    CHECK(answer.at("error") == error);
    CHECK_FALSE(answer.at("problem").get<std::string>().empty());
    CHECK(answer.at("protocol") == 1);
    CHECK(service.woken == 0);
    CHECK_FALSE(service.requests->wanted());
    CHECK(failure_of([&, text = service.answer(request)] { read_scan_ticket(text); }) == ControlFailure::failed);
}

TEST_CASE("an answer that is none is an error that says so") {
    for (const char* answer : {"", "[]", "{}", "hello", R"({"protocol":1,"run":"x"})", R"({"error":1})"}) {
        CAPTURE(answer);
        CHECK(failure_of([&] { read_scan_ticket(answer); }) == ControlFailure::failed);
        CHECK(failure_of([&] { read_live_status(answer); }) == ControlFailure::failed);
        CHECK(failure_of([&] { read_scan_status(answer, {}); }) == ControlFailure::failed);
    }
}

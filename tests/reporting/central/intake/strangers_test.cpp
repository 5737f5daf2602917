// Who shows no certificate at the agents' API: what they may ask for, and how often they may be refused.
#include <algorithm>
#include <set>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

constexpr const char* office = "10.0.0.9";
constexpr const char* elsewhere = "10.0.0.10";

HttpRequest asked(std::string_view method, std::string target, const char* address, std::string body = "") {
    HttpRequest request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.remote_address = address;
    return request;
}

/// The route's path with something at each {}.
std::string path_of(const Route& route) {
    std::string path{route.pattern};
    for (std::size_t at = path.find("{}"); at != std::string::npos; at = path.find("{}")) path.replace(at, 2, "1");
    return path;
}

AgentApiOptions options_of(Centre& centre, RequestRate refusals) {
    return {.authority = authority(),
            .clock = [&centre] { return centre.now; },
            .log = [](const std::string&) {},
            .refusal_rate = refusals};
}

std::string enrolment_of(const Pc& pc, const std::string& token) {
    return nlohmann::json{{"token", token},
                          {"device_id", pc.device_id},
                          {"signing_request", make_signing_request(pc.key, pc.device_id)},
                          {"host_name", "PC-01"},
                          {"agent_version", "0.1.0"}}
        .dump();
}

}  // namespace

TEST_CASE("without a certificate nothing answers but enrolment, renewal and whether the centre lives") {
    Centre centre;
    const AgentApi agents{centre.database, centre.policy, options_of(centre, {1, 1'000'000})};
    std::set<std::string> paths{"/", "/v1", "/v1/nothing", "/v1/enroll/", "/healthz/x", "/api/v1/devices"};
    for (const Route& route : agents.routes()) paths.insert(path_of(route));
    CHECK(paths.size() >= 13);
    std::set<std::string> open;
    for (const std::string& path : paths) {
        for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}) {
            for (const char* query : {"", "?x=1"}) {
                INFO(method << " " << path << query);
                const HttpRequest request = asked(method, path + query, office);
                const auto answer = agents.handle_waiting(request);
                REQUIRE(std::holds_alternative<HttpResponse>(answer));
                const HttpResponse& response = std::get<HttpResponse>(answer);
                if (response.status == 401 && error_of(response) == "certificate_required") continue;
                open.insert(path);
            }
        }
    }
    // The renewal without a device id means a certificate, too.
    CHECK(open == std::set<std::string>{"/healthz", "/v1/enroll", "/v1/renew"});
}

TEST_CASE("nobody without a certificate may send more than 64 KiB, on any route") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    for (const Route& route : centre.agents.routes()) {
        INFO(route.pattern);
        HttpRequest head = asked(route.method, path_of(route), office);
        const auto refusal = centre.agents.refuse_large_body(head);
        REQUIRE(refusal);
        CHECK(refusal->status == 401);
        // Of those who show one, reports alone may be larger.
        head.client_certificate = shown(pc.certificate);
        CHECK(centre.agents.refuse_large_body(head).has_value() == (route.pattern != "/v1/reports"));
    }
}

TEST_CASE("refused enrolments are limited by address, others and those with a certificate are not") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const AgentApi agents{centre.database, centre.policy, options_of(centre, {1, 3})};
    const auto enrol = [&](const std::string& token, const char* address = office) {
        return agents.handle(asked("POST", "/v1/enroll", address, enrolment_of({}, token)));
    };
    // What is granted is not counted.
    const std::string token = centre.add_token(10);
    for (int granted = 0; granted < 5; ++granted) CHECK(enrol(token).status == 200);
    for (int refused = 0; refused < 3; ++refused) CHECK(enrol("wrong").status == 403);
    std::set<std::string> waits;
    for (int again = 0; again < 50; ++again) {
        const HttpResponse later = enrol(token);
        CHECK(later.status == 429);
        CHECK(error_of(later) == "too_many_refusals");
        waits.insert(later.headers.at("Retry-After"));
    }
    // Each is told a time of its own.
    CHECK(waits.size() > 5);
    CHECK(std::all_of(waits.begin(), waits.end(),
                      [](const std::string& wait) { return std::stoi(wait) >= 61 && std::stoi(wait) <= 91; }));
    CHECK(enrol(token, elsewhere).status == 200);
    HttpRequest heartbeat = asked("POST", "/v1/heartbeat", office,
                                  R"({"agent_version":"1","facts_hash":"","report_id":"","outbox_depth":0})");
    heartbeat.client_certificate = shown(pc.certificate);
    CHECK(agents.handle(heartbeat).status == 200);
    centre.now += std::chrono::seconds{1};
    CHECK(enrol(token).status == 200);
}

TEST_CASE("refusals are counted for the whole network of an IPv6 address") {
    Centre centre;
    const AgentApi agents{centre.database, centre.policy, options_of(centre, {1, 1})};
    CHECK(agents.handle(asked("POST", "/v1/heartbeat", "2001:db8::1")).status == 401);
    CHECK(agents.handle(asked("POST", "/v1/heartbeat", "2001:db8::2")).status == 429);
    CHECK(agents.handle(asked("POST", "/v1/heartbeat", "2001:db8:0:1::1")).status == 401);
}

TEST_CASE("who is to come again after a 503 is told a time of their own") {
    std::set<std::string> waits;
    for (int answer = 0; answer < 100; ++answer)
        waits.insert(error_response({503, "busy", "Later.", std::chrono::seconds{30}}).headers.at("Retry-After"));
    CHECK(waits.size() > 5);
    CHECK(std::all_of(waits.begin(), waits.end(),
                      [](const std::string& wait) { return std::stoi(wait) >= 30 && std::stoi(wait) <= 45; }));
    CHECK(error_response({429, "slower", "Later.", std::chrono::seconds{30}}).headers.at("Retry-After") == "30");
}

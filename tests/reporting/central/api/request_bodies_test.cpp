// What a request may bring along: each route says whether it takes a body, and none of either API reads one that goes
// on inside itself until the stack is used up.
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;

namespace {

constexpr std::size_t levels = 100'000;

/// What a function that calls itself for each level does not survive.
std::vector<std::string> nested_bodies() {
    std::string objects;
    for (std::size_t i = 0; i < levels; ++i) objects += "{\"a\":";
    const std::string arrays = std::string(levels, '[') + std::string(levels, ']');
    return {arrays, "{\"user\":" + arrays + "}", objects + "1" + std::string(levels, '}'), std::string(levels, '[')};
}

std::string path_of(const Route& route) {
    std::string path{route.pattern};
    for (std::size_t at = path.find("{}"); at != std::string::npos; at = path.find("{}")) path.replace(at, 2, "1");
    return path;
}

HttpRequest request_of(const Route& route, const std::string& body) {
    HttpRequest request;
    request.method = route.method;
    request.target = path_of(route);
    request.remote_address = "10.0.0.5";
    request.headers["Content-Type"] = "application/json";
    request.body = body;
    return request;
}

struct BodyOffice : Office {
    HttpResponse bring(const Route& route, const std::string& body) {
        now += std::chrono::seconds{1};  // the limits of requests are not meant here
        HttpRequest request = request_of(route, body);
        if (!cookie.empty()) request.headers["Cookie"] = cookie;
        if (!csrf.empty()) request.headers["X-CSRF-Token"] = csrf;
        return people.handle(request);
    }
};

std::size_t looks_at_users(Office& office) {
    return body_of(office.call("GET", "/api/v1/audit?action=listUsers")).at("total").get<std::size_t>();
}

}  // namespace

TEST_CASE("a route that takes no body refuses one, whoever asks") {
    BodyOffice office;
    for (const bool signed_in : {false, true}) {
        if (signed_in) REQUIRE(office.log_in().status == 200);
        for (const Route& route : office.people.routes()) {
            if (route.body != Body::none) continue;
            CAPTURE(signed_in, route.method, route.pattern);
            for (const char* body : {"{}", " ", "null", "{\"a\":1}"}) {
                const HttpResponse response = office.bring(route, body);
                CHECK(response.status == 400);
                CHECK(error_of(response) == "body_not_taken");
            }
        }
    }
    CHECK(office.bring({"GET", "/api/v1/users", {}}, "{}").status == 400);
    CHECK(looks_at_users(office) == 0);
    CHECK(office.bring({"GET", "/api/v1/users", {}}, "").status == 200);
    CHECK(looks_at_users(office) == 1);
    CHECK(office.bring({"DELETE", "/api/v1/session", {}}, "").status == 200);
}

TEST_CASE("bodies nested without end are refused by every route of the people's API") {
    BodyOffice office;
    for (const bool signed_in : {false, true}) {
        if (signed_in) REQUIRE(office.log_in().status == 200);
        for (const Route& route : office.people.routes()) {
            for (const std::string& body : nested_bodies()) {
                const HttpResponse response = office.bring(route, body);
                CAPTURE(signed_in, route.method, route.pattern, response.body);
                CHECK(response.status < 500);
                // Who is nobody, or what is not there, may be said first; an import says what is wrong with its lines.
                const bool refused = response.status == 401 || response.status == 404;
                if (route.body == Body::none) CHECK(error_of(response) == "body_not_taken");
                if (route.body == Body::object && !refused) CHECK(error_of(response) == "bad_json");
                if (response.status == 200) CHECK_FALSE(body_of(response).at("errors").empty());
            }
        }
    }
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    CHECK(body_of(office.call("GET", "/api/v1/audit/verification")).at("valid") == true);
}

TEST_CASE("bodies nested without end are refused by every route of the agents' API") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    for (const std::string& certificate : {std::string{}, pc.certificate}) {
        for (const Route& route : centre.agents.routes()) {
            for (const std::string& body : nested_bodies()) {
                HttpRequest request = request_of(route, body);
                request.client_certificate = shown(certificate);
                for (const HttpResponse& response :
                     {centre.agents.handle(request), std::get<HttpResponse>(centre.agents.handle_waiting(request))}) {
                    CAPTURE(certificate.empty(), route.method, route.pattern, response.body);
                    CHECK(response.status >= 400);
                    CHECK(response.status < 500);
                    if (certificate.empty()) continue;
                    if (route.body == Body::none) CHECK(error_of(response) == "body_not_taken");
                    if (route.body == Body::object) CHECK(error_of(response) == "bad_json");
                }
            }
        }
    }
    CHECK(centre.poll(pc).status == 200);
}

TEST_CASE("the audit log holds what the handler read, without secrets") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const json unit{{"name", "Tổ một"}, {"parent_id", office.unit}};
    REQUIRE(office.call("POST", "/api/v1/units", unit).status == 201);
    REQUIRE(office
                .call("POST", "/api/v1/session/password",
                      {{"old_password", password}, {"new_password", "Nắng to 8 ngày!B"}})
                .status == 200);
    const auto detail_of = [&](const std::string& action) {
        const json entries = body_of(office.call("GET", "/api/v1/audit?action=" + action)).at("entries");
        REQUIRE(entries.size() == 1);
        return entries.at(0).at("detail").get<std::string>();
    };
    REQUIRE(office.log_in("an", "Nắng to 8 ngày!B").status == 200);
    CHECK(json::parse(detail_of("addUnit")) == unit);
    CHECK(detail_of("changeOwnPassword").empty());
}

// Whose request an HTTP proxy passes on, and metrics that no proxy opens.
#include "reporting/central/http/forwarded.h"

#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

std::string client(const std::string& peer, const std::string& header) {
    HttpRequest request;
    request.remote_address = peer;
    if (!header.empty()) request.headers["x-forwarded-for"] = header;
    return forwarded_client(request, Proxies{{"10.0.0.5", "10.9.0.0/16", "fd00::5"}});
}

}  // namespace

TEST_CASE("X-Forwarded-For is believed from proxies that are named, as far back as these go") {
    CHECK(client("10.0.0.5", "192.0.2.7") == "192.0.2.7");
    CHECK(client("10.0.0.5", "") == "10.0.0.5");
    // Anybody can send one: it counts from a named proxy alone.
    CHECK(client("192.0.2.1", "10.0.0.1") == "192.0.2.1");
    CHECK(client("127.0.0.1", "10.0.0.1") == "127.0.0.1");
    // What the client made up stands before what the proxy saw.
    CHECK(client("10.0.0.5", "127.0.0.1, 192.0.2.7") == "192.0.2.7");
    CHECK(client("10.0.0.5", "1.1.1.1, 192.0.2.7 , 10.9.3.4") == "192.0.2.7");
    CHECK(client("fd00::5", "2001:DB8::0001") == "2001:db8::1");
    CHECK(client("10.0.0.5", "[2001:db8::1]") == "2001:db8::1");
    CHECK(client("10.0.0.5", "::ffff:192.0.2.7") == "192.0.2.7");
    CHECK(client("10.0.0.5", "unknown") == "10.0.0.5");
    CHECK(client("10.0.0.5", "192.0.2.7, 10.9.0.1, ") == "10.0.0.5");
    CHECK(client("10.0.0.5", "10.9.0.1") == "10.9.0.1");
}

TEST_CASE("a handler behind a proxy that is named sees the client's address") {
    std::vector<std::string> seen;
    const Handler handler = for_clients(Proxies{{"10.0.0.5"}}, [&](const HttpRequest& request) {
        seen.push_back(request.remote_address + " " + request.body);
        return HttpResponse{};
    });
    HttpRequest request;
    request.remote_address = "10.0.0.5";
    request.body = "b";
    handler(request);
    request.headers["X-Forwarded-For"] = "192.0.2.7";
    handler(request);
    CHECK(seen == std::vector<std::string>{"10.0.0.5 b", "192.0.2.7 b"});
}

TEST_CASE("metrics are not open because a proxy runs on the machine") {
    Centre centre;
    PeopleApiOptions options{
        centre.sealing, std::chrono::days{7}, {1, 64}, [&] { return centre.now; }, centre.logger()};
    options.probes.metrics = [](const View&) { return std::string{"m 1\n"}; };
    const auto asked = [&](const std::string& address, const char* header = nullptr) {
        PeopleApi people{centre.database, centre.policy, options};
        HttpRequest request;
        request.method = "GET";
        request.target = "/metrics";
        request.remote_address = address;
        if (header != nullptr) request.headers[header] = "x";
        return people.handle(request).status;
    };
    CHECK(asked("127.0.0.1") == 401);
    options.open_metrics = true;
    CHECK(asked("127.0.0.1") == 200);
    CHECK(asked("::1") == 200);
    CHECK(asked("10.0.0.9") == 401);
    for (const char* header : {"X-Forwarded-For", "Forwarded", "Via"}) CHECK(asked("127.0.0.1", header) == 401);
}

// Where a webhook may lead: not to what listens on this machine alone, whatever its name says.
#include "reporting/central/integration/webhooks.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>

#include <catch2/matchers/catch_matchers_string.hpp>

#include "reporting/central/integration/local_address.h"
#include "tests/reporting/central/integration/outside_server.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::seconds;

namespace {

using Hosts = std::vector<std::string>;

/// Takes any request, and keeps its first line.
std::string take(RawStream& stream) {
    const std::string request = stream.read_until("\r\n\r\n");
    stream.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    return request.substr(0, request.find('\r'));
}

std::string post(const std::string& url, const WebhookRules& rules) {
    Webhook webhook;
    webhook.url = url;
    return post_webhook(webhook, "secret", "{}", right_now(), rules, seconds{5});
}

/// Names that are not "localhost", and mean an address of this machine alone. There may be none.
std::vector<std::string> names_of_this_machine() {
    std::array<char, 256> own{};
    gethostname(own.data(), own.size() - 1);
    std::vector<std::string> names;
    for (const std::string& name : {std::string{own.data()}, std::string{"ip6-localhost"}, std::string{"localhost."}}) {
        addrinfo* found = nullptr;
        if (name == "localhost" || getaddrinfo(name.c_str(), nullptr, nullptr, &found) != 0) continue;
        if (is_local_address(*found->ai_addr)) names.push_back(name);
        freeaddrinfo(found);
    }
    return names;
}

}  // namespace

TEST_CASE("addresses of this machine and its cable are known in every form") {
    for (const char* text : {"127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254", "::1", "[::1]",
                             "::", "fe80::1", "fe80::1%eth0", "febf::1", "::ffff:127.0.0.1", "[::ffff:7f00:1]",
                             "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"}) {
        CAPTURE(text);
        CHECK(is_local_address(text));
    }
    for (const char* text :
         {"10.0.0.1", "128.0.0.1", "126.255.255.255", "169.253.1.1", "192.168.1.1", "fec0::1", "fe7f::1", "fd00::1",
          "2001:db8::7f00:1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "localhost", "127.0.0.1.example.org", ""}) {
        CAPTURE(text);
        CHECK_FALSE(is_local_address(text));
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    REQUIRE(inet_pton(AF_INET, "127.0.0.2", &four.sin_addr) == 1);
    CHECK(is_local_address(reinterpret_cast<const sockaddr&>(four)));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    REQUIRE(inet_pton(AF_INET6, "::ffff:127.0.0.2", &six.sin6_addr) == 1);
    CHECK(is_local_address(reinterpret_cast<const sockaddr&>(six)));
    REQUIRE(inet_pton(AF_INET6, "2001:db8::1", &six.sin6_addr) == 1);
    CHECK_FALSE(is_local_address(reinterpret_cast<const sockaddr&>(six)));
}

TEST_CASE("a webhook's URL is https; one of this machine must be named in the configuration") {
    const auto taken = [](const char* url, const Hosts& hosts = {}) { return webhook_url_problem(url, hosts).empty(); };
    CHECK(taken("https://10.1.2.3/hook"));
    CHECK(taken("https://centre.example/"));
    for (const char* url : {"http://10.1.2.3/hook", "ftp://x/", "file:///etc/passwd", "https://user:pw@x/", "x", "",
                            "http://127.0.0.1.example.org/", "http://localhost.example.org/", "http://127.0.0.1:8080/",
                            "https://127.0.0.1/", "https://LOCALHOST/", "https://a.localhost/", "https://[::1]:9/",
                            "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/", "https://[fe80::1]/",
                            // As libcurl and the system's resolver read numbers.
                            "https://2130706433/", "https://0x7f.1/", "https://127.1/"}) {
        CAPTURE(url);
        CHECK_FALSE(taken(url));
    }
    CHECK(taken("http://127.0.0.1:8080/", {"127.0.0.1"}));
    CHECK(taken("https://localhost/", {"localhost"}));
    CHECK(taken("https://[::1]/", {"::1"}));
    CHECK(taken("https://[::1]/", {"[::1]"}));
    CHECK_FALSE(taken("https://127.0.0.2/", {"127.0.0.1"}));
    CHECK_FALSE(taken("https://localhost/", {"127.0.0.1"}));
    CHECK_THAT(webhook_url_problem("https://127.0.0.1/", {}),
               Catch::Matchers::ContainsSubstring("webhook_local_hosts"));
}

TEST_CASE("what a name leads to is looked at when a message is sent") {
    OutsideServer server{take, OutsideServer::Tls::no};
    const std::string port = ":" + std::to_string(server.port()) + "/hook";
    for (const std::string& name : names_of_this_machine()) {
        CAPTURE(name);
        CHECK(webhook_url_problem("https://" + name + "/", {}).empty());
        CHECK_THAT(post("https://" + name + port, {}), Catch::Matchers::ContainsSubstring("webhook_local_hosts"));
        CHECK_THAT(post("https://" + name + port, {{}, {"127.0.0.1"}}),
                   Catch::Matchers::ContainsSubstring("webhook_local_hosts"));
    }
    CHECK_THAT(post("https://127.0.0.1" + port, {}), Catch::Matchers::ContainsSubstring("webhook_local_hosts"));
    CHECK(post("http://127.0.0.1" + port, {{}, {"127.0.0.1"}}).empty());
    CHECK(server.said() == std::vector<std::string>{"POST /hook HTTP/1.1"});
}

TEST_CASE("a webhook to this machine is refused, or taken where the configuration names it") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const HttpResponse refused = office.call("POST", "/api/v1/webhooks", {{"url", "https://127.0.0.1:9/hook"}});
    CHECK(refused.status == 400);
    CHECK(error_of(refused) == "bad_url");
    CHECK(office.call("POST", "/api/v1/webhooks", {{"url", "https://hook.example/"}}).status == 201);
}

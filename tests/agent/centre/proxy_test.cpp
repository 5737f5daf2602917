#include "agent/centre/proxy.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <string>

using namespace wardwatch;

namespace {

/// "host:port", "direct", or "refused".
std::string chosen(const std::string& servers, const std::string& bypass, const std::string& host) {
    try {
        const std::optional<ProxyEndpoint> proxy = choose_proxy({servers, bypass}, host);
        return proxy ? host_and_port(proxy->host, proxy->port) : "direct";
    } catch (const std::invalid_argument&) {
        return "refused";
    }
}

}  // namespace

TEST_CASE("the system's list of proxies, in the forms that systems write") {
    for (const auto& [servers, expected] : {std::pair{"", "direct"},
                                            {"proxy:8080", "proxy:8080"},
                                            {"Proxy.Example", "proxy.example:80"},
                                            {"http://proxy:3128/", "proxy:3128"},
                                            {"https=p:3128", "p:3128"},
                                            {"http=h:80;https=s:81;ftp=f:82", "s:81"},
                                            {"http=h:80", "direct"},
                                            {"socks=s:1080", "direct"},
                                            {"socks=s:1080 all:8080", "all:8080"},
                                            {"first:1;second:2", "first:1"},
                                            {"[2001:db8::1]:3128", "[2001:db8::1]:3128"},
                                            {"DIRECT", "direct"},
                                            {"socks5://proxy:1080", "refused"},
                                            {"http://me:secret@proxy:1", "refused"},
                                            {"proxy:port", "refused"}}) {
        INFO(servers);
        CHECK(chosen(servers, "", "centre.example") == expected);
    }
}

TEST_CASE("hosts that the system exempts are reached directly") {
    for (const auto& [bypass, host] : {std::pair{"centre.example", "centre.example"},
                                       {"*.example", "centre.example"},
                                       {"other.vn;*.Example", "centre.example"},
                                       {"10.*", "10.1.2.3"},
                                       {"10.*.3", "10.1.2.3"},
                                       {"<local>", "centre"},
                                       {"*", "centre.example"},
                                       {"[2001:db8::1]", "2001:db8::1"}}) {
        INFO(bypass);
        CHECK(chosen("proxy:1", bypass, host) == "direct");
    }
    for (const auto& [bypass, host] : {std::pair{"example", "centre.example"},
                                       {"*.example", "example"},
                                       {"10.*", "110.1.2.3"},
                                       {"<local>", "centre.example"},
                                       {"<local>", "2001:db8::1"},
                                       {"centre.example.", "centre.example"}}) {
        INFO(bypass);
        CHECK(chosen("proxy:1", bypass, host) == "proxy:1");
    }
}

TEST_CASE("the system's proxy never stands before this PC itself") {
    for (const char* host : {"127.0.0.1", "127.8.9.10", "::1", "localhost", "centre.localhost"})
        CHECK(chosen("proxy:1", "", host) == "direct");
    for (const char* host : {"127.example", "localhost.example"}) CHECK(chosen("proxy:1", "", host) == "proxy:1");
}

TEST_CASE("a proxy of one's own is used for every host, none for no host") {
    const std::string centre = "https://127.0.0.1:8443";
    CHECK(proxy_finder("http://Proxy.Example:3128", centre)() == ProxyEndpoint{"proxy.example", "3128"});
    CHECK(proxy_finder("none", centre)() == std::nullopt);
    CHECK(proxy_finder("system", centre)() == std::nullopt);
    CHECK_THROWS_AS(proxy_finder("system", "centre"), std::invalid_argument);
}

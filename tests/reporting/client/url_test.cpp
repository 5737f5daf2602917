#include "reporting/client/url.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <vector>

using namespace wardwatch;

TEST_CASE("the centre's address in all its forms") {
    struct Case {
        const char* url;
        const char* host;
        const char* port;
    };
    for (const Case& each : std::vector<Case>{{"https://centre.example:8443", "centre.example", "8443"},
                                              {"https://centre.example", "centre.example", "443"},
                                              {"HTTPS://Centre.Example:08443/", "centre.example", "8443"},
                                              {"https://10.1.2.3:1", "10.1.2.3", "1"},
                                              {"https://[2001:DB8::1]:65535", "2001:db8::1", "65535"},
                                              {"https://[::1]/", "::1", "443"}}) {
        const CentreUrl url = parse_centre_url(each.url);
        CHECK(url.host == each.host);
        CHECK(url.port == each.port);
    }
    CHECK(host_and_port("centre.example", "1") == "centre.example:1");
    CHECK(host_and_port("::1", "8443") == "[::1]:8443");
}

TEST_CASE("a proxy's address, and what is none") {
    CHECK(parse_proxy_url("http://Proxy.Example:3128/") == ProxyEndpoint{"proxy.example", "3128"});
    CHECK(parse_proxy_url("http://proxy") == ProxyEndpoint{"proxy", "80"});
    CHECK(parse_proxy_url("http://[::1]:8080") == ProxyEndpoint{"::1", "8080"});
    for (const char* url : {"", "proxy:3128", "https://proxy:3128", "socks5://proxy:1080", "http://", "http://proxy:0",
                            "http://proxy:3128/x", "http://a b", "http://me:secret@proxy:3128"}) {
        INFO(url);
        CHECK_THROWS_AS(parse_proxy_url(url), std::invalid_argument);
    }
    try {
        parse_proxy_url("http://me:secret@proxy:3128");
    } catch (const std::invalid_argument& error) {
        CHECK(std::string(error.what()) ==
              "The proxy's address 'proxy:3128' cannot be used: user names and passwords do not belong there. Write it "
              "as http://name:3128.");
    }
}

TEST_CASE("anything else is refused, in words") {
    for (const char* url : {"",
                            "centre.example",
                            "http://centre.example",
                            "https://",
                            "https:///",
                            "https://centre.example:",
                            "https://centre.example:0",
                            "https://centre.example:65536",
                            "https://centre.example:8443x",
                            "https://centre.example:-1",
                            "https://centre.example/v1",
                            "https://centre.example//",
                            "https://centre.example?x",
                            "https://centre.example#x",
                            "https://user:secret@centre.example",
                            "https://2001:db8::1",
                            "https://[2001:db8::1",
                            "https://[centre]:1",
                            "https://[::1]x",
                            "https://a b",
                            "https://a\r\nHost: b",
                            "https://phường.vn",
                            "ftp://centre.example",
                            "https://.example",
                            "https://-a"}) {
        INFO(url);
        CHECK_THROWS_AS(parse_centre_url(url), std::invalid_argument);
    }
    try {
        parse_centre_url("http://centre.example");
    } catch (const std::invalid_argument& error) {
        CHECK(std::string(error.what()) ==
              "The centre's address 'http://centre.example' cannot be used: it must begin with https://. "
              "Write it as https://name:8443.");
    }
}

TEST_CASE("fingerprints with or without colons, in any case") {
    const std::string plain = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    std::string colons;
    for (std::size_t i = 0; i < plain.size(); i += 2) colons += (i == 0 ? "" : ":") + plain.substr(i, 2);
    std::string upper = colons;
    for (char& c : upper) {
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    CHECK(parse_fingerprint(plain) == plain);
    CHECK(parse_fingerprint(colons) == plain);
    CHECK(parse_fingerprint("  " + upper + "\r\n") == plain);
    for (const std::string& bad :
         {std::string(), std::string("  "), plain.substr(1), plain + "0", "g" + plain.substr(1), plain.substr(0, 40)}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_fingerprint(bad), std::invalid_argument);
    }
}

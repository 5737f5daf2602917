#include "collectors/credential_stores/official_hosts.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

namespace {

const std::vector<std::string> patterns = {"*.hanoi.gov.vn", "dichvucong.gov.vn", "*.Ngânhàng.vn",
                                           "xn--ngnhp-qwa1hs100a.vn"};

}  // namespace

TEST_CASE("hosts of official systems") {
    const OfficialHosts hosts(patterns);
    for (const char* url : {
             "https://hanoi.gov.vn",
             "https://HaNoi.GOV.vn/login",
             "http://egov.hanoi.gov.vn:8080/a?b#c",
             "HTTPS://a.b.hanoi.gov.vn./",
             "https://user:word@egov.hanoi.gov.vn/",
             "https://evil.com@egov.hanoi.gov.vn/",
             "https://dichvucong.gov.vn",
             "https://dichvucong.gov.vn/realm text",
             "https://ngânhàng.vn/",
             "https://xn--ngnhng-ltan.vn",
             "https://www.xn--ngnhng-ltan.vn",
             "https://WWW.ngânhàng.vn",
             "https://xn--ngnhp-qwa1hs100a.vn",
         }) {
        CAPTURE(url);
        CHECK(hosts.match_url(url));
    }
}

TEST_CASE("hosts that only look official") {
    const OfficialHosts hosts(patterns);
    for (const char* url : {
             "https://hanoi.gov.vn.evil.com",
             "https://hanoi.gov.vn@evil.com",
             "https://hanoi.gov.vn:443@evil.com/",
             "https://evil.com/hanoi.gov.vn",
             "https://evil.com?https://hanoi.gov.vn",
             "https://evil.com#@hanoi.gov.vn",
             "https://evil.com\\@hanoi.gov.vn",
             "https://xhanoi.gov.vn",
             "https://gov.vn",
             "https://www.dichvucong.gov.vn",
             "https://dichvucong.gov.vn..",
             "android://TESTHASH@egov.hanoi.gov.vn/",
             "moz-proxy://hanoi.gov.vn:3128",
             "chrome://hanoi.gov.vn",
             "ftp://hanoi.gov.vn",
             "https://[2001:db8::1]/",
             "https://[::ffff:hanoi.gov.vn]/",
             "https://",
             "hanoi.gov.vn",
             "",
             "https://\xff\xfe.hanoi.gov.vn",
             "https://ngânhàng.com",
         }) {
        CAPTURE(url);
        CHECK_FALSE(hosts.match_url(url));
    }
}

TEST_CASE("patterns that mean nothing match nothing") {
    const std::vector<std::string> senseless = {"", "*", "*.", ".", "*.*.vn", "https://hanoi.gov.vn", "a b", "*.vn:80"};
    const OfficialHosts hosts(senseless);
    for (const char* url : {"https://hanoi.gov.vn", "https://vn", "https://a", "https://x.vn"}) {
        CHECK_FALSE(hosts.match_url(url));
    }
}

TEST_CASE("Unicode hosts become punycode") {
    CHECK(ascii_host("ngânhàng.vn") == "xn--ngnhng-ltan.vn");
    CHECK(ascii_host("Bücher.example.") == "xn--bcher-kva.example");
    CHECK(ascii_host("việtnam") == "xn--vitnam-jk8b");
    CHECK(ascii_host("他们为什么不说中文") == "xn--ihqwcrb4cv8a8dqg056pqjye");
    CHECK(ascii_host("a..b").empty());
    CHECK(ascii_host("\xC3").empty());
    CHECK(ascii_host(std::string(300, 'a')).empty());
}

TEST_CASE("names below which anybody can have a site are no patterns") {
    for (const char* pattern : {"*.vn", "*.com", "*.com.vn", "*.edu.vn", "*.hanoi.vn", "*.io.vn", "*.co.uk", "*.COM.vn",
                                "*.", "*", "", "*.*.vn", "a b.vn", "*.com.vn."}) {
        CAPTURE(pattern);
        CHECK_FALSE(is_host_pattern(pattern));
        const OfficialHosts hosts(std::vector<std::string>{pattern});
        CHECK_FALSE(hosts.match_url("https://shop.com.vn/"));
        CHECK_FALSE(hosts.match_url("https://com.vn/"));
    }
    // Only state bodies get names below gov.vn.
    for (const char* pattern :
         {"*.gov.vn", "*.hanoi.gov.vn", "*.chinhphu.vn", "vanban", "com.vn", "*.example.com.vn"}) {
        CAPTURE(pattern);
        CHECK(is_host_pattern(pattern));
    }
    CHECK(OfficialHosts(std::vector<std::string>{"*.gov.vn"}).match_url("https://a.tayho.hanoi.gov.vn"));
    CHECK_FALSE(OfficialHosts(std::vector<std::string>{"*.gov.vn"}).match_url("https://hanoi.gov.vn.evil.com"));
}

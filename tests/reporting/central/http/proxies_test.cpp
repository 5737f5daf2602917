// Connections that a proxy passes on: whose they are, and heads that are none.
#include "reporting/central/http/proxies.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <optional>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using std::string;

namespace {

const string signature{"\r\n\r\n\0\r\nQUIT\n", 12};
const string ipv4{"\xC0\x00\x02\x01\xC0\x00\x02\x02\xC3\x50\x20\xFB", 12};  // 192.0.2.1:50000 to 192.0.2.2:8443
const string ipv6 = string{"\x20\x01\x0D\xB8", 4} + string(11, '\0') + "\x01" + string(16, '\0') + "\xC3\x50\x20\xFB";

string binary(char command, char family, const string& rest) {
    return signature + command + family + static_cast<char>(rest.size() / 256) + static_cast<char>(rest.size() % 256) +
           rest;
}

/// A header's address when its bytes come as they are asked for, and how many that were.
std::optional<std::pair<string, std::size_t>> read(const string& bytes) {
    string came;
    for (std::size_t more = proxy_header_wants(came); more > 0; more = proxy_header_wants(came)) {
        if (came.size() + more > bytes.size()) return std::nullopt;
        came += bytes.substr(came.size(), more);
    }
    return std::pair{proxied_address(came), came.size()};
}

string address_in(const string& header) {
    // What follows is TLS's, and not touched; a header is one however small the pieces are in which it comes.
    const auto followed = read(header + "\x16\x03\x01\x02");
    REQUIRE(followed);
    CHECK(followed->second == header.size());
    string came;
    for (const char byte : header) {
        CHECK(proxy_header_wants(came) > 0);
        CHECK(came.size() + proxy_header_wants(came) <= header.size());
        came += byte;
    }
    CHECK(proxy_header_wants(came) == 0);
    for (std::size_t size = 0; size < header.size(); ++size)
        CHECK_THROWS_AS(proxied_address(header.substr(0, size)), ProxyError);
    return followed->first;
}

/// What is said against it; empty where it is right or only cut short.
string mistake_in(const string& header) {
    try {
        read(header);
    } catch (const ProxyError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("proxy: the client's address is told as text or bytes") {
    CHECK(address_in("PROXY TCP4 192.0.2.1 192.0.2.2 50000 8443\r\n") == "192.0.2.1");
    CHECK(address_in("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n") == "255.255.255.255");
    CHECK(address_in("PROXY TCP6 2001:db8::1 ::1 0 1\r\n") == "2001:db8::1");
    CHECK(address_in("PROXY TCP6 ::ffff:192.0.2.1 ::1 0 1\r\n") == "192.0.2.1");
    CHECK(address_in(binary('\x21', '\x11', ipv4)) == "192.0.2.1");
    CHECK(address_in(binary('\x21', '\x21', ipv6)) == "2001:db8::1");
    // With more behind the addresses: a name (type 2) and nothing at all (type 4).
    CHECK(address_in(binary('\x21', '\x11', ipv4 + string{"\x02\x00\x03pc1\x04\x00\x00", 9})) == "192.0.2.1");
}

TEST_CASE("proxy: the proxy itself asks, or does not know") {
    CHECK(address_in("PROXY UNKNOWN\r\n").empty());
    CHECK(address_in("PROXY UNKNOWN anything at all\r\n").empty());
    CHECK(address_in(binary('\x20', '\x00', "")).empty());
    CHECK(address_in(binary('\x20', '\x11', ipv4)).empty());
    CHECK(address_in(binary('\x21', '\x00', "")).empty());
}

TEST_CASE("proxy: what is no header is refused as early as it shows") {
    for (const char* begin : {"G", "PROXY1", "\x16\x03\x01\x02", "\r\n\r\nx", "PROXX", "proxy "}) {
        INFO(begin);
        CHECK_THAT(mistake_in(string{begin} + string(200, 'x')), ContainsSubstring("something else came"));
    }
    const auto wrong = [](const string& header, const string& why) {
        INFO(header);
        CHECK_THAT(mistake_in(header), ContainsSubstring(why));
    };
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 50000\r\n", "lacks a word");
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 50000 8443 1\r\n", "port");
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 65536 8443\r\n", "port");
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 050 8443\r\n", "port");
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 -1 8443\r\n", "port");
    wrong("PROXY TCP4  192.0.2.1 192.0.2.2 1 8443\r\n", "port");
    wrong("PROXY TCP4 192.0.2.256 192.0.2.2 1 8443\r\n", "address");
    wrong("PROXY TCP4 2001:db8::1 192.0.2.2 1 8443\r\n", "address");
    wrong("PROXY TCP6 192.0.2.1 ::1 1 8443\r\n", "address");
    wrong("PROXY TCP6 fe80::1%lo ::1 1 8443\r\n", "TCP4, TCP6 or UNKNOWN");
    wrong("PROXY UDP4 192.0.2.1 192.0.2.2 1 8443\r\n", "TCP4, TCP6 or UNKNOWN");
    wrong("PROXY UNKNOWNS 192.0.2.1 192.0.2.2 1 8443\r\n", "TCP4, TCP6 or UNKNOWN");
    wrong("PROXY TCP4 192.0.2.1 192.0.2.2 1 8443 \n\n", "CR LF");
    wrong("PROXY TCP4 192.0.2.1\r192.0.2.2 1 8443\r\n", "CR LF");
    wrong("PROXY UNKNOWN" + string(200, ' ') + "\r\n", "too long");
    wrong(binary('\x11', '\x11', ipv4), "version 1");
    wrong(binary('\x22', '\x11', ipv4), "command 2");
    wrong(binary('\x21', '\x12', ipv4), "no TCP");
    wrong(binary('\x21', '\x31', string(216, 'x')), "no TCP");
    wrong(binary('\x21', '\x11', ipv4.substr(1)), "cut short");
    wrong(binary('\x21', '\x21', ipv4), "cut short");
    wrong(binary('\x21', '\x11', ipv4 + "\x02"), "follows");
    wrong(binary('\x21', '\x11', ipv4 + string{"\x02\x00\x04pc1", 6}), "follows");
    wrong(binary('\x21', '\x11', ipv4 + string(1100, '\0')), "too long");
}

TEST_CASE("proxy: proxies are named by address and network") {
    const Proxies proxies{{"10.0.0.5", "192.168.4.0/22", "fd00::/8", "2001:db8::5"}};
    for (const char* inside : {"10.0.0.5", "192.168.4.0", "192.168.7.255", "fd12::1", "2001:db8::5"}) {
        INFO(inside);
        CHECK(proxies.holds(inside));
    }
    for (const char* outside : {"10.0.0.6", "192.168.8.0", "192.168.3.255", "fc00::1", "2001:db8::6", "::", "", "x"}) {
        INFO(outside);
        CHECK_FALSE(proxies.holds(outside));
    }
    CHECK(Proxies{{"0.0.0.0/0"}}.holds("203.0.113.9"));
    CHECK_FALSE(Proxies{{"0.0.0.0/0"}}.holds("::1"));
    CHECK_FALSE(Proxies{}.holds("127.0.0.1"));
    for (const char* wrong : {"", "x", "10.0.0.5/", "10.0.0.5/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/024",
                              "10.0.0.0/8/8", "fd00::1%lo", "proxy.example"}) {
        INFO(wrong);
        CHECK_THROWS_AS(Proxies{{wrong}}, ProxyError);
    }
}

namespace {

/// A listener with a proxy on this machine, whose handler answers with the client's address.
struct BehindProxy {
    Log log;
    Server server{2};
    std::uint16_t port;

    explicit BehindProxy(const string& proxy) {
        ListenerOptions options = agents_options();
        options.proxies = Proxies{{proxy}};
        options.log_error = log.writer();
        port = server.listen(options, [](const HttpRequest& request) {
            return HttpResponse{200, {}, "<" + request.remote_address + ">"};
        });
    }

    /// Who the listener says we are, after these bytes, in pieces of that size.
    string known_as(const string& begin, std::size_t piece) {
        RawTls tls;
        tls.before = begin;
        tls.piece = piece;
        RawStream stream = raw_connect(port, &tls);
        stream.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        const string answer = stream.read_until(">");
        return answer.substr(std::min(answer.find('<'), answer.size()));
    }
};

}  // namespace

TEST_CASE("proxy: a listener knows the client by what a named proxy tells, and by nothing else") {
    BehindProxy named{"127.0.0.0/8"};
    const string text = "PROXY TCP4 192.0.2.1 192.0.2.2 50000 8443\r\n";
    const string bytes = binary('\x21', '\x21', ipv6);
    CHECK(named.known_as(text, 1000) == "<192.0.2.1>");
    CHECK(named.known_as(text, 1) == "<192.0.2.1>");
    CHECK(named.known_as(bytes, 1000) == "<2001:db8::1>");
    CHECK(named.known_as(bytes, 1) == "<2001:db8::1>");
    CHECK(named.known_as(binary('\x20', '\x00', ""), 5) == "<127.0.0.1>");
    CHECK(named.log.text().empty());
    CHECK(named.known_as("", 1).empty());
    CHECK_THAT(named.log.text(), ContainsSubstring("the proxy 127.0.0.1: the PROXY header is wrong"));
    CHECK(named.known_as(text + text, 1000).empty());

    BehindProxy other{"127.0.0.2"};
    CHECK(other.known_as("", 1) == "<127.0.0.1>");
    CHECK(other.known_as(text, 1000).empty());
}

TEST_CASE("proxy: one that sends nothing has as long as a handshake") {
    ListenerOptions options = agents_options();
    options.proxies = Proxies{{"127.0.0.1"}};
    options.handshake_limit = std::chrono::seconds{1};
    Server server{2};
    const std::uint16_t port = server.listen(options, [](const HttpRequest&) { return HttpResponse{200, {}, "<>"}; });
    RawStream silent = raw_connect(port, nullptr);
    CHECK(silent.write("PROXY TCP4"));
    CHECK(silent.read_all().empty());
}

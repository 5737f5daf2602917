// Proxies that misbehave, as the client sees them. (A real tunnel: tests/end_to_end/proxy_test.py.)
#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

/// What a heartbeat through a proxy that does this ends with; `asked` gets what the proxy was sent first.
std::string said_through(std::function<void(RawStream&)> answer, std::string* asked = nullptr,
                         std::chrono::seconds deadline = std::chrono::seconds{60}) {
    std::string head;
    std::string said;
    {
        const RawServer proxy(nullptr, [&](RawStream& stream) {
            head = stream.read_until("\r\n\r\n");
            answer(stream);
        });
        const Client client("https://[2001:db8::1]:8443", "wardwatch-test/1", deadline,
                            ProxyEndpoint{"localhost", std::to_string(proxy.port())});
        said = message_of<CentreUnreachable>([&] { client.send_heartbeat(identity_of(authority()), Heartbeat{}); });
        CHECK(contains(said, "The centre at [2001:db8::1]:8443, through the proxy http://localhost:" +
                                 std::to_string(proxy.port()) + ", "));
    }  // its thread has ended
    if (asked) *asked = head;
    return said;
}

}  // namespace

TEST_CASE("the proxy is asked for the centre by its name, and for nothing else") {
    std::string asked;
    const std::string said = said_through([](RawStream&) {}, &asked);
    CHECK(asked ==
          "CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\nUser-Agent: wardwatch-test/1\r\n\r\n");
    CHECK(contains(said, "the proxy opened no tunnel (the connection was closed before the answer was complete)"));
}

TEST_CASE("a proxy that refuses is quoted by number only") {
    const std::string said =
        said_through([](RawStream& stream) { stream.write("HTTP/1.1 502 secret-word\r\nContent-Length: 0\r\n\r\n"); });
    CHECK(contains(said, "it answered 502 (Bad Gateway)"));
    CHECK_FALSE(contains(said, "secret-word"));
    CHECK(contains(said_through([](RawStream& stream) {
                       stream.write("HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n");
                   }),
                   "wants a user name and a password (407)"));
}

TEST_CASE("what is no HTTP proxy is said to be none") {
    CHECK(contains(said_through([](RawStream& stream) { stream.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"); }),
                   "the proxy opened no tunnel"));
    CHECK(contains(said_through([](RawStream& stream) {
                       stream.write("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
                   }),
                   "the proxy opened no tunnel"));
    CHECK(contains(said_through([](RawStream& stream) { stream.write("HTTP/1.1 200 OK\r\n\r\n<html>"); }),
                   "the proxy sent what is no tunnel"));
}

TEST_CASE("the deadline holds while the proxy is silent, and behind an open tunnel") {
    const std::chrono::seconds one{1};
    // Reading holds the connection open until the client gives up.
    CHECK(contains(said_through([](RawStream& stream) { stream.read_all(); }, nullptr, one),
                   "did not answer in time, while the proxy was asked for a tunnel"));
    CHECK(contains(said_through(
                       [](RawStream& stream) {
                           stream.write("HTTP/1.1 200 OK\r\n\r\n");
                           stream.read_all();
                       },
                       nullptr, one),
                   "did not answer in time, during the TLS handshake"));
}

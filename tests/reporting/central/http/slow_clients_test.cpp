// Clients that take their time: each way to hold a connection ends by a limit that nothing they send puts off. On both
// listeners, which differ in whether they ask for a certificate.
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

/// One that takes a second for anything.
class HastyCentre {
public:
    explicit HastyCentre(bool agents) {
        ListenerOptions options = agents_options();
        options.client_certificates = agents;
        options.handshake_limit = options.idle_limit = options.request_limit = 1s;
        options.proxies = Proxies{};
        port_ = server_.listen(options, [this](const HttpRequest&) {
            ++served_;
            return HttpResponse{200, {}, std::string(64u << 20, 'x')};
        });
        options.proxies = Proxies{{"127.0.0.1"}};
        behind_proxy_ = server_.listen(options, [this](const HttpRequest&) {
            ++served_;
            return HttpResponse{};
        });
    }

    RawStream plain() const { return raw_connect(port_, nullptr); }
    RawStream behind_proxy() const { return raw_connect(behind_proxy_, nullptr); }
    RawStream tls() const {
        const RawTls tls;
        return raw_connect(port_, &tls);
    }
    int served() const { return served_; }

private:
    std::atomic<int> served_{0};
    Server server_{2};
    std::uint16_t port_ = 0;
    std::uint16_t behind_proxy_ = 0;
};

/// Sends `begin`, then `again` over and over until the connection is closed; false when it never is.
bool ends(RawStream stream, const std::string& begin, const std::string& again) {
    stream.write(begin);
    for (int sent = 0; sent < 1200; ++sent) {
        if (!stream.write(again)) return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

}  // namespace

TEST_CASE("clients that send a byte now and then are cut off by a limit, on both listeners") {
    const bool agents = GENERATE(true, false);
    INFO("agents: " << agents);
    const HastyCentre centre{agents};
    // A TLS record that is 16 KiB long, a PROXY header, heads of one line and of many, bodies with a length and in
    // chunks.
    const std::string record{"\x16\x03\x01\x40\x00", 5};
    CHECK(ends(centre.plain(), record, "x"));
    CHECK(ends(centre.behind_proxy(), "PROXY TCP4 1", "2"));
    CHECK(ends(centre.tls(), "G", "E"));
    CHECK(ends(centre.tls(), "GET / HTTP/1.1\r\n", "a: b\r\n"));
    CHECK(ends(centre.tls(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", "x"));
    CHECK(ends(centre.tls(), "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
    CHECK(centre.served() == 0);
}

TEST_CASE("clients that fall silent are cut off at each stage, on both listeners") {
    const bool agents = GENERATE(true, false);
    INFO("agents: " << agents);
    const HastyCentre centre{agents};
    std::vector<RawStream> silent;
    silent.push_back(centre.plain());
    silent.push_back(centre.plain());
    silent.back().write("\x16\x03\x01");
    silent.push_back(centre.behind_proxy());
    for (const char* begin : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"}) {
        silent.push_back(centre.tls());
        silent.back().write(begin);
    }
    for (RawStream& stream : silent) CHECK(stream.read_all().empty());
    CHECK(centre.served() == 0);
}

TEST_CASE("a client that does not read its answer is cut off, on both listeners") {
    const bool agents = GENERATE(true, false);
    INFO("agents: " << agents);
    const HastyCentre centre{agents};
    RawStream stream = centre.tls();
    stream.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    // 64 MiB do not fit into the system's buffers; whatever it sends puts nothing off.
    CHECK(ends(std::move(stream), "", "x"));
    CHECK(centre.served() == 1);
}

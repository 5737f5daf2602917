// Connections, TLS and the end of a listener.
#include "reporting/central/http/listener.h"

#include <catch2/catch_test_macros.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "reporting/central/http/capacity.h"
#include "reporting/central/http/handshakes.h"
#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

HttpResponse yes(const HttpRequest&) { return {200, {}, R"({"want_report":true})"}; }

RawStream connect_tls(std::uint16_t port) {
    const RawTls tls;
    return raw_connect(port, &tls);
}

bool is_answered(RawStream& stream) {
    stream.write(get);
    return stream.read_until("}").starts_with("HTTP/1.1 200 OK");
}

}  // namespace

TEST_CASE("200 connections at once are all served") {
    Server server(4);
    std::atomic<int> served{0};
    ListenerOptions options = agents_options();
    options.connections_of_pc = 200;
    const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
        ++served;
        return yes(request);
    });
    const Identity identity = identity_of(authority());
    std::vector<std::future<bool>> answers;
    answers.reserve(200);
    for (int i = 0; i < 200; ++i) {
        answers.push_back(
            std::async(std::launch::async, [&] { return client_of(port).send_heartbeat(identity, {}).want_report; }));
    }
    int wanted = 0;
    for (auto& answer : answers) wanted += answer.get() ? 1 : 0;
    CHECK(wanted == 200);
    CHECK(served == 200);
}

TEST_CASE("few handshakes at once: the others wait, and who never speaks holds up nobody") {
    ListenerOptions options = agents_options();
    options.handshakes_at_once = 2;
    options.handshake_limit = 60s;
    Server server(2);
    const std::uint16_t port = server.listen(options, yes);
    std::vector<RawStream> silent;
    for (int i = 0; i < 4; ++i) silent.push_back(raw_connect(port, nullptr));
    std::vector<std::future<bool>> answers;
    for (int i = 0; i < 20; ++i) {
        answers.push_back(std::async(std::launch::async, [&] {
            RawStream stream = connect_tls(port);
            return is_answered(stream);
        }));
    }
    int answered = 0;
    for (auto& answer : answers) answered += answer.get() ? 1 : 0;
    CHECK(answered == 20);
}

TEST_CASE("handshakes under way count until they end, and for a second at most") {
    Handshakes handshakes(2);
    const Handshakes::Time start{};
    const std::uint64_t first = handshakes.begin(start);
    CHECK(handshakes.has_room(start));
    handshakes.begin(start + 300ms);
    CHECK_FALSE(handshakes.has_room(start + 999ms));
    CHECK(handshakes.room_at() == start + 1s);
    CHECK(handshakes.has_room(start + 1s));
    handshakes.begin(start + 1s);
    handshakes.end(first);  // too late to count twice
    CHECK_FALSE(handshakes.has_room(start + 1100ms));
    handshakes.end(first + 1);
    CHECK(handshakes.has_room(start + 1100ms));
}

TEST_CASE("strangers over the limit are refused, and who is known is none") {
    ListenerOptions options = agents_options();
    options.strangers = {3, 2, 1h};
    std::vector<std::string> log;
    std::mutex mutex;
    options.log_error = [&](const std::string& line) {
        const std::lock_guard lock(mutex);
        log.push_back(line);
    };
    Server server(2);
    const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
        if (request.target == "/known") *request.admitted = 1;
        return yes(request);
    });
    RawStream first = connect_tls(port);
    RawStream second = connect_tls(port);
    CHECK(is_answered(first));
    CHECK(is_answered(second));
    CHECK(raw_connect(port, nullptr).read_all().empty());
    first.write("GET /known HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(first.read_until("}").starts_with("HTTP/1.1 200 OK"));
    RawStream third = connect_tls(port);
    CHECK(is_answered(third));
    CHECK(is_answered(first));
    const std::lock_guard lock(mutex);
    REQUIRE(log.size() == 1);
    CHECK(log[0] ==
          "turned away 1 connections, the last when 127.0.0.1 came: too many clients at once that are not known");
}

TEST_CASE("how many PCs may be connected grows with the machine") {
    constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
    CHECK(agent_connections(1024, 16 * gibibyte) == 896);
    CHECK(agent_connections(135'168, 16 * gibibyte) == 135'040);
    CHECK(agent_connections(135'168, 2 * gibibyte) == 32'768);
    CHECK(agent_connections(16, gibibyte) == 128);
    CHECK(agent_connections(1'000'000'000, 1024 * gibibyte) == (1u << 20) - 128);
}

TEST_CASE("larger bodies have room together, and none is read for which there is no room") {
    ListenerOptions options = agents_options();
    options.bodies_limit = 100'000;
    Server server(2);
    const std::uint16_t port = server.listen(options, yes);
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 80000\r\n";
    RawStream slow = connect_tls(port);
    slow.write(head + "Expect: 100-continue\r\n\r\n");
    REQUIRE(slow.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
    RawStream large = connect_tls(port);
    large.write(head + "\r\n" + std::string(80'000, 'b'));
    const std::string refused = large.read_until("}");
    CHECK(refused.starts_with("HTTP/1.1 503"));
    CHECK(std::stoi(refused.substr(refused.find("Retry-After: ") + 13)) >= 30);
    RawStream small = connect_tls(port);
    CHECK(is_answered(small));
    slow.write(std::string(80'000, 'a'));
    CHECK(slow.read_until("}").starts_with("HTTP/1.1 200 OK"));
    RawStream chunks = connect_tls(port);  // as long as any: 1 MiB
    chunks.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(chunks.read_until("}").starts_with("HTTP/1.1 503"));
}

TEST_CASE("200 connections stay open side by side") {
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), yes);
    std::vector<RawStream> streams;
    streams.reserve(200);
    for (int i = 0; i < 200; ++i) streams.push_back(connect_tls(port));
    int answered = 0;
    for (RawStream& stream : streams) answered += is_answered(stream) ? 1 : 0;
    for (RawStream& stream : streams) answered += is_answered(stream) ? 1 : 0;
    CHECK(answered == 400);
}

TEST_CASE("bytes that are no TLS harm nobody") {
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), yes);
    for (const std::string& bytes : {get, std::string(1, '\x16'), std::string(100000, '\0'),
                                     std::string("\x16\x03\x01\xff\xff"), std::string("SSH-2.0-OpenSSH_9.2\r\n")}) {
        RawStream plain = raw_connect(port, nullptr);
        CHECK(plain.write(bytes));
    }
    RawStream proper = connect_tls(port);
    CHECK(is_answered(proper));
}

TEST_CASE("connections over the limit wait until one ends") {
    ListenerOptions options = agents_options();
    options.connection_limit = 2;
    Server server(2);
    std::atomic<int> served{0};
    const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
        ++served;
        return yes(request);
    });
    std::vector<RawStream> open;
    open.push_back(connect_tls(port));
    open.push_back(connect_tls(port));
    CHECK(is_answered(open[0]));
    CHECK(is_answered(open[1]));
    auto third = std::async(std::launch::async, [&] {
        RawStream stream = connect_tls(port);
        return is_answered(stream);
    });
    CHECK(third.wait_for(300ms) == std::future_status::timeout);
    CHECK(served == 2);
    open.pop_back();
    CHECK(third.get());
    CHECK(served == 3);
}

TEST_CASE("a certificate is looked at once for a connection; without a limit no session is kept") {
    Server server(1);
    std::vector<std::shared_ptr<const CertificateInfo>> seen;
    const std::uint16_t agents = server.listen(agents_options(), [&](const HttpRequest& request) {
        seen.push_back(request.client_certificate);
        return yes(request);
    });
    ListenerOptions people = agents_options();
    people.client_certificates = false;
    const std::uint16_t people_port = server.listen(people, yes);

    const Identity identity = identity_of(authority());
    const RawTls pc = as_peer(identity);
    RawStream stream = raw_connect(agents, &pc);
    for (int i = 0; i < 2; ++i) CHECK(is_answered(stream));
    REQUIRE(seen.size() == 2);
    REQUIRE(seen[0]);
    CHECK(seen[0]->sha256 == inspect_certificate(identity.certificate_pem).sha256);
    CHECK(seen[0]->common_name == device);
    // Looked at once: the very same object, not one like it.
    CHECK(seen[1] == seen[0]);
    RawStream another = raw_connect(agents, &pc);
    CHECK(is_answered(another));
    CHECK(seen.back() != seen[0]);
    CHECK_FALSE(stream.session_can_be_resumed());
    RawTls old;
    old.tls12_only = true;
    RawStream tls12 = raw_connect(people_port, &old);
    CHECK(is_answered(tls12));
    CHECK_FALSE(tls12.session_can_be_resumed());
}

TEST_CASE("agents speak TLS 1.3, people may speak 1.2") {
    Server server(1);
    ListenerOptions people = agents_options();
    people.client_certificates = false;
    auto seen = std::make_shared<const CertificateInfo>();
    const std::uint16_t agents_port = server.listen(agents_options(), yes);
    const std::uint16_t people_port = server.listen(people, [&](const HttpRequest& request) {
        seen = request.client_certificate;
        return yes(request);
    });
    RawTls old;
    old.tls12_only = true;
    CHECK_FALSE(raw_connect(agents_port, &old).is_open());
    RawStream tls12 = raw_connect(people_port, &old);
    REQUIRE(is_answered(tls12));
    CHECK(tls12.tls_version() == "TLSv1.2");
    const RawTls pc = as_peer(identity_of(authority()));
    RawStream tls13 = raw_connect(people_port, &pc);
    REQUIRE(is_answered(tls13));
    CHECK(tls13.tls_version() == "TLSv1.3");
    CHECK(seen == nullptr);
}

TEST_CASE("stop() lets a running request end and closes the idle ones") {
    Server server(2);
    std::promise<void> started;
    std::promise<void> go_on;
    auto going = go_on.get_future().share();
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest& request) {
        started.set_value();
        going.wait();
        return yes(request);
    });
    RawStream idle = connect_tls(port);
    RawStream busy = connect_tls(port);
    busy.write(get);
    started.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { server.stop(60s); });
    CHECK(idle.read_all().empty());
    CHECK(stopped.wait_for(100ms) == std::future_status::timeout);
    go_on.set_value();
    const std::string answer = busy.read_all();
    CHECK(answer.starts_with("HTTP/1.1 200 OK"));
    CHECK(contains(answer, "Connection: close"));
    CHECK(answer.ends_with("}"));
    stopped.get();
    server.run();  // returns, as stop() was called
    CHECK_FALSE(raw_connect(port, nullptr).is_open());
}

TEST_CASE("stop() waits for no client longer than its grace") {
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), [](const HttpRequest&) {
        return HttpResponse{200, {}, std::string(64u << 20, 'x')};
    });
    RawStream never_reads = connect_tls(port);
    never_reads.write(get);
    RawStream sends_half = connect_tls(port);
    sends_half.write("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    std::thread waiting([&] { server.run(); });
    server.stop(0s);
    waiting.join();
    CHECK(sends_half.read_all().empty());
}

TEST_CASE("a server that never listened stops at once, and listens no more after that") {
    Server server(1);
    server.stop();
    server.stop();
    CHECK_THROWS_AS(server.listen(agents_options(), yes), std::logic_error);
}

TEST_CASE("an address that cannot be listened on is named, with what to do") {
    Server server(1);
    ListenerOptions options = agents_options();
    options.port = server.listen(options, yes);
    Server second(1);
    CHECK(message_of<std::runtime_error>([&] { second.listen(options, yes); }) ==
          "Cannot listen on 127.0.0.1 port " + std::to_string(options.port) +
              ": another program uses this port. End it, or choose another port.");
    options.address = "centre.example";
    CHECK(contains(message_of<std::runtime_error>([&] { second.listen(options, yes); }), "it is not an IP address"));
    options.address = "203.0.113.7";
    CHECK(
        contains(message_of<std::runtime_error>([&] { second.listen(options, yes); }), "Cannot listen on 203.0.113.7"));
    options.address = "127.0.0.1";
    options.port = 0;
    options.certificate.private_key_pem = make_private_key();
    CHECK_THROWS_AS(second.listen(options, yes), PkiError);
}

TEST_CASE("all addresses include IPv4, and clients are named as they are") {
    Server server(1);
    ListenerOptions options = agents_options();
    options.address = "::";
    std::string seen;
    std::uint16_t port = 0;
    try {
        port = server.listen(options, [&](const HttpRequest& request) {
            seen = request.remote_address;
            return yes(request);
        });
    } catch (const std::runtime_error&) {
        SKIP("this machine has no IPv6");
    }
    RawStream stream = connect_tls(port);
    CHECK(is_answered(stream));
    CHECK(seen == "127.0.0.1");
    const Client by_ipv6(url_of(port, "[::1]"), "test");
    CHECK(by_ipv6.send_heartbeat(identity_of(authority()), {}).want_report);
    CHECK(seen == "::1");
}

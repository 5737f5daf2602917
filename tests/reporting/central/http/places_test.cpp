// How many connections there may be, in all and of one owner, and who makes room.
#include "reporting/central/http/places.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

const Places::SteadyTime start{10h};

void nothing() {}

HttpResponse yes(const HttpRequest&) { return {200, {}, R"({"want_report":true})"}; }

RawStream connect_tls(std::uint16_t port) {
    const RawTls tls;
    return raw_connect(port, &tls);
}

bool is_answered(RawStream& stream, const std::string& path = "/") {
    stream.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return stream.read_until("}").starts_with("HTTP/1.1 200 OK");
}

}  // namespace

TEST_CASE("strangers are counted by network, and places are given back") {
    int told = 0;
    Places strangers({3, 2, 1h}, "why", [&](const std::string&) { ++told; });
    auto first = strangers.enter(network_of("2001:db8::1"), nothing, start);
    auto second = strangers.enter(network_of("2001:db8::ffff:1"), nothing, start);
    CHECK((first && second));
    CHECK_FALSE(strangers.enter(network_of("2001:db8::2"), nothing, start));
    auto other = strangers.enter(network_of("2001:db8:0:1::1"), nothing, start);
    CHECK(other);
    CHECK_FALSE(strangers.enter(network_of("10.0.0.1"), nothing, start));
    CHECK(told == 1);
    second.give_back();
    second.give_back();
    CHECK(strangers.enter(network_of("10.0.0.1"), nothing, start));
    first = std::move(other);
    CHECK(strangers.enter(network_of("2001:db8::2"), nothing, start));
}

TEST_CASE("who has been here longest makes room, of the network when that is full, and nobody who just came") {
    std::vector<std::string> ended;
    const auto end = [&](const char* name) { return [&ended, name] { ended.emplace_back(name); }; };
    Places strangers({3, 2, 3s}, "why", {});
    auto one = strangers.enter(network_of("10.0.0.1"), end("one"), start);
    auto two = strangers.enter(network_of("10.0.0.2"), end("two"), start + 1s);
    auto three = strangers.enter(network_of("10.0.0.2"), end("three"), start + 2s);
    // The network 10.0.0.2 is full, and its first has been here for less than three seconds.
    CHECK_FALSE(strangers.enter(network_of("10.0.0.2"), nothing, start + 3999ms));
    CHECK(ended.empty());
    auto four = strangers.enter(network_of("10.0.0.2"), end("four"), start + 4s);
    CHECK(four);
    CHECK(ended == std::vector<std::string>{"two"});
    // All are full.
    auto five = strangers.enter(network_of("10.0.0.3"), end("five"), start + 4s);
    CHECK(five);
    CHECK(ended == std::vector<std::string>{"two", "one"});
    // Who made room has nothing left to give back.
    one.give_back();
    two.give_back();
    CHECK_FALSE(strangers.enter(network_of("10.0.0.4"), nothing, start + 4s));
    three.give_back();
    CHECK(strangers.enter(network_of("10.0.0.4"), nothing, start + 4s));
}

TEST_CASE("strangers who hold all places keep out nobody, and who is known is left alone, on both listeners") {
    for (const bool agents : {true, false}) {
        INFO(agents);
        ListenerOptions options = agents_options();
        options.client_certificates = agents;
        options.strangers = {4, 2, 0ms};
        Server server(2);
        const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
            if (request.target == "/known") *request.admitted = 1;
            return yes(request);
        });
        std::vector<RawStream> silent;
        silent.push_back(raw_connect(port, nullptr));
        silent.push_back(raw_connect(port, nullptr));
        for (int person = 0; person < 5; ++person) {
            RawStream stream = connect_tls(port);
            CHECK(is_answered(stream, "/known"));
            silent.push_back(std::move(stream));
        }
        CHECK(silent[0].read_all().empty());
        for (std::size_t person = 2; person < silent.size(); ++person) CHECK(is_answered(silent[person]));
    }
}

TEST_CASE("one PC holds so many connections, and others have theirs") {
    ListenerOptions options = agents_options();
    options.connections_of_pc = 2;
    Log log;
    options.log_error = log.writer();
    Server server(2);
    const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
        *request.admitted = 1;
        return yes(request);
    });
    const RawTls pc = as_peer(identity_of(authority()));
    std::vector<RawStream> open;
    for (int connection = 0; connection < 2; ++connection) {
        open.push_back(raw_connect(port, &pc));
        CHECK(is_answered(open.back()));
    }
    // Its others have just come: they are left alone.
    RawStream further = raw_connect(port, &pc);
    CHECK_FALSE(is_answered(further));
    CHECK(
        contains(log.text(), "turned away 1 connections, the last when " + device + " came: too many connections of"));
    RawStream other = connect_tls(port);
    CHECK(is_answered(other));
    open.pop_back();
    // The centre notices the end of a connection soon, not at once.
    bool answered = false;
    while (!answered) {
        RawStream next = raw_connect(port, &pc);
        answered = is_answered(next);
    }
    CHECK(is_answered(open.front()));
}

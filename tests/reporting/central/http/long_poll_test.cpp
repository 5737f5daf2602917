// Answers that come later: no thread each, woken at once, ended by the client, the time or the server. Real TLS.
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <future>
#include <list>
#include <thread>

#include "reporting/client/https.h"
#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

/// A handler whose answers wait until the test wakes them.
class Room {
public:
    explicit Room(std::chrono::seconds longest = 300s) : longest_(longest) {}

    Handler handler() {
        return [this](const HttpRequest&) -> std::variant<HttpResponse, LaterAnswer> {
            LaterAnswer later;
            later.longest = longest_;
            later.begin = [this](std::function<void()> wake) { return enter(std::move(wake)); };
            later.finish = [](bool woken) -> HttpResponse {
                return {200,
                        {},
                        woken ? R"({"commands":[{"id":"1","device_id":"2","kind":"scan"}]})" : R"({"commands":[]})"};
            };
            return later;
        };
    }

    void until(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return wakes_.size() == count; });
    }
    void wake_all() {
        const std::lock_guard lock(mutex_);
        for (const auto& wake : wakes_) wake();
    }

private:
    std::shared_ptr<void> enter(std::function<void()> wake) {
        const std::lock_guard lock(mutex_);
        const auto place = wakes_.insert(wakes_.end(), std::move(wake));
        changed_.notify_all();
        return {nullptr, [this, place](void*) {
                    const std::lock_guard again(mutex_);
                    wakes_.erase(place);
                    changed_.notify_all();
                }};
    }

    std::chrono::seconds longest_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::list<std::function<void()>> wakes_;
};

const std::string poll = "POST /v1/commands HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";

}  // namespace

TEST_CASE("200 polls wait on one thread, which still serves others, and all are woken") {
    Room room;
    Server server(1);
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest& request) {
        if (request.target == "/v1/commands") return room.handler()(request);
        return std::variant<HttpResponse, LaterAnswer>{HttpResponse{200, {}, R"({"want_report":true})"}};
    });
    const RawTls tls;
    std::vector<RawStream> streams;
    for (int i = 0; i < 200; ++i) {
        streams.push_back(raw_connect(port, &tls));
        streams.back().write(poll);
    }
    room.until(200);
    CHECK(client_of(port).send_heartbeat(identity_of(authority()), {}).want_report);
    room.wake_all();
    int commands = 0;
    for (RawStream& stream : streams) commands += contains(stream.read_until("]}"), "\"scan\"") ? 1 : 0;
    CHECK(commands == 200);
    room.until(0);
    // The connections are as good as before.
    for (RawStream& stream : streams) stream.write(poll);
    room.until(200);
    room.wake_all();
    for (RawStream& stream : streams) commands += contains(stream.read_until("]}"), "\"scan\"") ? 1 : 0;
    CHECK(commands == 400);
}

TEST_CASE("the client gets its commands") {
    Room room;
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), room.handler());
    const Identity identity = identity_of(authority());
    auto commands = std::async(std::launch::async, [&] {
        return client_of(port).poll(identity, {55s, {}, {}}).commands;
    });
    room.until(1);
    room.wake_all();
    const std::vector<ReceivedCommand> got = commands.get();
    REQUIRE(got.size() == 1);
    CHECK(got[0].id == "1");
    CHECK(got[0].device_id == "2");
    CHECK(got[0].kind == "scan");
}

TEST_CASE("a poll whose time is over is answered without commands") {
    Room room{1s};
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), room.handler());
    CHECK(client_of(port).poll(identity_of(authority()), {1s, {"x"}, {}}).commands.empty());
    room.until(0);
}

TEST_CASE("what a client sends behind its poll ends it, also when both came together") {
    Room room;
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest& request) {
        if (request.target == "/v1/commands") return room.handler()(request);
        return std::variant<HttpResponse, LaterAnswer>{HttpResponse{200, {}, R"({"want_report":true})"}};
    });
    const std::string heartbeat = "POST /v1/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    const RawTls tls;
    RawStream stream = raw_connect(port, &tls);
    for (const bool together : {true, false}) {
        INFO(together);
        stream.write(together ? poll + heartbeat : poll);
        if (!together) {
            room.until(1);
            stream.write(heartbeat);
        }
        CHECK(contains(stream.read_until("]}"), R"({"commands":[]})"));
        CHECK(contains(stream.read_until("true}"), "want_report"));
    }
    room.until(0);
}

TEST_CASE("a client that goes away ends its poll") {
    Room room;
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), room.handler());
    const RawTls tls;
    {
        RawStream stream = raw_connect(port, &tls);
        stream.write(poll);
        room.until(1);
    }
    room.until(0);
}

TEST_CASE("a stop ends polls at once") {
    Room room;
    Server server(2);
    const std::uint16_t port = server.listen(agents_options(), room.handler());
    const RawTls tls;
    std::vector<RawStream> streams;
    for (int i = 0; i < 20; ++i) {
        streams.push_back(raw_connect(port, &tls));
        streams.back().write(poll);
    }
    room.until(20);
    // The grace is longer than the test may take: polls are not waited for.
    server.stop(std::chrono::hours{1});
    room.until(0);
    CHECK(streams.front().read_until("]}").empty());
}

TEST_CASE("an answer that fails later is an error that says nothing") {
    test::Log log;
    ListenerOptions options = agents_options();
    options.log_error = log.writer();
    Server server(2);
    const std::uint16_t port = server.listen(options, [](const HttpRequest&) {
        LaterAnswer later;
        later.longest = 0s;
        later.begin = [](const std::function<void()>& wake) {
            wake();
            return std::shared_ptr<void>();
        };
        later.finish = [](bool) -> HttpResponse { throw std::runtime_error("the reason"); };
        return later;
    });
    const RawTls tls;
    RawStream stream = raw_connect(port, &tls);
    stream.write(poll);
    CHECK(stream.read_until("}").starts_with("HTTP/1.1 500"));
    CHECK(contains(log.text(), "the reason"));
}

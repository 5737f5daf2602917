// One connection for many polls: kept while it is good, replaced when it is gone or another one is meant.
#include <catch2/catch_test_macros.hpp>

#include <condition_variable>
#include <future>
#include <mutex>

#include "reporting/client/https.h"
#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

const std::string nothing = R"({"commands":[]})";

std::string answer_with(const std::string& more_headers = "") {
    return "HTTP/1.1 200 OK\r\n" + more_headers + "Content-Length: " + std::to_string(nothing.size()) + "\r\n\r\n" +
           nothing;
}

/// A centre that answers as many polls on each connection as the test says, then does what it says.
struct Peer {
    explicit Peer(std::vector<int> answers, std::string answer = answer_with(), std::string last = "")
        : answers_(std::move(answers)), answer_(std::move(answer)), last_(std::move(last)) {}

    std::size_t connections() const { return connections_; }
    bool poll(const Identity& identity) {
        return client_of(server_.port(), 20s, kept_).poll(identity, {}).commands.empty();
    }

private:
    void talk(RawStream& stream) {
        if (!stream.is_open()) return;
        const std::size_t here = connections_++;
        for (int left = here < answers_.size() ? answers_[here] : 0; left > 0; --left) {
            stream.read_until("}");
            stream.write(answer_);
        }
        if (!last_.empty()) {
            stream.read_until("}");
            stream.write(last_);
        }
    }

    const std::shared_ptr<HttpsConnection> kept_ = std::make_shared<HttpsConnection>();
    std::vector<int> answers_;
    std::string answer_, last_;
    std::atomic<std::size_t> connections_{0};
    const RawTls tls_{server_certificate(), authority().certificate_pem};
    const RawServer server_{&tls_, [this](RawStream& stream) { talk(stream); }};
};

/// A centre whose polls wait for five minutes, or until the test ends them. It remembers what came over which
/// connection.
struct WaitingCentre {
    WaitingCentre()
        : server(2),
          port(server.listen(agents_options(), [this](const HttpRequest& request) { return take(request); })) {}

    std::variant<HttpResponse, LaterAnswer> take(const HttpRequest& request) {
        {
            const std::lock_guard lock(mutex);
            seen.push_back(request);
            if (connections.empty() || connections.back() != request.admitted) connections.push_back(request.admitted);
        }
        if (request.target != "/v1/commands") return HttpResponse{200, {}, R"({"want_report":false,"stored":true})"};
        LaterAnswer later;
        later.longest = 300s;
        later.begin = [this](const std::function<void()>& wake) {
            const std::lock_guard lock(mutex);
            ++polls;
            wake_last = wake;
            changed.notify_all();
            return std::shared_ptr<void>{nullptr, [this](void*) {
                                             const std::lock_guard again(mutex);
                                             wake_last = nullptr;
                                         }};
        };
        later.finish = [](bool) { return HttpResponse{200, {}, nothing}; };
        return later;
    }
    void until_polls(std::size_t count) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return polls == count; });
    }
    void answer_poll() {
        const std::lock_guard lock(mutex);
        wake_last();
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::vector<HttpRequest> seen;
    std::vector<std::shared_ptr<std::uint64_t>> connections;
    std::size_t polls = 0;  ///< that waited
    std::function<void()> wake_last;
    Server server;
    std::uint16_t port;
};

}  // namespace

TEST_CASE("polls go over one connection, and over a new one when the centre ended it") {
    Peer peer{{3, 2}};
    const Identity identity = identity_of(authority());
    for (int i = 0; i < 3; ++i) CHECK(peer.poll(identity));
    CHECK(peer.connections() == 1);
    for (int i = 0; i < 2; ++i) CHECK(peer.poll(identity));
    CHECK(peer.connections() == 2);
}

TEST_CASE("another identity is another connection") {
    Server server(1);
    std::vector<std::string> certificates;
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest& request) {
        certificates.push_back(request.client_certificate->sha256);
        return HttpResponse{200, {}, nothing};
    });
    const auto kept = std::make_shared<HttpsConnection>();
    const Identity first = identity_of(authority());
    const Identity second = identity_of(authority());
    for (const Identity* identity : {&first, &first, &second}) client_of(port, 60s, kept).poll(*identity, {});
    const std::string of_first = inspect_certificate(first.certificate_pem).sha256;
    CHECK(certificates == std::vector{of_first, of_first, inspect_certificate(second.certificate_pem).sha256});
}

TEST_CASE("a centre that says that it closes is believed") {
    Peer peer{{1, 1}, answer_with("Connection: close\r\n")};
    const Identity identity = identity_of(authority());
    CHECK(peer.poll(identity));
    CHECK(peer.poll(identity));
    CHECK(peer.connections() == 2);
}

TEST_CASE("an answer that breaks off is an error, and the next poll has a new connection") {
    Peer peer{{1, 0, 1}, answer_with(), "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"};
    const Identity identity = identity_of(authority());
    CHECK(peer.poll(identity));
    CHECK_THROWS_AS(peer.poll(identity), CentreUnreachable);
}

TEST_CASE("a centre that ends each connection at once is asked twice, not for ever") {
    Peer peer{{1}};
    const Identity identity = identity_of(authority());
    CHECK(peer.poll(identity));
    CHECK_THROWS_AS(peer.poll(identity), CentreUnreachable);
    CHECK(peer.connections() == 2);
}

TEST_CASE("nothing waits for a poll's end: it is answered early, and all goes over one connection") {
    WaitingCentre centre;
    const Identity identity = identity_of(authority());
    const Client client = client_of(centre.port, 60s, std::make_shared<HttpsConnection>());
    const auto poll = [&] { return client.poll(identity, {300s, {}, {}}).commands.empty(); };
    // The first poll opens the connection, the second finds it.
    for (std::size_t round = 1; round <= 2; ++round) {
        auto waiting = std::async(std::launch::async, poll);
        centre.until_polls(round);
        CHECK_FALSE(client.send_heartbeat(identity, {}).want_report);
        CHECK(waiting.get());
    }
    // More than one at once, with a body of many records.
    auto waiting = std::async(std::launch::async, poll);
    centre.until_polls(3);
    auto report =
        std::async(std::launch::async, [&] { return client.send_report(identity, std::string(300'000, 'x')).stored; });
    auto heartbeat = std::async(std::launch::async, [&] { return client.send_heartbeat(identity, {}).want_report; });
    CHECK(report.get());
    CHECK_FALSE(heartbeat.get());
    CHECK(waiting.get());
    auto last = std::async(std::launch::async, poll);
    centre.until_polls(4);
    centre.answer_poll();
    CHECK(last.get());
    const std::lock_guard lock(centre.mutex);
    CHECK(centre.connections.size() == 1);
    CHECK(centre.seen.size() == 8);
    // Who asks is said once.
    CHECK(centre.seen.front().headers.contains("User-Agent"));
    for (std::size_t i = 1; i < centre.seen.size(); ++i) CHECK_FALSE(centre.seen[i].headers.contains("User-Agent"));
}

TEST_CASE("another identity does not wait for a poll either") {
    WaitingCentre centre;
    const Identity identity = identity_of(authority());
    const Client client = client_of(centre.port, 60s, std::make_shared<HttpsConnection>());
    auto waiting = std::async(std::launch::async, [&] {
        return client.poll(identity, {300s, {}, {}}).commands.empty();
    });
    centre.until_polls(1);
    CHECK_FALSE(client.send_heartbeat(identity_of(authority()), {}).want_report);
    CHECK(centre.connections.size() == 2);
    centre.answer_poll();
    CHECK(waiting.get());
}

TEST_CASE("what was sent behind a poll is sent again when the connection ends with the poll") {
    // The first connection ends when it has heard of the poll and of what came behind it.
    std::atomic<int> connections{0};
    std::promise<void> polled;
    const RawTls tls{server_certificate(), authority().certificate_pem};
    const RawServer server{
        &tls, [&](RawStream& stream) {
            if (!stream.is_open()) return;
            if (connections++ == 0) {
                stream.read_until("}");
                polled.set_value();
                stream.read_until("}");
            } else {
                stream.read_until("}");
                stream.write("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"want_report\": true} ");
            }
        }};
    const Identity identity = identity_of(authority());
    const Client client = client_of(server.port(), 20s, std::make_shared<HttpsConnection>());
    auto waiting = std::async(std::launch::async, [&] { client.poll(identity, {300s, {}, {}}); });
    polled.get_future().wait();
    CHECK(client.send_heartbeat(identity, {}).want_report);
    CHECK_THROWS_AS(waiting.get(), CentreUnreachable);
    CHECK(connections == 2);
}

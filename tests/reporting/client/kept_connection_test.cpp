// One connection for many polls: kept while it is good, replaced when it is gone or another one is meant.
#include <catch2/catch_test_macros.hpp>

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
        return client_of(server_.port(), 20s).wait_for_commands(connection, identity, 0s, {}).empty();
    }

    HttpsConnection connection;

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

    std::vector<int> answers_;
    std::string answer_, last_;
    std::atomic<std::size_t> connections_{0};
    const RawTls tls_{server_certificate(), authority().certificate_pem};
    const RawServer server_{&tls_, [this](RawStream& stream) { talk(stream); }};
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
    HttpsConnection connection;
    const Identity first = identity_of(authority());
    const Identity second = identity_of(authority());
    for (const Identity* identity : {&first, &first, &second})
        client_of(port).wait_for_commands(connection, *identity, 0s, {});
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

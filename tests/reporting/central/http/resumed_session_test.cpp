// TLS sessions that are resumed: who comes again is known, and who would be refused today is not let in by yesterday.
#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// A listener that remembers by which certificates it was asked.
struct Remembering {
    explicit Remembering(ListenerOptions options = sessions_kept(100)) : server(2) {
        options.clock = [this] { return now.load(); };
        port = server.listen(std::move(options), [this](const HttpRequest& request) {
            const std::lock_guard lock(mutex);
            seen.push_back(request.client_certificate);
            return HttpResponse{200, {}, R"({"want_report":true})"};
        });
    }
    static ListenerOptions sessions_kept(std::size_t limit) {
        ListenerOptions options = agents_options();
        options.session_limit = limit;
        return options;
    }

    std::mutex mutex;
    std::vector<std::shared_ptr<const CertificateInfo>> seen;
    std::atomic<Instant> now{right_now()};
    std::uint16_t port = 0;
    Server server;
};

struct Visit {
    bool answered = false;
    bool resumed = false;
    RawSession session;  ///< for the next
};

Visit visit(std::uint16_t port, RawTls peer, const RawSession& session = nullptr) {
    peer.session = session;
    RawStream stream = raw_connect(port, &peer);
    stream.write(get);
    Visit done;
    done.answered = stream.read_until("}").starts_with("HTTP/1.1 200 OK");
    done.resumed = stream.is_resumed();
    done.session = stream.session();
    return done;
}

}  // namespace

TEST_CASE("a PC that comes again resumes its session, each one once, and is known by its certificate") {
    Remembering centre;
    const Identity identity = identity_of(authority());
    const RawTls pc = as_peer(identity);
    const Visit first = visit(centre.port, pc);
    CHECK(first.answered);
    CHECK_FALSE(first.resumed);
    Visit last = first;
    for (int i = 0; i < 3; ++i) {
        last = visit(centre.port, pc, last.session);
        CHECK(last.answered);
        CHECK(last.resumed);
    }
    REQUIRE(centre.seen.size() == 4);
    for (const auto& certificate : centre.seen) {
        REQUIRE(certificate);
        CHECK(certificate->sha256 == inspect_certificate(identity.certificate_pem).sha256);
    }
    CHECK(centre.seen.back() == centre.seen.front());  // looked at once
    const Visit again = visit(centre.port, pc, first.session);
    CHECK(again.answered);
    CHECK_FALSE(again.resumed);
}

TEST_CASE("a session is not resumed after its certificate's end") {
    Remembering centre;
    const Identity identity = identity_of(authority());
    const RawTls pc = as_peer(identity);
    const Instant end = inspect_certificate(identity.certificate_pem).not_after;
    centre.now = end - std::chrono::seconds{1};
    const Visit before = visit(centre.port, pc, visit(centre.port, pc).session);
    CHECK(before.resumed);
    centre.now = end;
    // OpenSSL's clock has not come that far: it takes the certificate in the whole handshake.
    const Visit after = visit(centre.port, pc, before.session);
    CHECK_FALSE(after.resumed);
    CHECK(after.answered);
}

TEST_CASE("a session of a CA that was replaced is not resumed, and its PC refused") {
    Remembering centre;
    const RawTls pc = as_peer(identity_of(authority()));
    const Visit first = visit(centre.port, pc);
    CHECK(first.answered);
    centre.server.replace_certificates(make_server_certificate(foreign_authority(), {"127.0.0.1"}, right_now(), year),
                                       foreign_authority().certificate_pem);
    const Visit refused = visit(centre.port, pc, first.session);
    CHECK_FALSE(refused.resumed);
    CHECK_FALSE(refused.answered);
    CHECK(visit(centre.port, as_peer(identity_of(foreign_authority()))).answered);
    CHECK(centre.seen.size() == 2);
}

TEST_CASE("the agents' client offers its session again") {
    Remembering centre;
    const Identity identity = identity_of(authority());
    for (int i = 0; i < 3; ++i) CHECK(client_of(centre.port).send_heartbeat(identity, {}).want_report);
    CHECK(client_of(centre.port).send_heartbeat(identity_of(authority()), {}).want_report);
    REQUIRE(centre.seen.size() == 4);
    REQUIRE(centre.seen[0]);
    // The very same object: that of the handshake in which the session began.
    CHECK(centre.seen[1] == centre.seen[0]);
    CHECK(centre.seen[2] == centre.seen[0]);
    REQUIRE(centre.seen[3]);
    CHECK(centre.seen[3]->sha256 != centre.seen[0]->sha256);
}

TEST_CASE("the oldest session goes when there are too many") {
    Remembering centre{Remembering::sessions_kept(2)};
    const RawTls pc = as_peer(identity_of(authority()));
    std::vector<RawSession> sessions;
    for (int i = 0; i < 3; ++i) sessions.push_back(visit(centre.port, pc).session);
    CHECK_FALSE(visit(centre.port, pc, sessions[0]).resumed);  // which begins a fourth: the second goes, too
    CHECK_FALSE(visit(centre.port, pc, sessions[1]).resumed);
    CHECK(visit(centre.port, pc, visit(centre.port, pc).session).resumed);
}

TEST_CASE("who shows no certificate begins anew each time") {
    Remembering centre;
    const RawTls nobody;
    CHECK_FALSE(visit(centre.port, nobody, visit(centre.port, nobody).session).resumed);
}

TEST_CASE("a connection that breaks off without a goodbye leaves its session behind") {
    Remembering centre;
    const RawTls pc = as_peer(identity_of(authority()));
    RawSession session;
    {
        RawStream stream = raw_connect(centre.port, &pc);
        stream.write(get);
        stream.read_until("}");
        session = stream.session();
        stream.break_off();
    }
    CHECK(visit(centre.port, pc, session).resumed);
}

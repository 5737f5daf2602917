// Whom the client trusts, who trusts the client, and servers that misbehave.
#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

HttpResponse yes(const HttpRequest&) { return {200, {}, R"({"want_report":true})"}; }

void beat(std::uint16_t port, const Identity& identity, std::chrono::seconds deadline = std::chrono::seconds{60}) {
    client_of(port, deadline).send_heartbeat(identity, {});
}

EnrolRequest enrol_request() {
    return {.token = "T",
            .device_id = device,
            .private_key_pem = make_private_key(),
            .host_name = "pc",
            .agent_version = "1"};
}

std::string enrol_refusal(std::uint16_t port, const std::string& fingerprint) {
    return message_of<CentreNotTrusted>([&] { client_of(port).enrol(enrol_request(), fingerprint); });
}

std::string fingerprint_of(const KeyAndCertificate& certificate) {
    return inspect_certificate(certificate.certificate_pem).sha256;
}

/// A listener with another certificate than the usual one; the message with which the client refuses it.
std::string server_refusal(const KeyAndCertificate& certificate, const std::string& authority_pem) {
    ListenerOptions options = agents_options();
    options.certificate = certificate;
    options.authority_pem = authority_pem;
    int requests = 0;
    Server server(1);
    const std::uint16_t port = server.listen(options, [&](const HttpRequest& request) {
        ++requests;
        return yes(request);
    });
    const std::string message = message_of<CentreNotTrusted>([&] { beat(port, identity_of(authority())); });
    server.stop();
    CHECK(requests == 0);
    return message;
}

std::string client_refusal(const Identity& identity, Log& log) {
    ListenerOptions options = agents_options();
    options.log_error = log.writer();
    Server server(1);
    const std::uint16_t port = server.listen(options, yes);
    return message_of<CentreNotTrusted>([&] { beat(port, identity); });
}

RawTls as_server() { return {server_certificate(), authority().certificate_pem, false}; }

constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

TEST_CASE("a wrong fingerprint ends the enrolment before the token is sent") {
    int requests = 0;
    Server server(1);
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest& request) {
        ++requests;
        return yes(request);
    });
    const std::string message = enrol_refusal(port, fingerprint_of(foreign_authority()));
    CHECK(contains(message, "another fingerprint (" + fingerprint_of(authority()) + ")"));
    CHECK(contains(message, fingerprint_of(foreign_authority())));
    // The server's own fingerprint is not its CA's.
    CHECK(contains(enrol_refusal(port, fingerprint_of(server_certificate())), "CA"));
    CHECK_THROWS_AS(client_of(port).enrol(enrol_request(), "1234"), std::invalid_argument);
    server.stop();
    CHECK(requests == 0);
}

TEST_CASE("showing the right CA beside a certificate of another one helps nobody") {
    const KeyAndCertificate forged = make_server_certificate(foreign_authority(), {"127.0.0.1"}, right_now(), year);
    const RawTls tls{forged, authority().certificate_pem, false};
    RawServer server(&tls, [](RawStream& stream) { stream.read_some(); });
    CHECK(contains(enrol_refusal(server.port(), fingerprint_of(authority())), "not from the centre's CA"));
}

TEST_CASE("at enrolment the name is checked as always") {
    const KeyAndCertificate other =
        make_server_certificate(authority(), {"other.example", "10.9.8.7"}, right_now(), year);
    const RawTls tls{other, authority().certificate_pem, false};
    RawServer server(&tls, [](RawStream& stream) { stream.read_some(); });
    CHECK(contains(enrol_refusal(server.port(), fingerprint_of(authority())), "is not for the name '127.0.0.1'"));
}

TEST_CASE("a server that another CA vouches for is refused") {
    const KeyAndCertificate foreign = make_server_certificate(foreign_authority(), {"127.0.0.1"}, right_now(), year);
    CHECK(contains(server_refusal(foreign, foreign_authority().certificate_pem), "not from the centre's CA"));
}

TEST_CASE("a server with another name is refused") {
    const KeyAndCertificate other =
        make_server_certificate(authority(), {"other.example", "127.0.0.2"}, right_now(), year);
    CHECK(contains(server_refusal(other, authority().certificate_pem), "is not for the name '127.0.0.1'"));
    // Neither does a name entry that reads like the address count, nor the common name.
    const KeyAndCertificate by_name = make_server_certificate(authority(), {"localhost"}, right_now(), year);
    CHECK(contains(server_refusal(by_name, authority().certificate_pem), "is not for the name '127.0.0.1'"));
}

TEST_CASE("where a date is the reason, the PC's clock is named") {
    const KeyAndCertificate past =
        make_server_certificate(authority(), {"127.0.0.1"}, right_now() - 3 * year, std::chrono::days{10});
    const KeyAndCertificate future =
        make_server_certificate(authority(), {"127.0.0.1"}, right_now() + std::chrono::days{10}, year);
    for (const KeyAndCertificate& certificate : {past, future}) {
        const std::string message = server_refusal(certificate, authority().certificate_pem);
        CHECK(contains(message, format_instant(inspect_certificate(certificate.certificate_pem).not_after)));
        CHECK(contains(message, "this PC's clock says " + format_instant(right_now()).substr(0, 8)));
    }
}

TEST_CASE("a client's certificate as the server's is refused") {
    const Identity pc = identity_of(authority());
    CHECK(contains(server_refusal({pc.private_key_pem, pc.certificate_pem}, authority().certificate_pem), "127.0.0.1"));
}

TEST_CASE("a certificate of another centre fails the handshake, in words") {
    Log log;
    CHECK(contains(client_refusal(identity_of(foreign_authority()), log), "Enrol this PC again"));
    CHECK(contains(log.text(), "refused the certificate that 127.0.0.1 showed"));
}

TEST_CASE("a server's certificate as the client's fails the handshake") {
    Log log;
    Identity posing = identity_of(authority());
    posing.private_key_pem = server_certificate().private_key_pem;
    posing.certificate_pem = server_certificate().certificate_pem;
    CHECK(contains(client_refusal(posing, log), "refuses this PC's certificate"));
}

TEST_CASE("the PC's own expired certificate is named, with its clock") {
    Log log;
    const std::string message = client_refusal(identity_of(authority(), right_now() - 3 * year), log);
    CHECK(contains(message, "this PC's certificate is not valid now"));
    CHECK(contains(message, "This PC's clock says"));
}

TEST_CASE("a damaged identity is found before anything is sent") {
    Identity damaged = identity_of(authority());
    damaged.private_key_pem = make_private_key();
    CHECK(contains(message_of<CentreNotTrusted>([&] { beat(1, damaged); }), "enrol it again"));
    damaged.ca_pem = "nothing";
    CHECK(contains(message_of<CentreNotTrusted>([&] { beat(1, damaged); }), "enrol it again"));
}

TEST_CASE("a PC shows its own certificate alone: the centre has the CA") {
    RawTls tls = as_server();
    tls.asks_for_certificate = true;
    int further = -1;
    {
        RawServer server(&tls, [&](RawStream& stream) {
            stream.read_until(head_end);
            further = stream.further_certificates();
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"want_report\":true}");
        });
        beat(server.port(), identity_of(authority()));
    }
    CHECK(further == 0);
}

TEST_CASE("what speaks no TLS 1.3 is not the centre") {
    RawTls old = as_server();
    old.tls12_only = true;
    RawServer tls12(&old, [](RawStream&) {});
    RawServer plain(nullptr, [](RawStream& stream) {
        stream.read_some();
        stream.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        stream.read_all();
    });
    for (const std::uint16_t port : {tls12.port(), plain.port()}) {
        CHECK(contains(message_of<CentreNotTrusted>([&] { beat(port, identity_of(authority())); }),
                       "does not speak TLS 1.3"));
    }
}

TEST_CASE("a silent server costs the deadline and no more, wherever it falls silent") {
    const Identity identity = identity_of(authority());
    const RawTls tls = as_server();
    RawServer no_handshake(nullptr, [](RawStream& stream) { stream.read_all(); });
    RawServer no_answer(&tls, [](RawStream& stream) { stream.read_all(); });
    RawServer half_answer(&tls, [](RawStream& stream) {
        stream.read_until(head_end);
        stream.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{");
        stream.read_all();
    });
    const auto refusal = [&](std::uint16_t port) {
        return message_of<CentreUnreachable>([&] { beat(port, identity, std::chrono::seconds{1}); });
    };
    CHECK(contains(refusal(no_handshake.port()), "did not answer in time, during the TLS handshake"));
    CHECK(contains(refusal(no_answer.port()), "did not answer in time, while the answer was awaited"));
    CHECK(contains(refusal(half_answer.port()), "did not answer in time, while the answer was awaited"));
}

TEST_CASE("a connection that ends in the middle of an answer is no answer") {
    const RawTls tls = as_server();
    for (const char* answer :
         {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"want_report\":true}",
          // The end of the connection is the end of this body; cut off, it could be a part of the whole.
          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"want_report\":true}",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"want_report\":true}\r\n"}) {
        RawServer server(&tls, [answer](RawStream& stream) {
            stream.read_until(head_end);
            stream.write(answer);
        });
        INFO(answer);
        CHECK(contains(message_of<CentreUnreachable>([&] { beat(server.port(), identity_of(authority())); }),
                       "closed before the answer was complete"));
    }
}

TEST_CASE("answers that are no HTTP, or too large, are no answers") {
    const RawTls tls = as_server();
    RawServer garbage(&tls, [](RawStream& stream) {
        stream.read_until(head_end);
        stream.write(std::string(5000, '\x07'));
        stream.read_all();
    });
    RawServer large(&tls, [](RawStream& stream) {
        stream.read_until(head_end);
        stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + std::string(2000000, ' '));
    });
    CHECK(contains(message_of<CentreUnreachable>([&] { beat(garbage.port(), identity_of(authority())); }),
                   "did not complete its answer"));
    CHECK(contains(message_of<CentreUnreachable>([&] { beat(large.port(), identity_of(authority())); }),
                   "more than 1 MiB"));
}

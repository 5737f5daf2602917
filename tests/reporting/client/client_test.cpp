// The agent API as the client speaks it, against the centre's own listener.
#include "reporting/client/client.h"

#include <boost/beast/zlib/inflate_stream.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "reporting/client/deflate.h"
#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Heartbeat heartbeat{.agent_version = "0.1.0", .facts_hash = "h", .report_id = "r", .outbox_depth = 3};

/// Keeps the last request and answers each with what the test says.
struct Centre {
    explicit Centre(Handler answer) : server(2) {
        port = server.listen(agents_options(), [this, answer = std::move(answer)](const HttpRequest& request) {
            seen = request;
            return answer(request);
        });
    }
    HttpRequest seen;  ///< written before the answer is sent, read after it has arrived
    std::uint16_t port = 0;
    Server server;  // the last member: its threads end first
};

HttpResponse ok(const json& body) { return {200, {{"Content-Type", "application/json"}}, body.dump()}; }

HttpResponse enrolled(const HttpRequest& request, const KeyAndCertificate& signer, const std::string& authority_pem) {
    const json body = json::parse(request.body);
    const std::string certificate = sign_client_request(signer, body.at("signing_request").get<std::string>(),
                                                        body.at("device_id").get<std::string>(), right_now(), year);
    return ok({{"certificate", certificate}, {"authority", authority_pem}, {"device_id", body.at("device_id")}});
}

EnrolRequest enrol_request() {
    return {.token = "T-1",
            .device_id = device,
            .private_key_pem = make_private_key(),
            .host_name = "PC Phường \xff",  // a name that is no UTF-8 must not keep it out
            .agent_version = "0.1.0"};
}

std::string fingerprint() { return inspect_certificate(authority().certificate_pem).sha256; }

}  // namespace

TEST_CASE("enrolment with the right fingerprint yields an identity that the centre knows again") {
    Centre centre([](const HttpRequest& request) {
        if (request.target == "/v1/enroll") return enrolled(request, authority(), authority().certificate_pem);
        return ok({{"want_report", true}});
    });
    const EnrolRequest request = enrol_request();
    const Identity identity = client_of(centre.port).enrol(request, fingerprint());

    CHECK(centre.seen.method == "POST");
    CHECK(centre.seen.client_certificate == nullptr);
    CHECK(centre.seen.headers.at("User-Agent") == "wardwatch-test/1");
    CHECK(centre.seen.headers.at("Content-Type") == "application/json");
    CHECK(centre.seen.headers.at("Host") == "127.0.0.1:" + std::to_string(centre.port));
    const json body = json::parse(centre.seen.body);
    CHECK(body.size() == 5);
    CHECK(body.at("token") == "T-1");
    CHECK(body.at("device_id") == device);
    CHECK(body.at("host_name") == "PC Phường \xEF\xBF\xBD");
    CHECK(body.at("agent_version") == "0.1.0");
    CHECK_FALSE(contains(centre.seen.body, "PRIVATE KEY"));
    CHECK(identity.private_key_pem == request.private_key_pem);
    CHECK(identity.ca_pem == authority().certificate_pem);

    CHECK(client_of(centre.port).send_heartbeat(identity, heartbeat).want_report);
    CHECK(client_of(centre.port).send_heartbeat(identity, heartbeat).offers == ReportOffers{});  // offers nothing
    CHECK(centre.seen.client_certificate->common_name == device);
    CHECK(centre.seen.remote_address == "127.0.0.1");
    CHECK(json::parse(centre.seen.body) ==
          json::parse(R"({"agent_version":"0.1.0","facts_hash":"h","report_id":"r","outbox_depth":3})"));
    Heartbeat of_hardware = heartbeat;
    of_hardware.hardware.disk = "d";
    of_hardware.reports = 7;
    client_of(centre.port).send_heartbeat(identity, of_hardware);
    CHECK(json::parse(centre.seen.body).at("hardware") ==
          json::parse(R"({"system":"","disk":"d","machine":"","reports":7})"));
}

TEST_CASE("a certificate that does not fit is not taken for an identity") {
    const auto enrol_with = [](Handler answer) {
        Centre centre(std::move(answer));
        return message_of<CentreNotTrusted>([&] { client_of(centre.port).enrol(enrol_request(), fingerprint()); });
    };
    CHECK(contains(enrol_with([](const HttpRequest& request) {
                       return enrolled(request, foreign_authority(), foreign_authority().certificate_pem);
                   }),
                   "not the one with the fingerprint"));
    CHECK(contains(enrol_with([](const HttpRequest& request) {
                       return enrolled(request, foreign_authority(), authority().certificate_pem);
                   }),
                   "not signed by the CA"));
    CHECK(contains(enrol_with([](const HttpRequest&) {
                       return ok({{"certificate", identity_of(authority()).certificate_pem},
                                  {"authority", authority().certificate_pem}});
                   }),
                   "not for this PC and its key"));
    CHECK(contains(enrol_with([](const HttpRequest&) {
                       return ok({{"certificate", "x"}, {"authority", "y"}});
                   }),
                   "cannot be used"));
}

TEST_CASE("reports are sent as they are") {
    Centre centre([](const HttpRequest& request) {
        return HttpResponse{
            request.body == "{ \"a\" : 1 }" ? 201u : 200u,
            {},
            request.body == "{ \"a\" : 1 }" ? R"({"stored":true,"report_format":2})" : R"({"stored":false})"};
    });
    const Identity identity = identity_of(authority());
    const ReportAnswer answer = client_of(centre.port).send_report(identity, "{ \"a\" : 1 }");
    CHECK(answer.stored);
    CHECK(answer.offers == ReportOffers{2, false});
    CHECK_FALSE(centre.seen.headers.contains("Content-Encoding"));
    CHECK(centre.seen.target == "/v1/reports");
    CHECK_FALSE(client_of(centre.port).send_report(identity, "{}").stored);
    // The largest that is taken.
    CHECK_FALSE(client_of(centre.port).send_report(identity, std::string(1u << 20, 'x')).stored);
    CHECK(centre.seen.body.size() == 1u << 20);
}

TEST_CASE("a report is compressed where the centre takes that") {
    Centre centre([](const HttpRequest&) { return ok({{"stored", true}, {"report_encoding", "deflate"}}); });
    const Identity identity = identity_of(authority());
    std::string text = "{";
    for (int i = 0; i < 2000; ++i) text += "\"fact " + std::to_string(i * i) + "\": true, ";
    CHECK(client_of(centre.port).send_report(identity, text, true).offers == ReportOffers{1, true});
    CHECK(centre.seen.headers.at("Content-Encoding") == "deflate");
    const std::string& packed = centre.seen.body;
    CHECK(packed.size() < text.size() / 3);
    CHECK(packed.substr(0, 2) == "\x78\x9c");
    boost::beast::zlib::inflate_stream stream;
    boost::beast::zlib::z_params place;
    std::string unpacked(text.size() + 1, '\0');
    place.next_in = packed.data() + 2;
    place.avail_in = packed.size() - 6;
    place.next_out = unpacked.data();
    place.avail_out = unpacked.size();
    boost::beast::error_code error;
    stream.write(place, boost::beast::zlib::Flush::finish, error);
    CHECK(error == boost::beast::zlib::error::end_of_stream);
    unpacked.resize(place.total_out);
    CHECK(unpacked == text);
    // As much, where only the middle is compressed: tests/reporting/fleet reads it.
    CHECK(DeflatedMiddle{text}.between("<", ">").size() < text.size() / 3);
    // As zlib makes it, with its sum (here of "Wikipedia", 0x11E60398).
    CHECK(deflated("Wikipedia").substr(deflated("Wikipedia").size() - 4) == "\x11\xe6\x03\x98");
}

TEST_CASE("a poll carries a heartbeat, and its answer what the centre offers") {
    Centre centre([](const HttpRequest& request) {
        if (json::parse(request.body).contains("heartbeat"))
            return ok({{"commands", json::array()}, {"want_report", true}, {"report_format", 2}});
        return ok({{"commands", json::array()}, {"longest_wait_seconds", 330}});
    });
    const Identity identity = identity_of(authority());
    const PollAnswer plain = client_of(centre.port).poll(identity, {0s, {"a"}, {}});
    CHECK(json::parse(centre.seen.body) == json::parse(R"({"wait_seconds":0,"has":["a"]})"));
    CHECK(plain.longest_wait == 330s);
    CHECK_FALSE(plain.heartbeat.has_value());
    const PollAnswer carrying = client_of(centre.port).poll(identity, {300s, {}, heartbeat});
    CHECK(json::parse(centre.seen.body) == json::parse(R"({"wait_seconds":300,"has":[],"heartbeat":
          {"agent_version":"0.1.0","facts_hash":"h","report_id":"r","outbox_depth":3}})"));
    REQUIRE(carrying.heartbeat.has_value());
    CHECK(carrying.heartbeat->want_report);
    CHECK(carrying.heartbeat->offers == ReportOffers{2, false});
    CHECK_FALSE(carrying.longest_wait.has_value());
}

TEST_CASE("renewal keeps the name and brings a new key") {
    Centre centre([](const HttpRequest& request) {
        const std::string name = request.client_certificate->common_name;
        const std::string csr = json::parse(request.body).at("signing_request").get<std::string>();
        return ok({{"certificate", sign_client_request(authority(), csr, name, right_now(), 2 * year)},
                   {"authority", authority().certificate_pem}});
    });
    const Identity before = identity_of(authority());
    const Identity after = client_of(centre.port).renew(before);
    CHECK(centre.seen.target == "/v1/renew");
    const CertificateInfo old_one = inspect_certificate(before.certificate_pem);
    const CertificateInfo new_one = inspect_certificate(after.certificate_pem);
    CHECK(new_one.common_name == device);
    CHECK(new_one.public_key_sha256 != old_one.public_key_sha256);
    CHECK(new_one.public_key_sha256 == private_key_public_sha256(after.private_key_pem));
    CHECK(new_one.not_after > old_one.not_after);
}

TEST_CASE("a centre that knows the enrolled key alone renews with that one") {
    const Identity before = identity_of(authority());
    const std::string enrolled = private_key_public_sha256(before.private_key_pem);
    Centre centre([&](const HttpRequest& request) {
        const std::string csr = json::parse(request.body).at("signing_request").get<std::string>();
        if (request_public_key_sha256(csr) != enrolled)
            return HttpResponse{403, {}, R"({"error":"wrong_key","message":"Another key."})"};
        return ok({{"certificate", sign_client_request(authority(), csr, device, right_now(), 2 * year)},
                   {"authority", authority().certificate_pem}});
    });
    const Identity after = client_of(centre.port).renew(before);
    CHECK(after.private_key_pem == before.private_key_pem);
    CHECK(after.certificate_pem != before.certificate_pem);
}

TEST_CASE("a certificate that has ended is not shown when it is renewed") {
    Centre centre([](const HttpRequest& request) {
        const json body = json::parse(request.body);
        const std::string name = body.at("device_id").get<std::string>();
        const std::string csr = body.at("signing_request").get<std::string>();
        return ok({{"certificate", sign_client_request(authority(), csr, name, right_now(), year)},
                   {"authority", authority().certificate_pem}});
    });
    Identity before = identity_of(authority());
    before.certificate_pem = sign_client_request(authority(), make_signing_request(before.private_key_pem, device),
                                                 device, right_now() - 2 * year, year);
    const Identity after = client_of(centre.port).renew(before);
    CHECK_FALSE(centre.seen.client_certificate);
    CHECK(after.private_key_pem == before.private_key_pem);
    CHECK(inspect_certificate(after.certificate_pem).not_after > right_now());
}

TEST_CASE("the centre's errors arrive with their words, code and waiting time") {
    Centre centre([](const HttpRequest& request) {
        if (!request.client_certificate) {
            return HttpResponse{401, {}, R"({"error":"certificate_required","message":"Enrol this PC first."})"};
        }
        return HttpResponse{429, {{"Retry-After", "120"}}, R"({"error":"busy","message":"Later, please."})"};
    });
    try {
        client_of(centre.port).send_heartbeat(identity_of(authority()), heartbeat);
        FAIL("not refused");
    } catch (const CentreRefused& error) {
        CHECK(error.status == 429);
        CHECK(error.retry_after == std::chrono::seconds{120});
        CHECK(std::string(error.what()) == "Later, please. (HTTP 429, busy)");
    }
    CHECK(message_of<CentreRefused>([&] { client_of(centre.port).enrol(enrol_request(), fingerprint()); }) ==
          "Enrol this PC first. (HTTP 401, certificate_required)");
}

TEST_CASE("a body over the limit is answered with 413, however much of it comes") {
    Centre centre([](const HttpRequest&) { return ok({{"stored", true}}); });
    for (const std::size_t size : {(1u << 20) + 1, 8u << 20}) {
        try {
            client_of(centre.port).send_report(identity_of(authority()), std::string(size, 'x'));
            FAIL("not refused");
        } catch (const CentreRefused& error) {
            CHECK(error.status == 413);
            CHECK(contains(error.what(), "larger than the 1048576 bytes"));
            CHECK(contains(error.what(), "too_large"));
        }
    }
    CHECK(centre.seen.method.empty());
}

TEST_CASE("an exception in the centre says nothing to the client") {
    Centre centre([](const HttpRequest&) -> HttpResponse { throw std::runtime_error("secret path /srv/x"); });
    const std::string message =
        message_of<CentreRefused>([&] { client_of(centre.port).send_heartbeat(identity_of(authority()), heartbeat); });
    CHECK(contains(message, "(HTTP 500, internal)"));
    CHECK_FALSE(contains(message, "secret"));
}

TEST_CASE("names are resolved, and unknown ones reported") {
    Centre centre([](const HttpRequest&) { return ok({{"want_report", false}}); });
    const Client by_name(url_of(centre.port, "localhost"), "test", std::chrono::seconds{60});
    CHECK_FALSE(by_name.send_heartbeat(identity_of(authority()), heartbeat).want_report);
    const Client unknown("https://no-such-host.invalid:8443", "test", std::chrono::seconds{20});
    CHECK(contains(message_of<CentreUnreachable>([&] { unknown.send_heartbeat(identity_of(authority()), heartbeat); }),
                   "no-such-host.invalid:8443 could not be found"));
}

TEST_CASE("a port where nothing listens is reported") {
    std::uint16_t port = 0;
    {
        Server server(1);
        port = server.listen(agents_options(), [](const HttpRequest&) { return HttpResponse{}; });
    }
    const std::string message =
        message_of<CentreUnreachable>([&] { client_of(port).send_heartbeat(identity_of(authority()), heartbeat); });
    CHECK(contains(message, "127.0.0.1:" + std::to_string(port) + " cannot be reached"));
    CHECK(contains(message, "nothing listens there"));
}

TEST_CASE("answers that are not the agreed ones are no answers") {
    Centre centre([](const HttpRequest&) { return ok({{"stored", "yes"}}); });
    const Identity identity = identity_of(authority());
    CHECK(contains(message_of<CentreUnreachable>([&] { client_of(centre.port).send_report(identity, "{}"); }),
                   "'stored'"));
    CHECK(contains(message_of<CentreUnreachable>([&] { client_of(centre.port).send_heartbeat(identity, heartbeat); }),
                   "'want_report'"));
}

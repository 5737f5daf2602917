// A centre whose CA gets a new certificate while it runs, and PCs that know the old one only.
#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;

TEST_CASE("PCs of the old CA certificate and of the new one are served while it is replaced") {
    const KeyAndCertificate renewed = renew_authority(authority(), right_now(), 10 * year);
    REQUIRE(renewed.certificate_pem != authority().certificate_pem);
    Log log;
    ListenerOptions options = agents_options();
    options.log_error = log.writer();
    Server server{2};
    const auto answer = [](const HttpRequest& request) {
        const bool known = request.client_certificate != nullptr;
        return HttpResponse{known ? 200u : 401u, {{"Content-Type", "application/json"}}, R"({"stored":true})"};
    };
    const std::uint16_t port = server.listen(options, answer);
    const Identity old_pc = identity_of(authority());
    const Client client = client_of(port);
    CHECK(client.send_report(old_pc, "{}").stored);

    server.replace_certificates(make_server_certificate(renewed, {"127.0.0.1"}, right_now(), year),
                                renewed.certificate_pem);
    // It enrolled before, and trusts the old certificate alone.
    CHECK(client.send_report(old_pc, "{}").stored);
    // It renewed since, and trusts the new one alone.
    Identity new_pc = identity_of(renewed);
    new_pc.ca_pem = renewed.certificate_pem;
    CHECK(client.send_report(new_pc, "{}").stored);
    // Another CA's PC is refused as before.
    CHECK_THROWS_AS(client.send_report(identity_of(foreign_authority()), "{}"), CentreNotTrusted);
}

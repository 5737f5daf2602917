// Syslog: how a line is written, and what goes over the wire to a real TLS server on the loopback.
#include "reporting/central/integration/syslog.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "tests/reporting/central/integration/outside_server.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

SyslogMessage message() { return {4, start, "verdict_change", {{"host", "PC-01"}}, "Máy PC-01 không đạt"}; }

SyslogOptions options_of(const OutsideServer& server) {
    SyslogOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.ca_file = server.ca_file();
    options.deadline = std::chrono::seconds{30};
    return options;
}

std::string problem_of(const SyslogOptions& options) {
    try {
        send_syslog(options, {"x"});
    } catch (const SyslogError& error) {
        return error.what();
    }
    return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a syslog line is RFC 5424 in UTF-8 with its byte order mark", "[operation]") {
    CHECK(syslog_line(message(), "trungtam") ==
          "<108>1 2026-11-22T03:00:00Z trungtam wardwatch-central - verdict_change [wardwatch@32473 host=\"PC-01\"] "
          "\xEF\xBB\xBFMáy PC-01 không đạt");
    CHECK(syslog_line({6, start, "", {}, ""}, "") ==
          "<110>1 2026-11-22T03:00:00Z - wardwatch-central - - - \xEF\xBB\xBF");
    CHECK(syslog_line({0, start, "x", {}, "y"}, "").starts_with("<104>1 "));
}

TEST_CASE("nothing in a syslog line breaks out of its place", "[operation]") {
    const std::string line =
        syslog_line({5, start, "x", {{"a", "\"]\\\n<1>"}, {"b", "Phường Láng"}}, "one\r\ntwo\tthree"}, "centre");
    CHECK(holds(line, "[wardwatch@32473 a=\"\\\"\\]\\\\ <1>\" b=\"Phường Láng\"]"));
    CHECK(line.ends_with("\xEF\xBB\xBFone  two three"));
    CHECK_FALSE(holds(line, "\n"));
}

TEST_CASE("lines go over one TLS connection, each in a frame with its length in bytes", "[operation]") {
    OutsideServer server{[](RawStream& stream) { return stream.read_all(); }};
    const std::string first = syslog_line(message(), "trungtam");
    send_syslog(options_of(server), {first, "second"});
    CHECK(server.said() == std::vector{std::to_string(first.size()) + " " + first + "6 second"});
}

TEST_CASE("more than a socket takes at once arrives whole", "[operation]") {
    OutsideServer server{[](RawStream& stream) { return stream.read_all(); }};
    const std::string line(30'000, 'm');
    const std::vector<std::string> lines(100, line);
    send_syslog(options_of(server), lines);
    const std::vector<std::string> said = server.said();
    REQUIRE(said.size() == 1);
    CHECK(said[0].size() == 100 * (line.size() + std::string{"30000 "}.size()));
    CHECK(said[0].starts_with("30000 mmm"));
}

TEST_CASE("a syslog server that is not the one, or not there, is named with what to do", "[operation]") {
    OutsideServer server{[](RawStream& stream) { return stream.read_all(); }};
    SyslogOptions options = options_of(server);
    const std::string name = "The syslog server 127.0.0.1:" + std::to_string(server.port());
    options.ca_file = server.foreign_ca_file();
    CHECK(holds(problem_of(options), name + " cannot be reached over TLS: "));
    CHECK(holds(problem_of(options), "Check the member \"syslog\""));
    options.ca_file = server.ca_file();
    options.host = "localhost";  // its certificate is for 127.0.0.1 alone
    CHECK(holds(problem_of(options), "The syslog server localhost:"));
    for (const std::string& said : server.said()) CHECK(said.empty());

    const OutsideServer plain{[](RawStream& stream) { return stream.read_some(); }, OutsideServer::Tls::no};
    options = options_of(plain);
    CHECK_FALSE(problem_of(options).empty());
}

#include "agent/config.h"

#include <catch2/catch_test_macros.hpp>

#include "agent/service/protected_files.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {
const std::string digits = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
}

TEST_CASE("every setting is read") {
    const LoadedConfig loaded = parse_config(R"({
        "collector_url": "https://centre.example:8443",
        "ca_sha256": "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
        "scan_interval_minutes": 60, "heartbeat_interval_minutes": 5, "startup_spread_seconds": 0, "language": "en",
        "log_level": "debug", "outbox_max_mib": 8, "official_hosts": ["*.example.vn"]})",
                                             "config.json");
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.collector_url == "https://centre.example:8443");
    CHECK(loaded.config.ca_sha256 == digits);
    CHECK(loaded.config.scan_interval == 60min);
    CHECK(loaded.config.heartbeat_interval == 5min);
    CHECK(loaded.config.startup_spread == 0s);
    CHECK(loaded.config.language == Language::en);
    CHECK(loaded.config.log_level == "debug");
    CHECK(loaded.config.outbox_max_mib == 8);
    CHECK(loaded.config.official_hosts == std::vector<std::string>{"*.example.vn"});
}

TEST_CASE("a byte order mark is allowed") {
    const LoadedConfig loaded = parse_config("\xEF\xBB\xBF{\"outbox_max_mib\": 2}", "config.json");
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.outbox_max_mib == 2);
}

TEST_CASE("a wrong value is named with file, member and remedy, and the default counts") {
    const LoadedConfig loaded = parse_config(R"({"scan_interval_minutes": 0, "heartbeat_interval_minutes": "often",
        "startup_spread_seconds": 1.5, "collector_url": "http://centre", "ca_sha256": "12", "language": "fr", "log_level": 3,
        "outbox_max_mib": 99999999999999999999, "official_hosts": ["a", 1], "scan_intervall": 3})",
                                             "C:\\data\\config.json");
    REQUIRE(loaded.problems.size() == 10);
    CHECK(loaded.problems[0] ==
          "C:\\data\\config.json: collector_url must be the centre's address, such as \"https://centre:8443\"; it is "
          "ignored");
    CHECK(loaded.problems[2] ==
          "C:\\data\\config.json: scan_interval_minutes must be a whole number from 5 to 10080; the default is used");
    CHECK(loaded.problems[9] ==
          "C:\\data\\config.json: scan_intervall is not a setting: remove it or correct its spelling");
    CHECK(loaded.config.collector_url.empty());
    CHECK(loaded.config.scan_interval == 240min);
    CHECK(loaded.config.heartbeat_interval == 15min);
    CHECK(loaded.config.startup_spread == 300s);
    CHECK(loaded.config.outbox_max_mib == 64);
    CHECK(loaded.config.log_level == "info");
    CHECK_FALSE(loaded.config.language.has_value());
    CHECK(loaded.config.official_hosts.empty());
}

TEST_CASE("what is no JSON object gives the defaults and one problem") {
    for (const char* text : {"", "{\"a\":", "[1]", "\xff\xfe{"}) {
        const LoadedConfig loaded = parse_config(text, "config.json");
        CHECK(loaded.problems.size() == 1);
        CHECK(loaded.config.scan_interval == 240min);
    }
}

TEST_CASE("an enrolment writes the centre and keeps the other settings") {
    const TemporaryFolder folder;
    CHECK(load_config(folder.path).problems.empty());
    write_file(folder.path / "config.json", R"({"scan_interval_minutes": 30, "collector_url": "https://old:1"})");
    save_centre(folder.path, "https://new:2", digits);
    const LoadedConfig loaded = load_config(folder.path);
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.collector_url == "https://new:2");
    CHECK(loaded.config.ca_sha256 == digits);
    CHECK(loaded.config.scan_interval == 30min);
    write_file(folder.path / "config.json", "not json");
    CHECK_THROWS_AS(save_centre(folder.path, "https://new:2", digits), std::runtime_error);
    CHECK(read_file(folder.path / "config.json") == "not json");
}

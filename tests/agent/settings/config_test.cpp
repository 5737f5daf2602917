#include "agent/settings/config.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "agent/data_folder/protected_files.h"
#include "tests/agent/temporary_folder.h"
#include "tests/recorded_ports.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const std::string digits = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const std::string written_digits =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

LoadedConfig of_file(const std::string& json) { return combine_settings(json, "config.json", nullptr); }

/// The registry of a PC: the values that the installer wrote, and those of Group Policy.
RecordedRegistry registry_with(const nlohmann::json& installed, const nlohmann::json& policy) {
    const nlohmann::json keys = {{"SOFTWARE\\Wardwatch", installed}, {"SOFTWARE\\Policies\\Wardwatch", policy}};
    return RecordedRegistry(nlohmann::json{{"local_machine", keys}});
}

std::string origin_of(const LoadedConfig& loaded, std::string_view name) {
    for (const ChosenSetting& setting : loaded.settings)
        if (setting.info->name == name) return name_of(setting.origin);
    return "no such setting";
}

}  // namespace

TEST_CASE("every setting is read from config.json") {
    const LoadedConfig loaded = of_file(R"({
        "collector_url": "https://centre.example:8443",
        "ca_sha256": ")" + written_digits +
                                        R"(", "proxy": "http://proxy.example:3128",
        "scan_interval_minutes": 60, "heartbeat_interval_minutes": 5, "startup_spread_seconds": 0, "language": "en",
        "watch_changes": "off", "log_level": "debug", "outbox_max_mib": 8,
        "official_hosts": ["*.example.vn"], "disabled_collectors": ["accounts"],
        "update_signers": [")" + written_digits +
                                        R"("]})");
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.collector_url == "https://centre.example:8443");
    CHECK(loaded.config.ca_sha256 == digits);
    CHECK(loaded.config.proxy == "http://proxy.example:3128");
    CHECK(loaded.config.scan_interval == 60min);
    CHECK(loaded.config.heartbeat_interval == 5min);
    CHECK(loaded.config.startup_spread == 0s);
    CHECK(loaded.config.language == Language::en);
    CHECK_FALSE(loaded.config.watch_changes);
    CHECK(loaded.config.log_level == "debug");
    CHECK(loaded.config.outbox_max_mib == 8);
    CHECK(loaded.config.official_hosts == std::vector<std::string>{"*.example.vn"});
    CHECK(loaded.config.disabled_collectors == std::vector<std::string>{"accounts"});
    CHECK(loaded.config.update_signers == std::vector{digits});
    for (const ChosenSetting& setting : loaded.settings) CHECK(setting.origin == SettingOrigin::config_file);
}

TEST_CASE("without any source the defaults count") {
    const LoadedConfig loaded = combine_settings(std::nullopt, "config.json", nullptr);
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.collector_url.empty());
    CHECK(loaded.config.proxy == "system");
    CHECK(loaded.config.scan_interval == 240min);
    CHECK(loaded.config.heartbeat_interval == 15min);
    CHECK(loaded.config.startup_spread == 300s);
    CHECK(loaded.config.watch_changes);
    CHECK(loaded.config.outbox_max_mib == 64);
    CHECK(loaded.config.log_level == "info");
    CHECK_FALSE(loaded.config.language.has_value());
    CHECK(loaded.config.official_hosts.empty());
    CHECK(loaded.settings.size() == setting_table().size());
    for (const ChosenSetting& setting : loaded.settings) CHECK(setting.origin == SettingOrigin::built_in);
}

TEST_CASE("a byte order mark is allowed") {
    const LoadedConfig loaded = of_file("\xEF\xBB\xBF{\"outbox_max_mib\": 2}");
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.outbox_max_mib == 2);
}

TEST_CASE("a wrong value is named with file, member and remedy, and is ignored") {
    const LoadedConfig loaded = combine_settings(R"({"scan_interval_minutes": 0, "heartbeat_interval_minutes": "15",
        "startup_spread_seconds": 1.5, "collector_url": "http://centre", "ca_sha256": "12", "language": "fr",
        "log_level": 3,
        "outbox_max_mib": 99999999999999999999, "official_hosts": ["a", 1], "proxy": "http://me:secret@proxy:1",
        "disabled_collectors": "accounts", "scan_intervall": 3})",
                                                 "C:\\data\\config.json", nullptr);
    REQUIRE(loaded.problems.size() == 12);
    CHECK(loaded.problems[0] ==
          "C:\\data\\config.json: scan_intervall is not a setting: remove it or correct its spelling");
    CHECK(loaded.problems[1] ==
          "C:\\data\\config.json: collector_url must be the centre's address, such as \"https://centre:8443\"; it is "
          "ignored");
    CHECK(loaded.problems[4] ==
          "C:\\data\\config.json: scan_interval_minutes must be a whole number from 5 to 10080; it is ignored");
    CHECK(loaded.problems[7] == "C:\\data\\config.json: language must be one of vi, en; it is ignored");
    for (const std::string& problem : loaded.problems) CHECK(problem.find("secret") == std::string::npos);
    CHECK(loaded.config.collector_url.empty());
    CHECK(loaded.config.proxy == "system");
    CHECK(loaded.config.scan_interval == 240min);
    CHECK(loaded.config.heartbeat_interval == 15min);
    CHECK(loaded.config.outbox_max_mib == 64);
    CHECK(loaded.config.log_level == "info");
    CHECK(loaded.config.official_hosts.empty());
    CHECK(loaded.config.disabled_collectors.empty());
    for (const ChosenSetting& setting : loaded.settings) CHECK(setting.origin == SettingOrigin::built_in);
}

TEST_CASE("a host pattern that covers everybody's sites is left out and named, the others count") {
    const LoadedConfig loaded = of_file(R"({"official_hosts": ["*.com.vn", "*.vn", "*.gov.vn", "*.a.vn"]})");
    REQUIRE(loaded.problems.size() == 2);
    CHECK(loaded.problems[0].find("official_hosts holds \"*.com.vn\"") != std::string::npos);
    CHECK(loaded.problems[1].find("\"*.vn\"") != std::string::npos);
    CHECK(loaded.config.official_hosts == std::vector<std::string>{"*.gov.vn", "*.a.vn"});
}

TEST_CASE("what is no JSON object gives the defaults and one problem") {
    for (const char* text : {"", "{\"a\":", "[1]", "\xff\xfe{"}) {
        const LoadedConfig loaded = of_file(text);
        CHECK(loaded.problems.size() == 1);
        CHECK(loaded.config.scan_interval == 240min);
    }
}

TEST_CASE("an unknown collector is named and left out, the others stay off") {
    const LoadedConfig loaded = of_file(R"({"disabled_collectors": ["accounts", "usb"]})");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0] ==
          "config.json: disabled_collectors holds \"usb\", but must be a list of names of collectors (see `wardwatch "
          "facts`); this entry is left out");
    CHECK(loaded.config.disabled_collectors == std::vector<std::string>{"accounts"});
}

TEST_CASE("policy is stronger than the registry, which is stronger than config.json") {
    const RecordedRegistry registry =
        registry_with({{"ScanIntervalMinutes", 20}, {"HeartbeatIntervalMinutes", 2}}, {{"ScanIntervalMinutes", 30}});
    const LoadedConfig loaded =
        combine_settings(R"({"scan_interval_minutes": 10, "heartbeat_interval_minutes": 10, "outbox_max_mib": 10})",
                         "config.json", &registry);
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.scan_interval == 30min);
    CHECK(origin_of(loaded, "scan_interval_minutes") == "policy");
    CHECK(loaded.config.heartbeat_interval == 2min);
    CHECK(origin_of(loaded, "heartbeat_interval_minutes") == "registry");
    CHECK(loaded.config.outbox_max_mib == 10);
    CHECK(origin_of(loaded, "outbox_max_mib") == "config.json");
    CHECK(loaded.config.startup_spread == 300s);
    CHECK(origin_of(loaded, "startup_spread_seconds") == "default");
}

TEST_CASE("a bad value falls back to the next weaker source and is said with its place") {
    const RecordedRegistry registry =
        registry_with({{"ScanIntervalMinutes", "soon"}, {"LogLevel", 3}},
                      {{"ScanIntervalMinutes", 4}, {"LogLevel", "loud"}, {"Proxy", {{"binary", "00"}}}});
    const LoadedConfig loaded =
        combine_settings(R"({"scan_interval_minutes": 10, "log_level": "quiet"})", "config.json", &registry);
    CHECK(loaded.config.scan_interval == 10min);
    CHECK(origin_of(loaded, "scan_interval_minutes") == "config.json");
    CHECK(loaded.config.log_level == "info");
    CHECK(origin_of(loaded, "log_level") == "default");
    REQUIRE(loaded.problems.size() == 6);
    CHECK(
        loaded.problems[0].starts_with("HKLM\\SOFTWARE\\Policies\\Wardwatch: Proxy must be \"system\", \"none\" or "));
    CHECK(loaded.problems[1] ==
          "HKLM\\SOFTWARE\\Wardwatch: ScanIntervalMinutes must be a whole number from 5 to 10080; it is ignored");
    CHECK(loaded.problems[2] ==
          "HKLM\\SOFTWARE\\Policies\\Wardwatch: ScanIntervalMinutes must be a whole number from 5 to 10080; it is "
          "ignored");
    CHECK(loaded.problems[3].starts_with("config.json: log_level must be one of debug, info, warning, error"));
}

TEST_CASE("the registry's own ways of writing: numbers as text, lists as one text, blanks, nothing") {
    const RecordedRegistry registry = registry_with({{"ScanIntervalMinutes", " 60 "},
                                                     {"CollectorUrl", " https://centre.example:8443\t"},
                                                     {"CaSha256", written_digits},
                                                     {"OfficialHosts", "*.a.vn; b.vn;"},
                                                     {"Language", ""},
                                                     {"DisabledCollectors", {"accounts", "antivirus"}}},
                                                    {{"DisabledCollectors", nlohmann::json::array()}});
    const LoadedConfig loaded = combine_settings(std::nullopt, "config.json", &registry);
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.scan_interval == 60min);
    CHECK(loaded.config.collector_url == "https://centre.example:8443");
    CHECK(loaded.config.ca_sha256 == digits);
    CHECK(loaded.config.official_hosts == std::vector<std::string>{"*.a.vn", "b.vn"});
    CHECK(origin_of(loaded, "language") == "default");
    CHECK(loaded.config.disabled_collectors.empty());  // a policy without entries switches all on again
    CHECK(origin_of(loaded, "disabled_collectors") == "policy");
}

TEST_CASE("a registry that cannot be read is said once for each key and ignored") {
    const RecordedRegistry registry(nlohmann::json{{"error", "opening the key failed with error 5"}});
    const LoadedConfig loaded = combine_settings(R"({"outbox_max_mib": 10})", "config.json", &registry);
    CHECK(loaded.problems.size() == 2);
    CHECK(loaded.config.outbox_max_mib == 10);
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

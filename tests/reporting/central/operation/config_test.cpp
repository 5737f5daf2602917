// The configuration file: what it may hold, and that every mistake is named with its line.
#include "reporting/central/operation/config.h"
#include "reporting/central/api/roles.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

using namespace wardwatch;

namespace {

std::string mistake_in(const std::string& text) {
    try {
        parse_config(text, "/etc/wardwatch/central.json");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a configuration is read, and what it does not say has its default", "[operation]") {
    const CentralConfig config = parse_config(R"({
        "agents": "0.0.0.0:9443", "names": ["trungtam.phuong.example"], "silent_after_days": 14,
        "proxies": ["10.0.0.5", "fd00::/8"], "forwarding_proxies": ["10.0.0.6"], "open_metrics": true,
        "audit_heads": {"file": "/mnt/heads.jsonl", "mail": ["an@phuong.example"]},
        "smtp": {"host": "mail.phuong.example", "from": "wardwatch@phuong.example", "security": "tls"},
        "syslog": {"host": "log.phuong.example", "ca_file": "/etc/wardwatch/log-ca.pem"},
        "digests": [{"to": ["cntt@phuong.example"], "every": "week", "unit": "Phường A"}],
        "ldap": {"url": "ldaps://dc.phuong.example", "base_dn": "dc=phuong,dc=example", "groups": [
            {"group": "cn=cntt,dc=phuong,dc=example", "role": "operator", "unit": 3}]},
        "device_quota": {"reports_per_hour": 10}, "least_free_mebibytes": 512,
        "retention": {"all_reports_days": 30, "verdict_changes_days": null}})",
                                              "/etc/wardwatch/central.json");
    CHECK(config.agents == "0.0.0.0:9443");
    CHECK(config.people == "127.0.0.1:8444");
    CHECK(config.names == std::vector<std::string>{"trungtam.phuong.example"});
    CHECK(config.proxies == std::vector<std::string>{"10.0.0.5", "fd00::/8"});
    CHECK(config.forwarding_proxies == std::vector<std::string>{"10.0.0.6"});
    CHECK(config.open_metrics);
    CHECK(config.audit_heads.file == "/mnt/heads.jsonl");
    CHECK(config.audit_heads.mail == std::vector<std::string>{"an@phuong.example"});
    CHECK(config.silent_after_days == 14);
    REQUIRE(config.smtp);
    CHECK(config.smtp->port == 465);
    REQUIRE(config.syslog);
    CHECK(config.syslog->port == 6514);
    REQUIRE(config.ldap.groups.size() == 1);
    CHECK(config.ldap.groups[0].role == Role::operator_);
    CHECK(config.ldap.groups[0].unit_id == 3);
    REQUIRE(config.digests.size() == 1);
    CHECK(config.digests[0].weekly);
    CHECK(config.retention.all_reports == std::chrono::days{30});
    CHECK_FALSE(config.retention.verdict_changes);
    CHECK(config.retention.daily_reports == std::chrono::days{365});
    CHECK(config.device_quota.reports_per_hour == 10);
    CHECK(config.device_quota.mebibytes_per_day == 64);
    CHECK(config.least_free_mebibytes == 512);
    CHECK(config_json(config).at("smtp").at("security") == "tls");
    // What is shown is a configuration again.
    CHECK(config_json(parse_config(config_json(config).dump(), "x")) == config_json(config));
}

TEST_CASE("a database on a server is named without a secret", "[operation]") {
    const CentralConfig config = parse_config(R"({
        "database": "postgresql://wardwatch@db.example/wardwatch?sslmode=require",
        "database_password_file": "/etc/wardwatch/database.password"})",
                                              "/etc/wardwatch/central.json");
    CHECK(config.database.url == "postgresql://wardwatch@db.example/wardwatch?sslmode=require");
    CHECK(config.database.password_file == "/etc/wardwatch/database.password");
    CHECK(config_json(config).at("database") == config.database.url);
    CHECK(config_json(config).at("database_password_file") == "/etc/wardwatch/database.password");
    CHECK_FALSE(config_json(parse_config("{}", "f")).contains("database"));
    CHECK(sql::Source{sql::Server{"postgresql://u:secret@h/d?x=1", {}}}.shown() == "postgresql://u@h/d");

    CHECK(says(mistake_in(R"({"database": "/srv/central.db"})"), "write postgresql://user@host/database"));
    for (const char* url : {"postgresql://u:secret@h/d", "postgresql://u@h/d?password=secret"}) {
        const std::string mistake = mistake_in("{\"database\": \"" + std::string{url} + "\"}");
        CHECK(says(mistake, "database_password_file"));
        CHECK_FALSE(says(mistake, "secret"));
    }
    CHECK(says(mistake_in(R"({"database_password_file": "/p"})"), "it belongs to the member \"database\""));
}

TEST_CASE("a mistake is named with its line, its member and what to write", "[operation]") {
    const std::string misspelt = mistake_in("{\n  \"agents\": \"0.0.0.0:8443\",\n  \"agnets\": \"x\"\n}");
    CHECK(says(misspelt, "central.json, line 3:"));
    CHECK(says(misspelt, "\"agnets\""));
    const std::string comma = mistake_in("{\n  \"agents\": \"0.0.0.0:8443\"\n  \"people\": \"127.0.0.1:8444\"\n}");
    CHECK(says(comma, "line 3:"));
    const std::string range = mistake_in("{\n\"smtp\": {\n\"host\": \"m\",\n\"from\": \"a@b\",\n\"port\": 99999\n}}");
    CHECK(says(range, "line 5:"));
    CHECK(says(range, "smtp.port: write a whole number from 1 to 65535"));
    CHECK(says(mistake_in(R"({"silent_after_days": "7"})"), "silent_after_days: expected an integer"));
    CHECK(says(mistake_in(R"({"log": "central.log"})"), "begins with /"));
    CHECK(says(mistake_in(R"({"smtp": {"host": "m", "from": "a@b", "security": "ssl"}})"), "\"starttls\", \"tls\""));
    CHECK(says(mistake_in(R"({"smtp": {"host": "m", "from": "a@b", "user": "u"}})"), "password_file"));
    CHECK(says(mistake_in(R"({"smtp": {"host": "m", "from": "a@b", "security": "none", "user": "u",
                             "password_file": "/p"}})"),
               "in the clear"));
    CHECK(says(mistake_in(R"({"digests": [{"to": ["a@b"], "every": "day"}]})"), "\"smtp\""));
    CHECK(says(
        mistake_in(R"({"ldap": {"url": "ldaps://x", "base_dn": "dc=x", "groups": [{"group": "g", "role": "boss"}]}})"),
        "ldap.groups[0].role: write one of \"administrator\""));
    CHECK(says(mistake_in(R"({"names": "trungtam"})"), "names: write a list"));
    CHECK(says(mistake_in(R"({"proxies": ["10.0.0.5", "10.0.0.0/33"]})"), "proxies[1]: \"10.0.0.0/33\" is no"));
    CHECK(says(mistake_in(R"({"forwarding_proxies": ["x"]})"), "forwarding_proxies[0]: \"x\" is no"));
    CHECK(says(mistake_in(R"({"audit_heads": {"mail": ["a@b.vn"]}})"), "audit_heads.mail: mail needs"));
    CHECK(says(mistake_in(R"({"audit_heads": {"file": "heads"}})"), "audit_heads.file: write a whole path"));
    CHECK(says(mistake_in("[]"), "expected an object"));
}

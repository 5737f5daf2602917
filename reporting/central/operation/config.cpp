// Reads the configuration member by member, each with its type, range and remedy.
#include "reporting/central/operation/config.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/http/proxies.h"
#include "reporting/central/operation/config_members.h"
#include "reporting/central/operation/config_place.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::days;

namespace {

constexpr JsonLimits config_limits{1u << 20, 6};
constexpr std::int64_t longest_days = 36'500;

using members::file_path;
using members::number;
using members::texts;
using members::word;
using members::wrong;

/// A number of days, or null: for ever.
void retention_days(JsonObject& object, const char* name, std::optional<days>& value) {
    if (!object.has(name)) return;
    if (object.member(name).is_null()) {
        value.reset();
    } else {
        value = days{number(object, name, 1, longest_days)};
    }
}

SmtpOptions read_smtp(const json& value) {
    JsonObject object{value, "smtp"};
    SmtpOptions smtp;
    smtp.host = object.text("host", {1, 255});
    if (object.has("security")) {
        const std::string security = word(object, "security", {"starttls", "tls", "none"});
        smtp.security = security == "tls"    ? MailSecurity::tls
                        : security == "none" ? MailSecurity::none
                                             : MailSecurity::starttls;
    }
    smtp.port = smtp.security == MailSecurity::tls ? 465 : smtp.security == MailSecurity::none ? 25 : 587;
    if (object.has("port")) smtp.port = static_cast<std::uint16_t>(number(object, "port", 1, 65535));
    if (object.has("ca_file")) smtp.ca_file = file_path(object, "ca_file");
    if (object.has("user")) smtp.user = object.text("user", {1, 300});
    if (object.has("password_file")) smtp.password_file = file_path(object, "password_file");
    if (smtp.user.empty() != smtp.password_file.empty())
        wrong("smtp", "\"user\" and \"password_file\" belong together; write both or none");
    if (smtp.security == MailSecurity::none && !smtp.user.empty())
        wrong("smtp.security", "a password does not go over the network in the clear; write \"starttls\" or \"tls\"");
    smtp.from = object.text("from", {3, 300});
    if (smtp.from.find('@') == std::string::npos) wrong("smtp.from", "write a mail address");
    object.refuse_others();
    return smtp;
}

SyslogOptions read_syslog(const json& value) {
    JsonObject object{value, "syslog"};
    SyslogOptions syslog;
    syslog.host = object.text("host", {1, 255});
    if (object.has("port")) syslog.port = static_cast<std::uint16_t>(number(object, "port", 1, 65535));
    if (object.has("ca_file")) syslog.ca_file = file_path(object, "ca_file");
    if (object.has("certificate_file")) syslog.certificate_file = file_path(object, "certificate_file");
    if (object.has("key_file")) syslog.key_file = file_path(object, "key_file");
    if (syslog.certificate_file.empty() != syslog.key_file.empty())
        wrong("syslog", "\"certificate_file\" and \"key_file\" belong together; write both or none");
    object.refuse_others();
    return syslog;
}

DigestOptions read_digest(const json& value, const std::string& place) {
    JsonObject object{value, place};
    DigestOptions digest;
    digest.to = texts(object, "to");
    if (digest.to.empty()) wrong(object.place_of("to"), "write at least one mail address");
    digest.weekly = word(object, "every", {"day", "week"}) == "week";
    if (object.has("unit")) digest.unit = object.text("unit", {1, 1000});
    if (object.has("language")) digest.english = word(object, "language", {"vi", "en"}) == "en";
    if (object.has("page")) digest.page = object.text("page", {1, 500});
    object.refuse_others();
    return digest;
}

HeadOptions read_heads(const json& value) {
    JsonObject object{value, "audit_heads"};
    HeadOptions heads;
    if (object.has("file")) heads.file = file_path(object, "file");
    if (object.has("mail")) heads.mail = texts(object, "mail");
    object.refuse_others();
    return heads;
}

LdapOptions read_ldap(const json& value) {
    JsonObject object{value, "ldap"};
    LdapOptions ldap;
    ldap.url = object.text("url", {8, 300});
    if (!ldap.url.starts_with("ldaps://") && !ldap.url.starts_with("ldap://"))
        wrong("ldap.url", "write ldaps://host or ldap://host");
    if (object.has("ca_file")) ldap.ca_file = file_path(object, "ca_file");
    if (object.has("bind_dn")) ldap.bind_dn = object.text("bind_dn", {1, 500});
    if (object.has("bind_password_file")) ldap.bind_password_file = file_path(object, "bind_password_file");
    ldap.base_dn = object.text("base_dn", {1, 500});
    if (object.has("user_filter")) ldap.user_filter = object.text("user_filter", {3, 1000});
    if (ldap.user_filter.find("{user}") == std::string::npos)
        wrong("ldap.user_filter", "write {user} where the name that was typed belongs");
    const json& list = object.member("groups");
    if (!list.is_array() || list.empty())
        wrong("ldap.groups", "write a list: [{\"group\": \"CN=…\", \"role\": \"auditor\"}]");
    ldap.groups.reserve(list.size());
    for (const json& each : list) {
        JsonObject group{each, "ldap.groups[" + std::to_string(ldap.groups.size()) + "]"};
        LdapGroup read{group.text("group", {1, 500}), Role::unit_manager, std::nullopt};
        read.role = role_from(word(group, "role", {"administrator", "operator", "auditor", "unit_manager"}));
        if (group.has("unit")) read.unit_id = number(group, "unit", 1, std::numeric_limits<std::int64_t>::max());
        group.refuse_others();
        ldap.groups.push_back(std::move(read));
    }
    object.refuse_others();
    return ldap;
}

RetentionRules read_retention(const json& value) {
    JsonObject object{value, "retention"};
    RetentionRules rules;
    retention_days(object, "all_reports_days", rules.all_reports);
    retention_days(object, "daily_reports_days", rules.daily_reports);
    retention_days(object, "monthly_reports_days", rules.monthly_reports);
    retention_days(object, "verdict_changes_days", rules.verdict_changes);
    retention_days(object, "dead_letters_days", rules.dead_letters);
    retention_days(object, "revoked_notes_days", rules.revoked_notes);
    retention_days(object, "revoked_devices_days", rules.revoked_devices);
    retention_days(object, "gone_web_accounts_days", rules.gone_web_accounts);
    object.refuse_others();
    return rules;
}

QuotaRules read_quota(const json& value) {
    JsonObject object{value, "device_quota"};
    QuotaRules rules;
    if (object.has("reports_per_hour"))
        rules.reports_per_hour = static_cast<int>(number(object, "reports_per_hour", 1, 1'000'000));
    if (object.has("mebibytes_per_day"))
        rules.mebibytes_per_day = static_cast<int>(number(object, "mebibytes_per_day", 1, 1'000'000));
    object.refuse_others();
    return rules;
}

sql::Server read_server(JsonObject& object) {
    sql::Server server;
    if (object.has("database")) server.url = object.text("database", {1, 1000});
    if (!server.url.empty() && !sql::is_server_url(server.url))
        wrong("database", "write postgresql://user@host/database, or leave it out: then it is a file in \"data\"");
    if (object.has("database_password_file")) server.password_file = file_path(object, "database_password_file");
    if (server.url.empty() && !server.password_file.empty())
        wrong("database_password_file", "it belongs to the member \"database\"; write that one, too");
    // What `config show` prints and a backup holds is without a secret.
    if (sql::holds_password(server.url))
        wrong("database", "write the password into a file of its own, and its path as \"database_password_file\"");
    return server;
}

Role role_named(JsonObject& object, const char* member, const std::string& name) {
    try {
        return role_from(name);
    } catch (const std::invalid_argument& error) {
        wrong(object.place_of(member), error.what());
    }
}

std::vector<std::string> read_proxies(JsonObject& object, const char* name) {
    std::vector<std::string> proxies = texts(object, name);
    for (std::size_t i = 0; i < proxies.size(); ++i) {
        try {
            const Proxies checked{{proxies[i]}};
        } catch (const ProxyError& error) {
            wrong(std::string{name} + "[" + std::to_string(i) + "]", error.what());
        }
    }
    return proxies;
}

CentralConfig read_config(const json& value) {
    JsonObject object{value, ""};
    CentralConfig config;
    if (object.has("data")) config.data = file_path(object, "data");
    config.database = read_server(object);
    if (object.has("agents")) config.agents = object.text("agents", {1, 300});
    if (object.has("people")) config.people = object.text("people", {1, 300});
    if (object.has("names")) config.names = texts(object, "names");
    if (object.has("proxies")) config.proxies = read_proxies(object, "proxies");
    if (object.has("forwarding_proxies")) config.forwarding_proxies = read_proxies(object, "forwarding_proxies");
    if (object.has("second_factor_roles")) {
        config.second_factor_roles.clear();
        for (const std::string& name : texts(object, "second_factor_roles"))
            config.second_factor_roles.push_back(role_named(object, "second_factor_roles", name));
    }
    if (object.has("open_metrics")) config.open_metrics = object.boolean("open_metrics");
    if (object.has("backup_recipients")) config.backup_recipients = texts(object, "backup_recipients");
    if (object.has("silent_after_days"))
        config.silent_after_days = static_cast<int>(number(object, "silent_after_days", 1, 366));
    if (object.has("log")) config.log = file_path(object, "log");
    if (object.has("session_idle_minutes"))
        config.session_idle = std::chrono::minutes{number(object, "session_idle_minutes", 1, 1440)};
    if (object.has("session_longest_hours"))
        config.session_longest = std::chrono::hours{number(object, "session_longest_hours", 1, 168)};
    if (object.has("slow_request_milliseconds"))
        config.slow_request = std::chrono::milliseconds{number(object, "slow_request_milliseconds", 1, 600'000)};
    if (object.has("ldap")) config.ldap = read_ldap(object.member("ldap"));
    if (object.has("smtp")) config.smtp = read_smtp(object.member("smtp"));
    if (object.has("syslog")) config.syslog = read_syslog(object.member("syslog"));
    if (object.has("digests")) {
        const json& list = object.member("digests");
        if (!list.is_array()) wrong("digests", "write a list: [{\"to\": [\"…\"], \"every\": \"week\"}]");
        config.digests.reserve(list.size());
        for (const json& digest : list)
            config.digests.push_back(read_digest(digest, "digests[" + std::to_string(config.digests.size()) + "]"));
        if (!config.digests.empty() && !config.smtp) wrong("digests", "mail needs the member \"smtp\" as well");
    }
    if (object.has("audit_heads")) config.audit_heads = read_heads(object.member("audit_heads"));
    if (!config.audit_heads.mail.empty() && !config.smtp) wrong("audit_heads.mail", "mail needs \"smtp\" as well");
    if (object.has("webhook_ca_file")) config.webhook_ca_file = file_path(object, "webhook_ca_file");
    if (object.has("webhook_local_hosts")) config.webhook_local_hosts = texts(object, "webhook_local_hosts");
    if (object.has("retention")) config.retention = read_retention(object.member("retention"));
    if (object.has("device_quota")) config.device_quota = read_quota(object.member("device_quota"));
    if (object.has("least_free_mebibytes"))
        config.least_free_mebibytes =
            static_cast<std::uintmax_t>(number(object, "least_free_mebibytes", 1, 1'000'000'000));
    object.refuse_others();
    return config;
}

}  // namespace

CentralConfig parse_config(std::string_view text, const fs::path& file) {
    try {
        CentralConfig config = read_config(parse_strict(text, config_limits));
        config.file = file;
        return config;
    } catch (const JsonError& error) {
        const std::string what = error.what();
        std::string place = what.substr(0, what.find(": "));
        // "unknown member "prot"" names it in its own words.
        if (const std::size_t quote = what.find('"'); what.find("unknown member") != std::string::npos) {
            const std::string name = what.substr(quote + 1, what.find('"', quote + 1) - quote - 1);
            place = place == what ? name : place + "." + name;
        }
        // The byte is the one behind which the reader stopped.
        const std::size_t line =
            error.byte ? line_at(text, std::max<std::size_t>(*error.byte, 1) - 1) : line_of_place(text, place);
        throw ConfigError(file.string() + ", line " + std::to_string(line) + ": " + what +
                          ". Correct it; `wardwatch-central config check` looks again.");
    }
}

CentralConfig load_config(const std::optional<fs::path>& named) {
    const fs::path file = named.value_or(default_config_file);
    std::error_code ignored;
    if (!named && !fs::exists(file, ignored)) return {};
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in)
        throw ConfigError("The file " + file.string() +
                          " cannot be read; name another with --config, or let the user "
                          "who runs this read it.");
    return parse_config(text, file);
}

}  // namespace wardwatch

// The configuration in force, as JSON without secrets.
#include <nlohmann/json.hpp>

#include "reporting/central/operation/config.h"

namespace wardwatch {

using nlohmann::json;

json retention_json(const RetentionRules& rules) {
    const auto days_or_null = [](const std::optional<std::chrono::days>& value) {
        return value ? json(value->count()) : json();
    };
    return {{"all_reports_days", days_or_null(rules.all_reports)},
            {"daily_reports_days", days_or_null(rules.daily_reports)},
            {"monthly_reports_days", days_or_null(rules.monthly_reports)},
            {"verdict_changes_days", days_or_null(rules.verdict_changes)},
            {"dead_letters_days", days_or_null(rules.dead_letters)},
            {"revoked_notes_days", days_or_null(rules.revoked_notes)},
            {"revoked_devices_days", days_or_null(rules.revoked_devices)},
            {"gone_web_accounts_days", days_or_null(rules.gone_web_accounts)}};
}

json config_json(const CentralConfig& config) {
    json shown = {{"agents", config.agents},
                  {"people", config.people},
                  {"names", config.names},
                  {"proxies", config.proxies},
                  {"backup_recipients", config.backup_recipients},
                  {"forwarding_proxies", config.forwarding_proxies},
                  {"open_metrics", config.open_metrics},
                  {"silent_after_days", config.silent_after_days},
                  {"session_idle_minutes", config.session_idle.count()},
                  {"session_longest_hours", config.session_longest.count()},
                  {"slow_request_milliseconds", config.slow_request.count()},
                  {"retention", retention_json(config.retention)},
                  {"least_free_mebibytes", config.least_free_mebibytes},
                  {"device_quota",
                   {{"reports_per_hour", config.device_quota.reports_per_hour},
                    {"mebibytes_per_day", config.device_quota.mebibytes_per_day}}}};
    shown["second_factor_roles"] = json::array();
    for (const Role role : config.second_factor_roles) shown["second_factor_roles"].push_back(name_of(role));
    if (config.data) shown["data"] = config.data->string();
    if (!config.database.url.empty()) shown["database"] = config.database.url;
    if (!config.database.password_file.empty())
        shown["database_password_file"] = config.database.password_file.string();
    if (!config.log.empty()) shown["log"] = config.log.string();
    if (!config.webhook_ca_file.empty()) shown["webhook_ca_file"] = config.webhook_ca_file.string();
    if (!config.webhook_local_hosts.empty()) shown["webhook_local_hosts"] = config.webhook_local_hosts;
    if (!config.ldap.url.empty()) {
        json groups = json::array();
        for (const LdapGroup& group : config.ldap.groups) {
            groups.push_back({{"group", group.group}, {"role", name_of(group.role)}});
            if (group.unit_id) groups.back()["unit"] = *group.unit_id;
        }
        json& ldap = shown["ldap"] = {{"url", config.ldap.url},
                                      {"base_dn", config.ldap.base_dn},
                                      {"user_filter", config.ldap.user_filter},
                                      {"groups", std::move(groups)}};
        if (!config.ldap.ca_file.empty()) ldap["ca_file"] = config.ldap.ca_file.string();
        if (!config.ldap.bind_dn.empty()) ldap["bind_dn"] = config.ldap.bind_dn;
        if (!config.ldap.bind_password_file.empty())
            ldap["bind_password_file"] = config.ldap.bind_password_file.string();
    }
    if (config.smtp) {
        json& smtp =
            shown["smtp"] = {{"host", config.smtp->host}, {"port", config.smtp->port}, {"from", config.smtp->from}};
        smtp["security"] = config.smtp->security == MailSecurity::tls    ? "tls"
                           : config.smtp->security == MailSecurity::none ? "none"
                                                                         : "starttls";
        if (!config.smtp->ca_file.empty()) smtp["ca_file"] = config.smtp->ca_file.string();
        if (!config.smtp->user.empty()) smtp["user"] = config.smtp->user;
        if (!config.smtp->password_file.empty()) smtp["password_file"] = config.smtp->password_file.string();
    }
    if (config.syslog) {
        json& syslog = shown["syslog"] = {{"host", config.syslog->host}, {"port", config.syslog->port}};
        if (!config.syslog->ca_file.empty()) syslog["ca_file"] = config.syslog->ca_file.string();
        if (!config.syslog->certificate_file.empty())
            syslog["certificate_file"] = config.syslog->certificate_file.string();
        if (!config.syslog->key_file.empty()) syslog["key_file"] = config.syslog->key_file.string();
    }
    for (const DigestOptions& digest : config.digests) {
        json one = {
            {"to", digest.to}, {"every", digest.weekly ? "week" : "day"}, {"language", digest.english ? "en" : "vi"}};
        if (!digest.unit.empty()) one["unit"] = digest.unit;
        if (!digest.page.empty()) one["page"] = digest.page;
        shown["digests"].push_back(std::move(one));
    }
    if (!config.audit_heads.file.empty()) shown["audit_heads"]["file"] = config.audit_heads.file.string();
    if (!config.audit_heads.mail.empty()) shown["audit_heads"]["mail"] = config.audit_heads.mail;
    return shown;
}

}  // namespace wardwatch

// The configuration file: /etc/wardwatch/central.json, or the one that --config names. docs/operations.md shows one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/quota.h"
#include "reporting/central/integration/digest_options.h"
#include "reporting/central/integration/head_options.h"
#include "reporting/central/integration/mail.h"
#include "reporting/central/integration/syslog.h"
#include "reporting/central/operation/disk_room.h"
#include "reporting/central/people/ldap.h"
#include "reporting/central/sql/source.h"

namespace wardwatch {

inline constexpr const char* default_config_file = "/etc/wardwatch/central.json";

/// what() names the file, the line and the member, and says what to write there.
class ConfigError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How long data is kept; nothing: for ever, which no default is. The notice to staff (reporting/policy/notice.h) tells
/// the defaults.
struct RetentionRules {
    /// Older reports become one a day, the first of each; then one a month. Newest reports stay always.
    std::optional<std::chrono::days> all_reports = std::chrono::days{90};
    std::optional<std::chrono::days> daily_reports = std::chrono::days{365};
    std::optional<std::chrono::days> monthly_reports = std::chrono::days{730};
    std::optional<std::chrono::days> verdict_changes = std::chrono::days{730};
    std::optional<std::chrono::days> dead_letters = std::chrono::days{90};
    std::optional<std::chrono::days> revoked_notes = std::chrono::days{90};  ///< with cards, after the PC was revoked
    std::optional<std::chrono::days> revoked_devices = std::chrono::days{365};    ///< with all that is stored of them
    std::optional<std::chrono::days> gone_web_accounts = std::chrono::days{730};  ///< that left their system's list
};

struct CentralConfig {
    std::filesystem::path file;  ///< where it stands; empty: there is none, and all that follows is the default
    std::optional<std::filesystem::path> data;
    sql::Server database;  ///< without an address: a file in the data folder
    std::string agents = "0.0.0.0:8443";
    std::string people = "127.0.0.1:8444";
    std::vector<std::string> names;
    std::vector<std::string> forwarding_proxies;  ///< whose X-Forwarded-For is believed, on the people's side
    std::vector<Role> second_factor_roles = {Role::administrator};  ///< who must have one, after their first week
    bool open_metrics = false;                   ///< /metrics without an API token, to programs on this machine
    std::vector<std::string> proxies;            ///< addresses and networks (http/proxies.h)
    std::vector<std::string> backup_recipients;  ///< public keys (encrypted_file.h)
    int silent_after_days = 7;
    std::filesystem::path log;
    std::chrono::minutes session_idle{30};
    std::chrono::hours session_longest{12};
    std::chrono::milliseconds slow_request{2000};  ///< what takes longer is logged
    LdapOptions ldap;                              ///< without a URL: nobody signs in by a directory
    std::optional<SmtpOptions> smtp;
    std::optional<SyslogOptions> syslog;
    std::vector<DigestOptions> digests;
    HeadOptions audit_heads;
    std::filesystem::path webhook_ca_file;         ///< whom webhooks trust; empty: the system's CAs
    std::vector<std::string> webhook_local_hosts;  ///< as WebhookRules has them
    RetentionRules retention;
    QuotaRules device_quota;
    /// Below so much room on the disk no reports are taken (disk_room.h).
    std::uintmax_t least_free_mebibytes = least_free_space >> 20;
};

/// The file's text; `file` is for messages and kept. Throws ConfigError.
CentralConfig parse_config(std::string_view text, const std::filesystem::path& file);

/// Reads the file that was named, or the default one where it exists. Throws ConfigError.
CentralConfig load_config(const std::optional<std::filesystem::path>& named);

/// As the file could be written; holds no secret, for passwords stand in files of their own.
nlohmann::json config_json(const CentralConfig& config);
nlohmann::json retention_json(const RetentionRules& rules);

}  // namespace wardwatch

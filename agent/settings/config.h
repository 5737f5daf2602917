// The settings of this PC, from all sources. Weakest first: the defaults, config.json in the data folder, the registry
// (HKLM\SOFTWARE\Wardwatch, written by the installer), Group Policy (HKLM\SOFTWARE\Policies\Wardwatch). The service
// never dies of them: what is wrong is said, and the next weaker source counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/settings/settings.h"
#include "collectors/machine/registry.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// Ranges and defaults: settings.cpp.
struct Config {
    std::string collector_url;  ///< "https://centre.example:8443"; empty: not set
    std::string ca_sha256;      ///< 64 hex digits of the centre's CA; empty: not set
    std::string proxy;          ///< "system", "none" or "http://host:port"
    std::chrono::minutes scan_interval{};
    std::chrono::minutes heartbeat_interval{};
    std::chrono::seconds startup_spread{};
    std::optional<Language> language;  ///< of the command line; empty: the system's
    std::string log_level;             ///< debug, info, warning or error
    bool watch_changes = true;         ///< scan at once when something has changed
    std::int64_t outbox_max_mib = 0;
    std::vector<std::string> official_hosts;       ///< besides the policy's
    std::vector<std::string> disabled_collectors;  ///< names of the catalog
    std::vector<std::string> update_signers;       ///< SHA-256 of certificates; empty: no updates from the centre
};

enum class SettingOrigin { built_in, config_file, registry, policy };

/// "default", "config.json", "registry", "policy".
const char* name_of(SettingOrigin origin);

struct ChosenSetting {
    const SettingInfo* info;  ///< never null
    SettingValue value;
    SettingOrigin origin;
};

struct LoadedConfig {
    Config config;
    std::vector<ChosenSetting> settings;  ///< all of setting_table(), in its order
    std::vector<std::string> problems;    ///< sentences that name the source, the setting and what to do
};

/// `json` is the content of config.json (a byte order mark is allowed, comments are not), empty when there is none;
/// `file_name` is for the messages. Without `registry` (Linux) there are only the defaults and the file.
LoadedConfig combine_settings(const std::optional<std::string>& json, std::string_view file_name,
                              const Registry* registry);

/// `folder/config.json` and this PC's registry.
LoadedConfig load_config(const std::filesystem::path& folder);

/// Writes the centre into config.json, leaving its other members as they are. Throws std::runtime_error when what is
/// there is no JSON object.
void save_centre(const std::filesystem::path& folder, const std::string& collector_url, const std::string& ca_sha256);

}  // namespace wardwatch

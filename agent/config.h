// config.json in the data folder. The service never dies of it: what is wrong is said, and the default counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/policy/policy.h"

namespace wardwatch {

struct Config {
    std::string collector_url;                    ///< "https://centre.example:8443"; empty: not set
    std::string ca_sha256;                        ///< 64 hex digits of the centre's CA; empty: not set
    std::chrono::minutes scan_interval{240};      ///< 5 minutes to 7 days
    std::chrono::minutes heartbeat_interval{15};  ///< 1 minute to 1 day
    std::chrono::seconds startup_spread{300};     ///< 0 to 1 hour
    std::optional<Language> language;             ///< of the command line; empty: the system's
    std::string log_level = "info";               ///< debug, info, warning or error
    std::int64_t outbox_max_mib = 64;             ///< 1 to 4096
    std::vector<std::string> official_hosts;      ///< besides the policy's
};

struct LoadedConfig {
    Config config;
    std::vector<std::string> problems;  ///< sentences that name the file, the member and what to do
};

/// `file_name` is for the messages. A byte order mark is allowed; comments are not.
LoadedConfig parse_config(std::string_view json, std::string_view file_name);

/// `folder/config.json`; the defaults when there is none.
LoadedConfig load_config(const std::filesystem::path& folder);

/// Writes the centre into config.json, leaving its other members as they are. Throws std::runtime_error when what is
/// there is no JSON object.
void save_centre(const std::filesystem::path& folder, const std::string& collector_url, const std::string& ca_sha256);

/// 64 hex digits, lower case, of a fingerprint with or without colons; empty when it is none.
std::string normal_fingerprint(std::string_view text);

}  // namespace wardwatch

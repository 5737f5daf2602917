// The table of settings, and what each kind of value must be.
#include "agent/settings/settings.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "collectors/core/collector.h"
#include "collectors/credential_stores/official_hosts.h"
#include "reporting/client/url.h"

namespace wardwatch {
namespace {

constexpr std::size_t longest_setting = 300;

bool is_plain(const std::string& text) {
    return !text.empty() && text.size() <= longest_setting &&
           std::ranges::none_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7F || c == '"'; });
}

std::string centre_url_or_nothing(const std::string& text) {
    try {
        parse_centre_url(text);
        return is_plain(text) ? text : std::string();
    } catch (const std::invalid_argument&) {
        return {};
    }
}

std::string fingerprint_or_nothing(const std::string& text) { return normal_fingerprint(text); }

std::string proxy_or_nothing(const std::string& text) {
    if (text == "system" || text == "none") return text;
    try {
        parse_proxy_url(text);
        return is_plain(text) ? text : std::string();
    } catch (const std::invalid_argument&) {
        return {};
    }
}

// "*.com.vn" would count everybody's sites as official.
std::string host_pattern_or_nothing(const std::string& text) {
    return is_plain(text) && is_host_pattern(text) ? text : std::string();
}

std::string collector_or_nothing(const std::string& text) {
    const bool known = std::ranges::any_of(catalog(), [&](const Collector& one) { return one.name == text; });
    return known ? text : std::string();
}

SettingInfo number_setting(std::string_view name, std::string_view registry_name, std::int64_t fallback,
                           std::int64_t least, std::int64_t most) {
    return {.name = name,
            .registry_name = registry_name,
            .kind = SettingKind::number,
            .fallback = fallback,
            .least = least,
            .most = most,
            .choices = {},
            .expected = "a whole number from " + std::to_string(least) + " to " + std::to_string(most)};
}

SettingInfo choice_setting(std::string_view name, std::string_view registry_name, std::string fallback,
                           std::vector<std::string> choices) {
    std::string expected = "one of";
    for (const std::string& each : choices) expected += (&each == &choices.front() ? " " : ", ") + each;
    return {.name = name,
            .registry_name = registry_name,
            .kind = SettingKind::choice,
            .fallback = std::move(fallback),
            .choices = std::move(choices),
            .expected = std::move(expected)};
}

SettingInfo text_setting(std::string_view name, std::string_view registry_name, std::string fallback,
                         std::string expected, std::string (*normal)(const std::string&)) {
    return {.name = name,
            .registry_name = registry_name,
            .kind = SettingKind::text,
            .fallback = std::move(fallback),
            .choices = {},
            .expected = std::move(expected),
            .normal = normal};
}

SettingInfo list_setting(std::string_view name, std::string_view registry_name, std::string expected,
                         std::string (*normal)(const std::string&)) {
    return {.name = name,
            .registry_name = registry_name,
            .kind = SettingKind::list,
            .fallback = std::vector<std::string>(),
            .choices = {},
            .expected = std::move(expected),
            .normal = normal};
}

std::optional<SettingValue> check_list(const SettingInfo& setting, const std::vector<std::string>& entries,
                                       std::vector<std::string>& complaints) {
    std::vector<std::string> accepted;
    for (const std::string& entry : entries) {
        const std::string normal = setting.normal(entry);
        if (!normal.empty())
            accepted.push_back(normal);
        else
            complaints.push_back("holds \"" + entry.substr(0, longest_setting) + "\", but must be a list of " +
                                 setting.expected + "; this entry is left out");
    }
    return accepted;
}

std::optional<SettingValue> accepted_value(const SettingInfo& setting, const RawSetting& raw) {
    if (setting.kind == SettingKind::number) {
        const auto* given = std::get_if<std::int64_t>(&raw);
        if (given && *given >= setting.least && *given <= setting.most) return *given;
        return std::nullopt;
    }
    const auto* given = std::get_if<std::string>(&raw);
    if (!given) return std::nullopt;
    if (setting.kind == SettingKind::choice) {
        if (std::ranges::count(setting.choices, *given) > 0) return *given;
        return std::nullopt;
    }
    const std::string normal = setting.normal(*given);
    return normal.empty() ? std::nullopt : std::optional<SettingValue>(normal);
}

}  // namespace

const std::vector<SettingInfo>& setting_table() {
    static const std::vector<SettingInfo> all = {
        text_setting("collector_url", "CollectorUrl", "", "the centre's address, such as \"https://centre:8443\"",
                     centre_url_or_nothing),
        text_setting("ca_sha256", "CaSha256", "", "the 64 hex digits of the centre's CA certificate",
                     fingerprint_or_nothing),
        text_setting(
            "proxy", "Proxy", "system",
            "\"system\", \"none\" or a proxy's address without user and password, such as \"http://proxy:3128\"",
            proxy_or_nothing),
        number_setting("scan_interval_minutes", "ScanIntervalMinutes", 240, 5, 7 * 24 * 60),
        number_setting("heartbeat_interval_minutes", "HeartbeatIntervalMinutes", 15, 1, 24 * 60),
        number_setting("startup_spread_seconds", "StartupSpreadSeconds", 300, 0, 3600),
        choice_setting("watch_changes", "WatchChanges", "on", {"on", "off"}),
        choice_setting("language", "Language", "", {"vi", "en"}),
        choice_setting("log_level", "LogLevel", "info", {"debug", "info", "warning", "error"}),
        number_setting("outbox_max_mib", "OutboxMaxMib", 64, 1, 4096),
        list_setting("official_hosts", "OfficialHosts",
                     "host patterns such as \"*.hanoi.gov.vn\", not of a whole domain such as \"*.com.vn\"",
                     host_pattern_or_nothing),
        list_setting("disabled_collectors", "DisabledCollectors", "names of collectors (see `wardwatch facts`)",
                     collector_or_nothing),
        list_setting("update_signers", "UpdateSigners", "SHA-256 fingerprints of code-signing certificates",
                     fingerprint_or_nothing),
    };
    return all;
}

std::optional<SettingValue> check_setting(const SettingInfo& setting, const RawSetting& raw,
                                          std::vector<std::string>& complaints) {
    const auto* entries = std::get_if<std::vector<std::string>>(&raw);
    if (setting.kind == SettingKind::list && entries) return check_list(setting, *entries, complaints);
    std::optional<SettingValue> value;
    if (setting.kind != SettingKind::list) value = accepted_value(setting, raw);
    if (!value)
        complaints.push_back("must be " +
                             (setting.kind == SettingKind::list ? "a list of " + setting.expected : setting.expected) +
                             "; it is ignored");
    return value;
}

std::string normal_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ':') continue;
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return {};
        digits.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
    return digits.size() == 64 ? digits : std::string();
}

}  // namespace wardwatch

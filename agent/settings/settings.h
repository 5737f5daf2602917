// The table of settings. Each is described here once; every source (config.json, the registry, Group Policy) goes
// through the same check, and `status --settings` and the ADMX test read this table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardwatch {

/// A number in the setting's unit, a text ("" is "not set"), or a list.
using SettingValue = std::variant<std::int64_t, std::string, std::vector<std::string>>;

/// What a source holds; monostate stands for a type that no setting has.
using RawSetting = std::variant<std::monostate, std::int64_t, std::string, std::vector<std::string>>;

enum class SettingKind { number, choice, text, list };

struct SettingInfo {
    std::string_view name;           ///< member of config.json
    std::string_view registry_name;  ///< value below HKLM\SOFTWARE\Wardwatch and in the policies
    SettingKind kind;
    SettingValue fallback;             ///< counts when no source says anything usable
    std::int64_t least = 0, most = 0;  ///< of a number
    std::vector<std::string> choices;  ///< of a choice
    std::string expected;              ///< what a right text is, or the entries of a right list
    /// Of a text or an entry of a list: how it is used, or "" when it is not acceptable.
    std::string (*normal)(const std::string&) = nullptr;
};

/// In the order in which they are shown.
const std::vector<SettingInfo>& setting_table();

/// The value as it is used, when it is acceptable. Each complaint continues a sentence that begins with the setting's
/// name: "must be …; it is ignored". A list loses the entries that are not acceptable, each with a complaint.
std::optional<SettingValue> check_setting(const SettingInfo& setting, const RawSetting& raw,
                                          std::vector<std::string>& complaints);

/// 64 hex digits, lower case, of a fingerprint with or without colons; empty when it is none.
std::string normal_fingerprint(std::string_view text);

}  // namespace wardwatch

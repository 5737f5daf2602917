// Reads each source of settings, puts the stronger over the weaker, and says what is wrong.
#include "agent/settings/config.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/data_folder/protected_files.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/real_machine.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr std::string_view registry_key = "SOFTWARE\\Wardwatch";
constexpr std::string_view policy_key = "SOFTWARE\\Policies\\Wardwatch";

/// What one source says, unchecked.
struct SettingLayer {
    SettingOrigin origin;
    std::string place;                              // where it is, for messages
    std::map<std::string_view, RawSetting> values;  // by SettingInfo::name
};

std::string_view without_bom(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text;
}

RawSetting raw_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) {
        const bool fits = !value.is_number_unsigned() ||
                          value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
        return fits ? RawSetting(value.get<std::int64_t>()) : RawSetting();
    }
    const bool texts = value.is_array() && std::ranges::all_of(value, [](const json& one) { return one.is_string(); });
    return texts ? RawSetting(value.get<std::vector<std::string>>()) : RawSetting();
}

SettingLayer config_layer(std::string_view text, std::string_view file_name, std::vector<std::string>& problems) {
    SettingLayer layer{SettingOrigin::config_file, std::string(file_name), {}};
    json object;
    try {
        object = json::parse(without_bom(text));
    } catch (const json::parse_error& error) {
        problems.push_back(layer.place + ": not JSON at byte " + std::to_string(error.byte) +
                           ": correct it; until then it is ignored");
        return layer;
    }
    if (!object.is_object()) {
        problems.push_back(layer.place + ": must be one JSON object {…}; it is ignored");
        return layer;
    }
    for (const SettingInfo& setting : setting_table()) {
        const auto found = object.find(setting.name);
        if (found == object.end()) continue;
        layer.values[setting.name] = raw_of(*found);
        object.erase(found);
    }
    for (const auto& [member, value] : object.items())
        problems.push_back(layer.place + ": " + member.substr(0, 300) +
                           " is not a setting: remove it or correct its spelling");
    return layer;
}

std::string without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    return std::string(text.substr(begin, text.find_last_not_of(blanks) + 1 - begin));
}

std::vector<std::string> entries_of(const std::vector<std::string>& texts) {
    std::vector<std::string> entries;
    for (std::string_view rest : texts) {
        for (;;) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            if (std::string entry = without_blanks(rest.substr(0, end)); !entry.empty()) entries.push_back(entry);
            if (end == rest.size()) break;
            rest.remove_prefix(end + 1);
        }
    }
    return entries;
}

// The installer and people write numbers as text, and lists as one text with ';' between the entries. An empty text is
// what an installer leaves when nobody gave a value.
std::optional<RawSetting> raw_of(const SettingInfo& setting, const RegistryData& data) {
    if (const auto* number = std::get_if<std::uint64_t>(&data)) {
        const bool fits = *number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
        return fits ? RawSetting(static_cast<std::int64_t>(*number)) : RawSetting();
    }
    if (const auto* texts = std::get_if<std::vector<std::string>>(&data)) return RawSetting(entries_of(*texts));
    const auto* given = std::get_if<std::string>(&data);
    if (!given) return RawSetting();
    std::string text = without_blanks(*given);
    if (text.empty()) return std::nullopt;
    if (setting.kind == SettingKind::list) return RawSetting(entries_of({text}));
    if (setting.kind != SettingKind::number) return RawSetting(std::move(text));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return is_number ? RawSetting(number) : RawSetting(std::move(text));
}

SettingLayer registry_layer(const Registry& registry, SettingOrigin origin, std::string_view key,
                            std::vector<std::string>& problems) {
    SettingLayer layer{origin, "HKLM\\" + std::string(key), {}};
    std::string last_problem;
    for (const SettingInfo& setting : setting_table()) {
        try {
            const auto data = registry.value(Hive::local_machine, key, setting.registry_name);
            const auto raw = data ? raw_of(setting, *data) : std::nullopt;
            if (raw) layer.values[setting.name] = *raw;
        } catch (const PortError& error) {
            // A key that cannot be opened fails in the same words for every value.
            if (error.what() != last_problem)
                problems.push_back(layer.place + ": " + std::string(setting.registry_name) +
                                   " cannot be read: " + error.what() + "; it is ignored");
            last_problem = error.what();
        }
    }
    return layer;
}

// Weakest first. What a stronger source hides is checked too: it will count as soon as that source is gone.
ChosenSetting choose(const SettingInfo& setting, const std::vector<SettingLayer>& layers,
                     std::vector<std::string>& problems) {
    ChosenSetting chosen{&setting, setting.fallback, SettingOrigin::built_in};
    for (const SettingLayer& layer : layers) {
        const auto found = layer.values.find(setting.name);
        if (found == layer.values.end()) continue;
        std::vector<std::string> complaints;
        if (const auto value = check_setting(setting, found->second, complaints)) {
            chosen.value = *value;
            chosen.origin = layer.origin;
        }
        const std::string_view name = layer.origin == SettingOrigin::config_file ? setting.name : setting.registry_name;
        for (const std::string& complaint : complaints)
            problems.push_back(layer.place + ": " + std::string(name) + " " + complaint);
    }
    return chosen;
}

template <class Type>
const Type& chosen_value(const std::vector<ChosenSetting>& settings, std::string_view name) {
    for (const ChosenSetting& setting : settings)
        if (setting.info->name == name) return std::get<Type>(setting.value);
    throw std::logic_error("no setting is called " + std::string(name));
}

Config config_of(const std::vector<ChosenSetting>& settings) {
    const auto number = [&](std::string_view name) { return chosen_value<std::int64_t>(settings, name); };
    const auto text = [&](std::string_view name) { return chosen_value<std::string>(settings, name); };
    const auto list = [&](std::string_view name) { return chosen_value<std::vector<std::string>>(settings, name); };
    Config config;
    config.collector_url = text("collector_url");
    config.ca_sha256 = text("ca_sha256");
    config.proxy = text("proxy");
    config.scan_interval = std::chrono::minutes(number("scan_interval_minutes"));
    config.heartbeat_interval = std::chrono::minutes(number("heartbeat_interval_minutes"));
    config.startup_spread = std::chrono::seconds(number("startup_spread_seconds"));
    const std::string language = text("language");
    if (!language.empty()) config.language = language == "vi" ? Language::vi : Language::en;
    config.log_level = text("log_level");
    config.watch_changes = text("watch_changes") == "on";
    config.outbox_max_mib = number("outbox_max_mib");
    config.official_hosts = list("official_hosts");
    config.disabled_collectors = list("disabled_collectors");
    config.update_signers = list("update_signers");
    return config;
}

LoadedConfig combine(const std::vector<SettingLayer>& layers, std::vector<std::string> problems) {
    LoadedConfig loaded;
    loaded.problems = std::move(problems);
    for (const SettingInfo& setting : setting_table())
        loaded.settings.push_back(choose(setting, layers, loaded.problems));
    loaded.config = config_of(loaded.settings);
    return loaded;
}

}  // namespace

const char* name_of(SettingOrigin origin) {
    switch (origin) {
        case SettingOrigin::config_file:
            return "config.json";
        case SettingOrigin::registry:
            return "registry";
        case SettingOrigin::policy:
            return "policy";
        case SettingOrigin::built_in:
            break;
    }
    return "default";
}

LoadedConfig combine_settings(const std::optional<std::string>& text, std::string_view file_name,
                              const Registry* registry) {
    std::vector<std::string> problems;
    std::vector<SettingLayer> layers;
    if (text) layers.push_back(config_layer(*text, file_name, problems));
    if (registry) {
        layers.push_back(registry_layer(*registry, SettingOrigin::registry, registry_key, problems));
        layers.push_back(registry_layer(*registry, SettingOrigin::policy, policy_key, problems));
    }
    return combine(layers, std::move(problems));
}

LoadedConfig load_config(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "config.json";
    std::optional<std::string> text;
    std::string problem;
    try {
        text = read_file(file);
    } catch (const std::runtime_error& error) {
        problem = std::string(error.what()) + ": it is ignored";
    }
#ifdef _WIN32
    const std::unique_ptr<MachineOwner> owner = real_machine();
    LoadedConfig loaded = combine_settings(text, utf8(file), &owner->machine().registry);
#else
    LoadedConfig loaded = combine_settings(text, utf8(file), nullptr);
#endif
    if (!problem.empty()) loaded.problems.insert(loaded.problems.begin(), problem);
    return loaded;
}

void save_centre(const std::filesystem::path& folder, const std::string& collector_url, const std::string& ca_sha256) {
    const std::filesystem::path file = folder / "config.json";
    const std::optional<std::string> text = read_file(file);
    json object = text ? json::parse(without_bom(*text), nullptr, false) : json::object();
    if (!object.is_object())
        throw std::runtime_error(utf8(file) + " is not a JSON object: correct or delete it, then enrol again");
    object["collector_url"] = collector_url;
    object["ca_sha256"] = ca_sha256;
    write_file(file, object.dump(2) + "\n");
}

}  // namespace wardwatch

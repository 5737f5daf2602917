// `wardwatch status --settings`: every setting, its value and where that is from.
#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {
namespace {

using nlohmann::json;

const char* name_of(SettingKind kind) {
    switch (kind) {
        case SettingKind::number:
            return "number";
        case SettingKind::choice:
            return "choice";
        case SettingKind::text:
            return "text";
        case SettingKind::list:
            break;
    }
    return "list";
}

json setting_to_json(const SettingValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
    const std::string& text = std::get<std::string>(value);
    return text.empty() ? json() : json(text);
}

std::string settings_for_machines(const LoadedConfig& loaded) {
    json settings = json::array();
    for (const ChosenSetting& chosen : loaded.settings) {
        const SettingInfo& info = *chosen.info;
        json setting = {{"name", info.name},
                        {"registry_name", info.registry_name},
                        {"kind", name_of(info.kind)},
                        {"default", setting_to_json(info.fallback)},
                        {"value", setting_to_json(chosen.value)},
                        {"origin", name_of(chosen.origin)}};
        if (info.kind == SettingKind::number) {
            setting["minimum"] = info.least;
            setting["maximum"] = info.most;
        }
        if (info.kind == SettingKind::choice) setting["choices"] = info.choices;
        settings.push_back(std::move(setting));
    }
    // What a file holds may be no UTF-8.
    return json{{"settings", std::move(settings)}, {"problems", loaded.problems}}.dump(2, ' ', false,
                                                                                       json::error_handler_t::replace) +
           "\n";
}

std::string value_text(const Invocation& invocation, const SettingValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    std::string text;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        for (const std::string& entry : *list) text += (text.empty() ? "" : "; ") + entry;
    else
        text = std::get<std::string>(value);
    return text.empty() ? invocation.say("(không đặt)", "(not set)") : text;
}

std::string origin_text(const Invocation& invocation, SettingOrigin origin) {
    switch (origin) {
        case SettingOrigin::config_file:
            return "config.json";
        case SettingOrigin::registry:
            return invocation.say("registry (HKLM\\SOFTWARE\\Wardwatch)", "registry (HKLM\\SOFTWARE\\Wardwatch)");
        case SettingOrigin::policy:
            return invocation.say("chính sách (HKLM\\SOFTWARE\\Policies\\Wardwatch)",
                                  "policy (HKLM\\SOFTWARE\\Policies\\Wardwatch)");
        case SettingOrigin::built_in:
            break;
    }
    return invocation.say("mặc định", "default");
}

std::string settings_for_people(const Invocation& invocation, const LoadedConfig& loaded) {
    std::vector<std::vector<std::string>> rows = {
        {invocation.say("Cài đặt", "Setting"), invocation.say("Giá trị", "Value"), invocation.say("Nguồn", "Origin")}};
    for (const ChosenSetting& chosen : loaded.settings)
        rows.push_back({std::string(chosen.info->name), value_text(invocation, chosen.value),
                        origin_text(invocation, chosen.origin)});
    std::string text = table(rows);
    if (!loaded.problems.empty()) text += "\n" + invocation.say("Sai sót:", "Problems:") + "\n";
    for (const std::string& problem : loaded.problems) text += "  " + printable(problem) + "\n";
    return text;
}

}  // namespace

Exit verb_settings(const Invocation& invocation) {
    const LoadedConfig loaded = load_config(invocation.data);
    print(invocation.json ? settings_for_machines(loaded) : settings_for_people(invocation, loaded));
    return Exit::ok;
}

}  // namespace wardwatch

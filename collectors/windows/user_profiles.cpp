#include "collectors/windows/user_profiles.h"

#include <windows.h>

#include <algorithm>
#include <string_view>

#include "collectors/core/utf8.h"
#include "collectors/windows/error.h"
#include "collectors/windows/text.h"

namespace wardwatch {
namespace {

constexpr std::string_view profile_list = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";

bool is_person(std::string_view sid) { return sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-"); }

// ProfileImagePath is mostly "%SystemDrive%\Users\name".
std::filesystem::path expand(std::string_view text) {
    const std::wstring wide = to_wide(text);
    const DWORD needed = ExpandEnvironmentStringsW(wide.c_str(), nullptr, 0);
    std::wstring expanded(needed, L'\0');
    const DWORD length = ExpandEnvironmentStringsW(wide.c_str(), expanded.data(), needed);
    if (length == 0 || length > needed) throw windows_error("ExpandEnvironmentStrings", GetLastError());
    expanded.resize(length - 1);
    while (expanded.ends_with(L'\\')) expanded.pop_back();
    return expanded;
}

// The later of the last load and unload (Windows 10 1809 and later keep both: learn.microsoft.com, "Scripts: Retrieve
// profile age"). ProfileLoadTimeHigh and -Low, which older ones have, are 0 since Windows 7.
std::optional<Instant> last_used_at(const Registry& registry, const std::string& key) {
    const auto number = [&](const std::string& name) {
        const auto data = registry.value(Hive::local_machine, key, name);
        const auto* value = data ? std::get_if<std::uint64_t>(&*data) : nullptr;
        return value ? *value : 0;
    };
    const auto time = [&](const std::string& name) {
        return instant_of_filetime(number(name + "TimeHigh"), number(name + "TimeLow"));
    };
    return std::max(time("LocalProfileLoad"), time("LocalProfileUnload"));
}

}  // namespace

std::vector<UserProfile> WindowsUserProfiles::all() const {
    std::vector<UserProfile> profiles;
    for (std::string& key : registry_.subkeys(Hive::local_machine, profile_list)) {
        const std::string path_key = std::string(profile_list) + "\\" + key;
        std::string sid = std::move(key);
        if (sid.ends_with(".bak")) sid.resize(sid.size() - 4);
        if (!is_person(sid)) continue;
        const auto value = registry_.value(Hive::local_machine, path_key, "ProfileImagePath");
        const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
        if (text == nullptr || text->empty()) continue;
        const std::filesystem::path home = expand(*text);
        profiles.push_back(
            {printable_name(home.filename()), std::move(sid), home, true, {}, last_used_at(registry_, path_key)});
    }
    return in_order(std::move(profiles));
}

}  // namespace wardwatch

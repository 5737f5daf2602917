#include "collectors/credential_stores/user_places.h"

#include <algorithm>
#include <utility>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/machine/files.h"
#include "embedded/reasons.h"

namespace wardwatch {

std::optional<std::string> text_of_pc(const Machine& machine, const std::string& key, const char* name) {
    const auto data = machine.registry.value(Hive::local_machine, key, name);
    const auto* text = data ? std::get_if<std::string>(&*data) : nullptr;
    return text && !text->empty() ? std::optional(*text) : std::nullopt;
}

std::string windows_folder(const Machine& machine) {
    return text_of_pc(machine, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "SystemRoot").value_or("C:\\Windows");
}

void replace_once(std::string& text, std::string_view what, const std::string& with) {
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), with);
}

std::string utf8_of_path(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
}

std::string expand_environment(const Machine& machine, const UserProfile& user, std::string text) {
    replace_once(text, "%USERPROFILE%", utf8_of_path(user.home));
    replace_once(text, "%SystemDrive%", windows_folder(machine).substr(0, 2));
    if (text.find('%') != std::string::npos) throw PortError(reasons::path_not_expanded(text.substr(0, 80)));
    return text;
}

UserPlaces::UserPlaces(const Machine& machine, KnownHives& known, std::vector<UserProfile> users)
    : machine_(machine), hives_(machine.registry, known), users_(std::move(users)) {}

std::optional<std::string> UserPlaces::shell_folder(const UserProfile& user, const char* name) const {
    if (user.sid.empty()) return std::nullopt;
    const auto data =
        hives_.value(user.sid, "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders", name);
    const auto* text = data ? std::get_if<std::string>(&*data) : nullptr;
    if (text == nullptr || text->empty()) return std::nullopt;
    return expand_environment(machine_, user, *text);
}

bool UserPlaces::somebody_is_redirected() const {
    if (!somebody_is_redirected_) {
        somebody_is_redirected_ = std::ranges::any_of(users_, [this](const UserProfile& user) {
            try {
                const auto folder = shell_folder(user, "AppData");
                if (!folder) return false;
                const auto path = path_from_utf8(*folder);
                return !path || !same_path(*path, user.home / "AppData/Roaming", true);
            } catch (const PortError&) {
                return true;  // to a place that is named by a variable
            }
        });
    }
    return *somebody_is_redirected_;
}

bool UserPlaces::roaming_may_be_moved(const UserProfile& user) const {
    if (user.sid.empty() || hives_.state(user.sid) != UserHives::State::never_seen) return false;
    if (somebody_is_redirected()) return true;
    // Which extensions of Group Policy have worked for this user; this one redirects folders (not seen on Windows yet).
    const std::string extensions =
        "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\" + user.sid + "\\Extension-List";
    for (const std::string& extension : machine_.registry.subkeys(Hive::local_machine, extensions)) {
        if (ascii_lower(extension) == "{25537ba6-77a8-11d2-9b6c-0000f8080861}") return true;
    }
    return !machine_.files.list(user.home, user.home).empty() &&
           machine_.files.list(user.home, user.home / "AppData/Roaming").empty();
}

bool UserPlaces::may_have_own_policy(const UserProfile& user, const std::string& key, const std::string& name) const {
    if (user.sid.empty() || hives_.state(user.sid) != UserHives::State::never_seen) return false;
    return std::ranges::any_of(users_, [&](const UserProfile& other) {
        return !other.sid.empty() && hives_.value(other.sid, key, name).has_value();
    });
}

}  // namespace wardwatch

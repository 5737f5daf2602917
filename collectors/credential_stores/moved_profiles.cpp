#include "collectors/credential_stores/moved_profiles.h"

#include <algorithm>
#include <array>

#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/machine/accounts.h"
#include "collectors/machine/files.h"
#include "collectors/machine/host.h"
#include "collectors/machine/registry.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

constexpr std::string_view windows_version = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

std::string roaming_folder(const UserPlaces& places, const UserProfile& user) {
    if (places.roaming_may_be_moved(user)) throw PortError(reasons::user_not_seen_yet());
    return places.shell_folder(user, "AppData").value_or(utf8_of_path(user.home / "AppData/Roaming"));
}

// Often moved to another drive or a server, so the usual place is no guess for it.
std::string documents_folder(const UserPlaces& places, const UserProfile& user) {
    const auto folder = places.shell_folder(user, "Personal");
    if (!folder) throw PortError(reasons::documents_of_who_is_logged_off());
    return *folder;
}

std::string user_name(const Machine& machine, const UserProfile& user, std::chrono::seconds limit) {
    const std::string name = machine.accounts.name_of(user.sid, limit);
    if (name.empty() || name.find_first_of("\\/:") != std::string::npos || name == "..") {
        throw PortError(reasons::user_name_unknown());
    }
    return name;
}

std::string program_data(const Machine& machine, const UserProfile& user) {
    const auto text = text_of_pc(machine, std::string(windows_version) + "\\ProfileList", "ProgramData");
    return expand_environment(machine, user, text.value_or("%SystemDrive%\\ProgramData"));
}

// https://www.chromium.org/administrators/policy-list-3/user-data-directory-variables
std::string value_of_variable(const Machine& machine, const UserPlaces& places, const UserProfile& user,
                              std::string_view name, std::chrono::seconds limit) {
    if (name == "${local_app_data}") return utf8_of_path(user.home / "AppData/Local");
    if (name == "${roaming_app_data}") return roaming_folder(places, user);
    if (name == "${documents}") return documents_folder(places, user);
    if (name == "${profile}") return utf8_of_path(user.home);
    if (name == "${user_name}") return user_name(machine, user, limit);
    if (name == "${machine_name}") return machine.host.name();
    if (name == "${global_app_data}") return program_data(machine, user);
    if (name == "${windows}") return windows_folder(machine);
    if (name == "${program_files}") {
        return text_of_pc(machine, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion", "ProgramFilesDir")
            .value_or("C:\\Program Files");
    }
    throw PortError(reasons::path_of_remote_session(name));
}

constexpr std::array<std::string_view, 6> variables_of_user = {
    "${local_app_data}", "${roaming_app_data}", "${documents}", "${profile}", "${user_name}", "%USERPROFILE%"};
constexpr std::array<std::string_view, 6> variables_of_pc = {
    "${machine_name}", "${global_app_data}", "${windows}", "${program_files}", "${client_name}", "${session_name}"};

bool depends_on_user(std::string_view text) {
    return std::any_of(variables_of_user.begin(), variables_of_user.end(),
                       [text](std::string_view name) { return text.find(name) != std::string_view::npos; });
}

bool on_a_drive(const std::string& text) {
    const char letter = static_cast<char>(text.empty() ? 0 : text[0] | 0x20);
    return text.size() > 3 && letter >= 'a' && letter <= 'z' && text[1] == ':' && text[2] == '/';
}

// The folder in the home's spelling, because links are looked for below the home; empty when it is not below it.
std::optional<std::filesystem::path> below_home(const std::filesystem::path& folder,
                                                const std::filesystem::path& home) {
    const std::filesystem::path normal = folder.lexically_normal();
    const std::filesystem::path border = home.lexically_normal();
    auto part = normal.begin();
    for (const std::filesystem::path& expected : border) {
        if (expected.empty()) break;  // a slash at its end
        if (part == normal.end() || !same_path(*part, expected, true)) return std::nullopt;
        ++part;
    }
    std::filesystem::path result = border;
    for (; part != normal.end(); ++part) result /= *part;
    return result;
}

// The folder as a place that may be read. Throws PortError when it may not.
MovedFolder readable_place(const Machine& machine, const UserProfile& user, std::string text) {
    std::replace(text.begin(), text.end(), '\\', '/');
    if (text.starts_with("//")) throw PortError(reasons::on_another_computer());
    const std::optional<std::filesystem::path> path = path_from_utf8(text);
    if (!path) throw PortError(reasons::path_is_broken());
    if (const auto inside = below_home(*path, user.home)) return {*inside, user.home, false, std::nullopt};
    if (!on_a_drive(text)) throw PortError(reasons::path_of_no_drive());
    const std::filesystem::path drive = *path_from_utf8(text.substr(0, 3));
    // A user's network drive does not exist for the service.
    if (machine.files.list(drive, drive).empty()) {
        throw PortError(reasons::no_such_drive(text.substr(0, 2)));
    }
    return {path->lexically_normal(), drive, false, std::nullopt};
}

struct PolicyValue {
    RegistryData data;
    bool of_pc = false;  ///< HKLM, which wins over the user's own
};

std::optional<PolicyValue> policy_value(const Machine& machine, const UserPlaces& places, const Browser& browser,
                                        const UserProfile& user, const char* name) {
    for (const std::string_view key : browser.policy_keys) {
        if (key.empty()) continue;
        const std::string path = "SOFTWARE\\Policies\\" + std::string(key);
        if (auto data = machine.registry.value(Hive::local_machine, path, name)) return PolicyValue{*data, true};
        if (user.sid.empty()) continue;
        if (auto data = places.hives().value(user.sid, path, name)) return PolicyValue{*data, false};
        if (places.may_have_own_policy(user, path, name)) throw PortError(reasons::user_not_seen_yet());
    }
    return std::nullopt;
}

// No policies on Linux and none on an offline disk, whose registry is not read.
bool has_policies(const Browser& browser, const UserProfile& user) {
    return browser.family == BrowserFamily::chromium && user.windows_layout && user.drive_c.empty();
}

bool first_with_key(const Browser& browser) {
    for (const Browser& other : browsers()) {
        if (other.policy_keys[0] == browser.policy_keys[0]) return &other == &browser;
    }
    return true;
}

Unknown not_read(const Reason& what, const PortError& error) {
    if (error.reason().code == reasons::user_not_seen_yet().code) return {reasons::profiles_may_be_moved(what)};
    return {reasons::moved_profiles(what, error.reason())};
}

}  // namespace

std::string expand_policy_path(const Machine& machine, const UserPlaces& places, const UserProfile& user,
                               std::string text, std::chrono::seconds limit) {
    const bool quoted = text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
    if (quoted) text = text.substr(1, text.size() - 2);
    // Each variable counts once, as in Chromium; what is no variable stays as it is.
    for (const auto* names : {&variables_of_user, &variables_of_pc}) {
        for (const std::string_view name : *names) {
            if (!name.starts_with('$') || text.find(name) == std::string::npos) continue;
            replace_once(text, name, value_of_variable(machine, places, user, name, limit));
        }
    }
    return text;
}

std::optional<MovedFolder> folder_by_policy(const Machine& machine, const UserPlaces& places, const Browser& browser,
                                            const UserProfile& user, std::chrono::seconds limit) {
    if (!has_policies(browser, user) || browser.policy_keys[0].empty() || !first_with_key(browser)) return std::nullopt;
    try {
        const auto policy = policy_value(machine, places, browser, user, "UserDataDir");
        if (!policy) return std::nullopt;
        const auto* text = std::get_if<std::string>(&policy->data);
        if (text == nullptr) throw PortError(reasons::policy_is_no_text());
        MovedFolder folder = readable_place(machine, user, expand_policy_path(machine, places, user, *text, limit));
        folder.of_all_users = policy->of_pc && !depends_on_user(*text);
        return folder;
    } catch (const PortError& error) {
        return MovedFolder{{}, {}, false, not_read(reasons::policy_user_data_dir(), error)};
    }
}

std::optional<MovedFolder> folder_by_redirection(const Machine& machine, const UserPlaces& places,
                                                 const Browser& browser, const UserProfile& user) {
    constexpr std::string_view roaming = "Roaming/";
    if (!user.windows_layout || !user.drive_c.empty() || !browser.windows_folder.starts_with(roaming)) {
        return std::nullopt;
    }
    try {
        if (places.roaming_may_be_moved(user)) throw PortError(reasons::user_not_seen_yet());
        const std::optional<std::string> text = places.shell_folder(user, "AppData");
        if (!text) return std::nullopt;
        MovedFolder folder =
            readable_place(machine, user, *text + "/" + std::string(browser.windows_folder.substr(roaming.size())));
        const std::filesystem::path usual = user.home / "AppData" / browser.windows_folder;
        if (same_path(folder.path, usual, true)) return std::nullopt;
        return folder;
    } catch (const PortError& error) {
        if (!browser.beside.empty()) return std::nullopt;
        return MovedFolder{{}, {}, false, not_read(reasons::redirected_app_data(), error)};
    }
}

std::optional<Unknown> roaming_copy(const Machine& machine, const UserPlaces& places, const Browser& browser,
                                    const UserProfile& user, std::chrono::seconds limit) {
    constexpr std::string_view local = "Local/";
    const bool chromium = browser.family == BrowserFamily::chromium && user.windows_layout;
    if (!chromium || !first_with_key(browser) || !browser.windows_folder.starts_with(local)) return std::nullopt;
    const Unknown copy{reasons::roaming_copy()};
    bool in_force = has_policies(browser, user);  // until it is known not to be
    try {
        std::string place = "${roaming_app_data}/" + std::string(browser.windows_folder.substr(local.size()));
        if (in_force) {
            const auto enabled = policy_value(machine, places, browser, user, "RoamingProfileSupportEnabled");
            in_force = enabled && policy_flag(enabled->data, browser) != false;
            const auto location =
                in_force ? policy_value(machine, places, browser, user, "RoamingProfileLocation") : std::nullopt;
            if (const auto* text = location ? std::get_if<std::string>(&location->data) : nullptr) place = *text;
        }
        const MovedFolder folder =
            readable_place(machine, user, expand_policy_path(machine, places, user, place, limit));
        for (const DirectoryEntry& entry : machine.files.list(folder.border, folder.path)) {
            if (is_name(entry.name, "profile.pb", true)) return copy;
        }
        return std::nullopt;
    } catch (const PortError&) {
        return in_force ? std::optional(copy) : std::nullopt;
    }
}

}  // namespace wardwatch

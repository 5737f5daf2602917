// Whether each installed browser's password manager is switched off by policy.
//
// A policy of the machine (HKLM) wins over a user's (HKU\<SID>); SOFTWARE\Policies is one and the same for 32-bit and
// 64-bit programs (learn.microsoft.com, "Registry Keys Affected by WOW64"). A user's own is what was seen when the user
// was logged on last: Windows loads that part of the registry only then. Switching off deletes nothing that was saved
// before.

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "collectors/core/ascii.h"
#include "collectors/core/collector.h"
#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/machine/files.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/user_hives.h"
#include "collectors/machine/user_profiles.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

constexpr std::uint64_t longest_policies_json = 1 << 20;

struct Setting {
    Value value;  ///< "off", "on", "not_set" or Unknown
    std::string source;
};

bool is_set(const Setting& setting) { return setting.value != Value(std::string("not_set")); }

Setting not_set() { return {std::string("not_set"), "registry"}; }

// Firefox's second policy takes away the offer to save, which is the same for the user.
std::vector<std::string_view> policy_names(const Browser& browser) {
    if (browser.family == BrowserFamily::firefox) return {"PasswordManagerEnabled", "OfferToSaveLogins"};
    return {"PasswordManagerEnabled"};
}

/// What stands at a key and a name, of the PC or of one user.
using Values = std::function<std::optional<RegistryData>(const std::string&, const std::string&)>;

// One key: off when any of its values is 0.
Setting read_key(const Values& values, const std::string& key, const Browser& browser) {
    Setting result = not_set();
    for (const std::string_view name : policy_names(browser)) {
        const auto data = values(key, std::string(name));
        if (!data) continue;
        const std::optional<bool> set = policy_flag(*data, browser);
        if (!set) return {Unknown{reasons::browser_policy_is_no_number(name)}, "registry"};
        if (!*set) return {std::string("off"), "registry"};
        result.value = std::string("on");
    }
    return result;
}

// Of several possible keys, the source names the one that was found. When they contradict each other, nobody can tell.
Setting read_policy(const Values& values, const Browser& browser) {
    Setting result = not_set();
    const bool several = !browser.policy_keys[1].empty();
    for (const std::string_view key : browser.policy_keys) {
        if (key.empty()) continue;
        const std::string path = "SOFTWARE\\Policies\\" + std::string(key);
        Setting found = read_key(values, path, browser);
        if (!is_set(found)) continue;
        if (several) found.source = "registry:" + path;
        if (is_set(result) && result.value != found.value) {
            return {Unknown{reasons::policy_keys_contradict()}, "registry"};
        }
        if (!is_set(result)) result = std::move(found);
    }
    return result;
}

std::vector<std::string> all_subkeys(const Registry& registry, Hive hive, const std::string& key) {
    std::vector<std::string> names = registry.subkeys(hive, key);
    for (std::string& name : registry.subkeys(hive, key, RegistryView::wow64_32)) names.push_back(std::move(name));
    return names;
}

// <install folder>\distribution\policies.json of every Firefox that the registry names; the registry's policies win.
std::set<std::string> firefox_folders(const Registry& registry) {
    std::set<std::string> folders;
    for (const char* product : {"SOFTWARE\\Mozilla\\Mozilla Firefox", "SOFTWARE\\Mozilla\\Mozilla Firefox ESR"}) {
        for (const RegistryView view : {RegistryView::native, RegistryView::wow64_32}) {
            for (const std::string& version : registry.subkeys(Hive::local_machine, product, view)) {
                const std::string main = std::string(product) + "\\" + version + "\\Main";
                const auto data = registry.value(Hive::local_machine, main, "Install Directory", view);
                if (const auto* folder = data ? std::get_if<std::string>(&*data) : nullptr) folders.insert(*folder);
            }
        }
    }
    return folders;
}

Setting read_policies_json(const Files& files, const std::string& folder) {
    const std::optional<std::filesystem::path> path = path_from_utf8(folder);
    if (!path) return not_set();
    const FileRead read = files.read(*path, *path / "distribution" / "policies.json", longest_policies_json);
    if (read.status == ReadStatus::absent) return not_set();
    const char* begin = reinterpret_cast<const char*>(read.bytes.data());
    const nlohmann::json json = nlohmann::json::parse(begin, begin + read.bytes.size(), nullptr, false);
    if (read.status != ReadStatus::ok || !json.is_object()) {
        return {Unknown{reasons::policies_json_unreadable()}, "file"};
    }
    Setting result{std::string("not_set"), "file"};
    const auto policies = json.find("policies");
    if (policies == json.end() || !policies->is_object()) return result;
    for (const char* name : {"PasswordManagerEnabled", "OfferToSaveLogins"}) {
        const auto value = policies->find(name);
        if (value == policies->end() || !value->is_boolean()) continue;
        if (!value->get<bool>()) return {std::string("off"), "file"};
        result.value = std::string("on");
    }
    return result;
}

Setting machine_setting(const Machine& machine, const Browser& browser) {
    if (browser.policy_keys[0].empty()) {
        return {Unknown{reasons::policy_key_unknown()}, "registry"};
    }
    const Values values = [&](const std::string& key, const std::string& name) {
        return machine.registry.value(Hive::local_machine, key, name);
    };
    Setting setting = read_policy(values, browser);
    if (is_set(setting) || browser.name != "firefox") return setting;
    for (const std::string& folder : firefox_folders(machine.registry)) {
        Setting in_file = read_policies_json(machine.files, folder);
        if (is_set(in_file)) return in_file;
    }
    return setting;
}

bool registered(const std::string& name, std::string_view browser) {
    if (browser.empty() || !name.starts_with(browser)) return false;
    return name.size() == browser.size() || name[browser.size()] == '-' || name[browser.size()] == '.';
}

bool app_path_exists(const Registry& registry, const Browser& browser) {
    if (browser.app_path.empty()) return false;
    const std::string key = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\" + std::string(browser.app_path);
    return registry.value(Hive::local_machine, key, "").has_value();
}

// An error tells nothing of a folder: it may come from a place far above, such as a redirected AppData. A closed folder
// is one that the folder above it shows.
bool exists(const Files& files, const std::filesystem::path& home, const std::filesystem::path& folder, bool windows) {
    try {
        return !files.list(home, folder).empty();
    } catch (const PortError&) {
    }
    try {
        return std::ranges::any_of(files.list(home, folder.parent_path()), [&](const DirectoryEntry& entry) {
            return !entry.regular_file && same_path(entry.name, folder.filename(), windows);
        });
    } catch (const PortError&) {
        return false;
    }
}

bool used_by(const Files& files, const Browser& browser, const UserProfile& user) {
    return std::ranges::any_of(browser_folders(browser, user), [&](const BrowserFolder& folder) {
        return exists(files, user.home, folder.path, user.windows_layout);
    });
}

bool is_installed(const Machine& machine, const Browser& browser, const std::vector<std::string>& registered_names,
                  const std::vector<UserProfile>& users) {
    return std::any_of(registered_names.begin(), registered_names.end(),
                       [&](const std::string& name) { return registered(name, ascii_lower(browser.registered_as)); }) ||
           app_path_exists(machine.registry, browser) ||
           std::any_of(users.begin(), users.end(),
                       [&](const UserProfile& user) { return used_by(machine.files, browser, user); });
}

std::vector<std::string> registered_browsers(const Registry& registry, const std::vector<UserProfile>& users) {
    const std::string key = "SOFTWARE\\Clients\\StartMenuInternet";
    std::vector<std::string> names = all_subkeys(registry, Hive::local_machine, key);
    for (const UserProfile& user : users) {
        for (std::string& name : registry.subkeys(Hive::users, user.sid + "\\" + key)) names.push_back(std::move(name));
    }
    for (std::string& name : names) name = ascii_lower(name);
    return names;
}

// Of everybody whose home it is: the first who has one, which is whoever was here last.
Setting own_setting(const UserHives& hives, const Browser& browser, const std::vector<UserProfile>& home) {
    for (const UserProfile& user : home) {
        const Values values = [&](const std::string& key, const std::string& name) {
            return hives.value(user.sid, key, name);
        };
        Setting own = read_policy(values, browser);
        if (is_set(own)) return own;
    }
    return not_set();
}

}  // namespace

Facts collect_browser_policy(const Machine& machine, const ScanOptions& options) {
    const std::string id = "browser_policy.password_manager";
    const std::vector<UserProfile> users = machine.user_profiles.all();
    const std::vector<std::string> registered_names = registered_browsers(machine.registry, users);
    KnownHives no_memory;
    const UserHives hives(machine.registry, options.known_hives ? *options.known_hives : no_memory);
    Facts facts;
    for (const Browser& browser : browsers()) {
        if (!is_installed(machine, browser, registered_names, users)) continue;
        const std::string name(browser.name);
        const Setting setting = machine_setting(machine, browser);
        facts.push_back({id, name, setting.value, setting.source});
        if (is_set(setting)) continue;
        for (const std::vector<UserProfile>& home : by_home(users)) {
            const Setting own = own_setting(hives, browser, home);
            if (is_set(own)) facts.push_back({id, home.front().folder + "/" + name, own.value, own.source});
        }
    }
    return facts;
}

}  // namespace wardwatch

// Goes through each person's browsers and notes which folders tell of saved passwords.
#include "agent/watch/watch_plan.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "collectors/core/ascii.h"
#include "collectors/core/collector.h"
#include "collectors/core/utf8.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/credential_stores/profiles.h"
#include "collectors/machine/files.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {
namespace {

using enum ChangeKind;
using Names = std::vector<WatchedName>;

constexpr std::size_t most_folders = 400;
constexpr std::size_t most_problems = 20;

// The journal too: Windows may say that it was cut short sooner than that the database was written.
const Names& chromium_stores() {
    static const Names names = {{"Login Data*", saved_passwords}, {"Ya Passman Data*", saved_passwords}};
    return names;
}

// key4.db says whether there is a primary password.
const Names& firefox_stores() {
    static const Names names = {{"logins*.json", saved_passwords}, {"key4.db", saved_passwords}};
    return names;
}

const Names& stores_of(const Browser& browser) {
    return browser.family == BrowserFamily::firefox ? firefox_stores() : chromium_stores();
}

bool is_chromium_profile(const std::string& name) { return name == "Default" || name.starts_with("Profile "); }

class Planner {
public:
    explicit Planner(const Machine& machine) : files_(machine.files) {}

    void add_user(const UserProfile& user) {
        for (const Browser& browser : browsers()) {
            try {
                for (const BrowserFolder& base : browser_folders(browser, user)) add_browser(browser, user, base.path);
                add_known_profiles(browser, user);
            } catch (const PortError& error) {
                problem(std::string(browser.name) + " of " + user.folder + ": " + error.what());
            }
        }
    }

    void problem(std::string text) {
        if (plan_.problems.size() < most_problems) plan_.problems.push_back(std::move(text));
    }

    WatchPlan take() {
        for (auto& [folder, watched] : folders_) {
            if (plan_.folders.size() == most_folders) {
                problem("there are " + std::to_string(folders_.size()) + " folders: " + std::to_string(most_folders) +
                        " are watched, the others are scanned by the schedule only");
                break;
            }
            plan_.folders.push_back(std::move(watched));
        }
        return std::move(plan_);
    }

private:
    const Files& files_;
    WatchPlan plan_;
    std::map<std::filesystem::path, WatchedFolder> folders_;
    std::map<std::filesystem::path, bool> holds_something_;

    void add(const std::filesystem::path& root, const std::filesystem::path& folder, const Names& names) {
        WatchedFolder& watched = folders_[folder];
        watched.root = root;
        watched.folder = folder;
        for (const WatchedName& name : names) {
            const bool known = std::ranges::any_of(
                watched.names, [&](const WatchedName& other) { return other.pattern == name.pattern; });
            if (!known) watched.names.push_back(name);
        }
    }

    bool holds_something(const UserProfile& user, const std::filesystem::path& folder) {
        const auto [found, added] = holds_something_.try_emplace(folder, false);
        if (added) found->second = !files_.list(user.home, folder).empty();
        return found->second;
    }

    // An empty folder looks like none; so every one up to the first that holds something is watched.
    void add_nearest(const UserProfile& user, std::filesystem::path missing) {
        for (;;) {
            const std::filesystem::path parent = missing.parent_path();
            add(user.home, parent, {{printable_name(missing.filename()), places}});
            if (parent == user.home || !parent.has_relative_path() || holds_something(user, parent)) return;
            missing = parent;
        }
    }

    void add_browser(const Browser& browser, const UserProfile& user, const std::filesystem::path& base) {
        const std::vector<DirectoryEntry> entries = files_.list(user.home, base);
        if (entries.empty()) {
            add_nearest(user, base);
            add(user.home, base, {{"*", places}});
            return;
        }
        if (browser.family == BrowserFamily::firefox) return add_firefox(user, base, entries);
        add(user.home, base, {{"Default", places}, {"Profile *", places}});
        add(user.home, base, chromium_stores());  // Opera keeps them here
        // A running browser may hold its stores so that they cannot be counted; its lock goes when it ends.
        if (user.windows_layout) add(user.home, base, {{"lockfile", saved_passwords}});
        for (const DirectoryEntry& entry : entries)
            if (entry.directory && is_chromium_profile(printable_name(entry.name)))
                add(user.home, base / entry.name, chromium_stores());
    }

    void add_firefox(const UserProfile& user, const std::filesystem::path& base,
                     const std::vector<DirectoryEntry>& entries) {
        add(user.home, base, {{"profiles.ini", places}, {"Profiles", places}});
        add(user.home, base / "Profiles", {{"*", places}});
        for (const DirectoryEntry& entry : files_.list(user.home, base / "Profiles"))
            if (entry.directory) add(user.home, base / "Profiles" / entry.name, firefox_stores());
        if (user.windows_layout) return;
        // Elsewhere profiles lie beside profiles.ini: "ab12cd34.default-release".
        add(user.home, base, {{"*", places}});
        for (const DirectoryEntry& entry : entries)
            if (entry.directory && printable_name(entry.name).find('.') != std::string::npos)
                add(user.home, base / entry.name, firefox_stores());
    }

    // With other names, or in other places.
    void add_known_profiles(const Browser& browser, const UserProfile& user) {
        for (const BrowserProfile& profile : find_profiles(files_, browser, user, ScanOptions{}.file_limit))
            if (profile.kind == BrowserProfile::Kind::live) add(profile.root, profile.folder, stores_of(browser));
    }
};

bool fits_pattern(const std::string& pattern, const std::string& name) {
    const std::size_t star = pattern.find('*');
    if (star == std::string::npos) return name == pattern;
    const std::string_view begin = std::string_view(pattern).substr(0, star);
    const std::string_view end = std::string_view(pattern).substr(star + 1);
    return name.size() >= begin.size() + end.size() && name.starts_with(begin) && name.ends_with(end);
}

}  // namespace

bool WatchedFolder::holds_files() const {
    return std::ranges::any_of(names, [](const WatchedName& name) { return name.kind != ChangeKind::places; });
}

WatchPlan plan_watches(const Machine& machine) {
    Planner planner(machine);
    try {
        const std::vector<UserProfile> users = machine.user_profiles.all();
        const bool windows = std::ranges::any_of(users, [](const UserProfile& user) { return !user.sid.empty(); });
        std::vector<std::string> loaded;
        if (windows) loaded = machine.registry.subkeys(Hive::users, "");
        for (const UserProfile& user : users)
            if (user.sid.empty() || std::ranges::count(loaded, user.sid) > 0) planner.add_user(user);
    } catch (const PortError& error) {
        planner.problem(std::string("the people of this PC cannot be listed: ") + error.what());
    }
    return planner.take();
}

std::optional<ChangeKind> kind_of_change(const std::vector<WatchedName>& names, std::string_view name) {
    const std::string lower = ascii_lower(name);
    std::optional<ChangeKind> kind;
    for (const WatchedName& watched : names) {
        if (!fits_pattern(ascii_lower(watched.pattern), lower)) continue;
        if (watched.kind != places) return watched.kind;
        kind = places;
    }
    return kind;
}

}  // namespace wardwatch

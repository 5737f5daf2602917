#include "collectors/credential_stores/profiles.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "collectors/core/utf8.h"
#include "collectors/credential_stores/firefox_profiles.h"
#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

using Kind = BrowserProfile::Kind;

bool has(const std::vector<DirectoryEntry>& entries, const char* name) {
    return std::any_of(entries.begin(), entries.end(),
                       [name](const DirectoryEntry& entry) { return entry.name == name; });
}

// By name, whatever it is: a link called "Login Data" must be reported, not passed over.
bool holds_store(const std::vector<DirectoryEntry>& entries) {
    return has(entries, "Login Data") || has(entries, "Login Data For Account");
}

// Chromium's own links beside the profiles (SingletonLock and others) are none.
bool named_like_profile(const std::string& name) { return name == "Default" || name.starts_with("Profile "); }

bool no_profile(const std::string& name) {
    return name == "System Profile" || name == "Guest Profile" || name == "Snapshots";
}

void add_folder(const Files& files, const UserProfile& user, const std::filesystem::path& folder, std::string name,
                Kind kind, std::vector<BrowserProfile>& found) {
    const std::vector<DirectoryEntry> entries = files.list(user.home, folder);
    if (holds_store(entries)) {
        found.push_back({std::move(name), user.home, folder, kind, has(entries, "Ya Passman Data")});
    }
}

// A profile folder that is a link is followed inside the home; a link out of it is reported and not followed.
void add_link(const Files& files, const UserProfile& user, const std::filesystem::path& folder, const std::string& name,
              std::vector<BrowserProfile>& found) {
    try {
        add_folder(files, user, folder, name, Kind::live, found);
    } catch (const PortError&) {
        found.push_back({name, user.home, folder, Kind::refused});
    }
}

void add_snapshots(const Files& files, const UserProfile& user, const std::filesystem::path& snapshots,
                   std::string_view prefix, std::vector<BrowserProfile>& found) {
    for (const DirectoryEntry& version : files.list(user.home, snapshots)) {
        if (!version.directory) continue;
        for (const DirectoryEntry& profile : files.list(user.home, snapshots / version.name)) {
            if (!profile.directory) continue;
            std::string name = std::string(prefix) + "snapshot:" + printable_name(version.name) + "/";
            add_folder(files, user, snapshots / version.name / profile.name, name + printable_name(profile.name),
                       Kind::downgrade_snapshot, found);
        }
    }
}

void add_chromium(const Files& files, const UserProfile& user, const BrowserFolder& folder,
                  std::vector<BrowserProfile>& found) {
    const std::vector<DirectoryEntry> entries = files.list(user.home, folder.path);
    const std::string prefix(folder.prefix);
    if (holds_store(entries)) {
        found.push_back({prefix + ".", user.home, folder.path, Kind::live, has(entries, "Ya Passman Data")});
    }
    for (const DirectoryEntry& entry : entries) {
        const std::string name = printable_name(entry.name);
        if (no_profile(name)) continue;
        if (entry.directory) {
            add_folder(files, user, folder.path / entry.name, prefix + name, Kind::live, found);
        } else if (!entry.regular_file && named_like_profile(name)) {
            add_link(files, user, folder.path / entry.name, prefix + name, found);
        }
    }
    add_snapshots(files, user, folder.path / "Snapshots", folder.prefix, found);
}

void add_profiles_in(const Files& files, const Browser& browser, const UserProfile& user, const BrowserFolder& folder,
                     std::uint64_t limit, std::vector<BrowserProfile>& found) {
    if (browser.family == BrowserFamily::firefox) {
        add_firefox_profiles(files, user, folder, limit, found);
    } else {
        add_chromium(files, user, folder, found);
    }
}

// Two Firefox profiles in different places can have the same folder name.
void make_unique(std::vector<BrowserProfile>& profiles) {
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        const std::string name = profiles[i].name;
        const auto taken = [&] {
            return std::any_of(profiles.begin(), profiles.begin() + static_cast<std::ptrdiff_t>(i),
                               [&](const BrowserProfile& other) { return other.name == profiles[i].name; });
        };
        for (int number = 2; taken(); ++number) profiles[i].name = name + "#" + std::to_string(number);
    }
}

}  // namespace

std::vector<BrowserProfile> find_profiles(const Files& files, const Browser& browser, const UserProfile& user,
                                          std::uint64_t limit) {
    std::vector<BrowserProfile> found;
    for (const BrowserFolder& base : browser_folders(browser, user)) {
        add_profiles_in(files, browser, user, base, limit, found);
    }
    make_unique(found);
    return found;
}

std::vector<BrowserProfile> find_profiles_in(const Files& files, const Browser& browser, const UserProfile& user,
                                             const BrowserFolder& base, std::uint64_t limit) {
    std::vector<BrowserProfile> found;
    add_profiles_in(files, browser, user, base, limit, found);
    make_unique(found);
    return found;
}

}  // namespace wardwatch

#include "collectors/credential_stores/profiles.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/credential_stores/firefox_profiles.h"
#include "collectors/credential_stores/timed_files.h"
#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

using Kind = BrowserProfile::Kind;

constexpr std::string_view snapshots = "Snapshots";
constexpr std::string_view side_profiles = "_side_profiles";

bool has(const std::vector<DirectoryEntry>& entries, std::string_view name, bool windows) {
    return std::ranges::any_of(entries,
                               [&](const DirectoryEntry& entry) { return is_name(entry.name, name, windows); });
}

// "Ya Login Data" until 2018.
bool holds_yandex_store(const std::vector<DirectoryEntry>& entries, bool windows) {
    return has(entries, "Ya Passman Data", windows) || has(entries, "Ya Login Data", windows);
}

// By name, whatever it is: a link called "Login Data" must be reported, not passed over. Yandex Browser's own store
// need not have Chromium's beside it.
bool holds_store(const std::vector<DirectoryEntry>& entries, bool windows) {
    return has(entries, "Login Data", windows) || has(entries, "Login Data For Account", windows) ||
           holds_yandex_store(entries, windows);
}

bool is_folder_without_profile(const std::filesystem::path& name, bool windows) {
    return std::ranges::any_of(
        std::array<std::string_view, 4>{"System Profile", "Guest Profile", snapshots, side_profiles},
        [&](std::string_view other) { return is_name(name, other, windows); });
}

// Where Chromium itself makes links beside the profiles (SingletonLock, RunningChromeVersion: not on Windows), only
// names of profiles count.
bool link_may_be_profile(const std::filesystem::path& name, bool windows) {
    const std::string text = printable_name(name);
    return windows || text == "Default" || text.starts_with("Profile ");
}

/// One folder of a browser of one user, and where to note its profiles.
struct Search {
    const Files& files;
    const UserProfile& user;
    std::vector<BrowserProfile>& found;

    std::vector<DirectoryEntry> list(const std::filesystem::path& folder) const {
        return files.list(user.home, folder);
    }
    void add(const std::filesystem::path& folder, std::string name, Kind kind) const {
        add_listed(list(folder), folder, std::move(name), kind);
    }
    void add_listed(const std::vector<DirectoryEntry>& entries, const std::filesystem::path& folder, std::string name,
                    Kind kind) const {
        const bool windows = user.windows_layout;
        if (!holds_store(entries, windows)) return;
        found.push_back({std::move(name), user.home, folder, kind, holds_yandex_store(entries, windows)});
    }
    // What cannot be listed is a profile that nobody sees into; what was found besides it still counts. A link is
    // followed inside the home; one that leads out of it or nowhere cannot be listed.
    template <class Action>
    void attempt(const std::filesystem::path& folder, const std::string& name, Action action) const {
        try {
            action();
        } catch (const OutOfTime&) {
            throw;
        } catch (const PortError&) {
            found.push_back({name, user.home, folder, Kind::refused});
        }
    }
    void add_entry(const DirectoryEntry& entry, const std::filesystem::path& folder, const std::string& name,
                   Kind kind) const {
        if (!entry.regular_file) attempt(folder, name, [&] { add(folder, name, kind); });
    }
};

void add_snapshots(const Search& search, const std::filesystem::path& folder, const std::string& prefix) {
    search.attempt(folder, prefix + "?", [&] {
        for (const DirectoryEntry& version : search.list(folder)) {
            if (version.regular_file) continue;
            const std::string name = prefix + printable_name(version.name) + "/";
            search.attempt(folder / version.name, name + "?", [&] {
                for (const DirectoryEntry& profile : search.list(folder / version.name)) {
                    search.add_entry(profile, folder / version.name / profile.name, name + printable_name(profile.name),
                                     Kind::downgrade_snapshot);
                }
            });
        }
    });
}

// The folder may be a profile itself, and hold profiles.
void add_folder_of_profiles(const Search& search, const std::filesystem::path& folder, const std::string& prefix,
                            const std::string& own_name) {
    const bool windows = search.user.windows_layout;
    const std::vector<DirectoryEntry> entries = search.list(folder);
    search.add_listed(entries, folder, own_name, Kind::live);
    for (const DirectoryEntry& entry : entries) {
        if (is_folder_without_profile(entry.name, windows)) continue;
        if (!entry.directory && !link_may_be_profile(entry.name, windows)) continue;
        search.add_entry(entry, folder / entry.name, prefix + printable_name(entry.name), Kind::live);
    }
}

// Opera keeps further profiles one folder deeper.
void add_side_profiles(const Search& search, const std::filesystem::path& folder, const std::string& prefix) {
    search.attempt(folder, prefix + "?", [&] {
        for (const DirectoryEntry& side : search.list(folder)) {
            if (side.regular_file) continue;
            const std::string name = prefix + printable_name(side.name);
            search.attempt(folder / side.name, name,
                           [&] { add_folder_of_profiles(search, folder / side.name, name + "/", name); });
        }
    });
}

void add_chromium(const Search& search, const BrowserFolder& folder) {
    const std::string prefix(folder.prefix);
    add_folder_of_profiles(search, folder.path, prefix, prefix + ".");
    add_snapshots(search, folder.path / snapshots, prefix + "snapshot:");
    add_side_profiles(search, folder.path / side_profiles, prefix + "side:");
}

void add_profiles_in(const Files& files, const Browser& browser, const UserProfile& user, const BrowserFolder& folder,
                     std::uint64_t limit, std::vector<BrowserProfile>& found) {
    if (browser.family == BrowserFamily::firefox) {
        add_firefox_profiles(files, user, folder, limit, found);
    } else {
        add_chromium({files, user, found}, folder);
    }
}

// A link to another profile is no second one. The name that is no link stays.
void drop_other_names(const Files& files, std::vector<BrowserProfile>& profiles) {
    std::vector<BrowserProfile> kept;
    std::map<std::filesystem::path, std::size_t> kept_at;  // by where it lies
    for (BrowserProfile& profile : profiles) {
        if (profile.kind == Kind::live || profile.kind == Kind::downgrade_snapshot) {
            const std::filesystem::path place = files.real_folder(profile.folder);
            const auto [known, is_new] = kept_at.try_emplace(place, kept.size());
            if (!is_new) {
                const bool own_name = profile.folder.filename() == place.filename();
                if (own_name) kept[known->second] = std::move(profile);
                continue;
            }
        }
        kept.push_back(std::move(profile));
    }
    profiles = std::move(kept);
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
    drop_other_names(files, found);
    make_unique(found);
    return found;
}

std::vector<BrowserProfile> find_profiles_in(const Files& files, const Browser& browser, const UserProfile& user,
                                             const BrowserFolder& base, std::uint64_t limit) {
    std::vector<BrowserProfile> found;
    add_profiles_in(files, browser, user, base, limit, found);
    drop_other_names(files, found);
    make_unique(found);
    return found;
}

}  // namespace wardwatch

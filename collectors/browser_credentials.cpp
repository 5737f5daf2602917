// What browsers keep for their users: counts per profile, never a host, a user name or a secret.
//
// Instance: `<user folder>/<browser>/<profile folder>`; `*` instead of the user for data that a policy makes all users
// share. What cannot be looked at is told, not passed over: "?" stands
// for the profiles of a browser folder that cannot be listed, "?/?" for all browsers of a home that cannot.

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "collectors/core/collector.h"
#include "collectors/core/windows_names.h"
#include "collectors/core/wipe.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/credential_stores/chromium_store.h"
#include "collectors/credential_stores/firefox_store.h"
#include "collectors/credential_stores/moved_profiles.h"
#include "collectors/credential_stores/profile_facts.h"
#include "collectors/credential_stores/profiles.h"
#include "collectors/credential_stores/timed_files.h"
#include "collectors/credential_stores/wipe_sqlite.h"
#include "collectors/machine/files.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_hives.h"
#include "collectors/machine/user_profiles.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

using Kind = BrowserProfile::Kind;
/// Everybody whose home it is; not empty.
using Home = std::vector<UserProfile>;

// A report holds 1 MiB: anybody can make folders that look like profiles, or give them long names, until the centre
// refuses it. A classroom PC with a hundred users has some 400 profiles.
constexpr std::int64_t most_profiles = 600;
constexpr std::size_t most_bytes = 800'000;
// Facts of one instance, and what each is besides the instance: measured, rounded up.
constexpr std::size_t facts_of_instance = 9;
constexpr std::size_t bytes_of_fact = 100;

void pause_thread(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

/// What is in every scan and what it found so far.
struct Scan {
    const Machine& machine;
    const ScanOptions& options;
    OfficialHosts official_hosts;
    LastCounts last_counts;
    UserPlaces places;
    Facts facts;
    std::set<std::u32string> moved_folders;  ///< folded; each is read once, whoever has it
    std::int64_t live_profiles = 0;
    std::int64_t profiles = 0;       ///< of any kind, and places that could not be looked at
    std::size_t bytes = 0;           ///< of their facts, about
    std::int64_t left_out = 0;       ///< of these, for want of room
    std::int64_t closed_places = 0;  ///< homes, browser folders and profiles that could not be looked at
};

bool has_room(Scan& scan, const std::string& instance, const Unknown& reason = {}) {
    ++scan.profiles;
    scan.bytes += facts_of_instance * (bytes_of_fact + instance.size() + sentence_of(reason.reason).size());
    const bool room = scan.profiles <= most_profiles && scan.bytes <= most_bytes;
    if (!room) ++scan.left_out;
    return room;
}

void add_profile(Scan& scan, const Files& files, const Browser& browser, const BrowserProfile& profile,
                 const std::string& prefix) {
    ProfileFacts facts(scan.facts, prefix + profile.name);
    if (profile.kind == Kind::absent || profile.kind == Kind::refused) {
        const bool absent = profile.kind == Kind::absent;
        facts.add_unreadable(absent ? StoreStatus::absent : StoreStatus::access_denied);
        if (browser.family == BrowserFamily::firefox) {
            facts.add("primary_password", Unknown{absent ? reasons::store_absent() : reasons::store_access_denied()});
        }
        if (!absent) ++scan.closed_places;
        return;
    }
    if (profile.kind == Kind::live) ++scan.live_profiles;
    const std::uint64_t limit = scan.options.file_limit;
    if (browser.family == BrowserFamily::firefox) {
        facts.add_firefox(
            read_firefox_store(files, profile.root, profile.folder, scan.official_hosts, limit, pause_thread));
    } else {
        facts.add_chromium(read_chromium_store(files, profile.root, profile.folder, scan.official_hosts, limit,
                                               pause_thread, profile.yandex_store),
                           profile.yandex_store);
    }
    const std::size_t more = facts.add_last_counts(scan.last_counts);
    scan.bytes += more * (bytes_of_fact + prefix.size() + profile.name.size());
}

void add_profiles(Scan& scan, const Files& files, const Browser& browser, const std::vector<BrowserProfile>& profiles,
                  const std::string& prefix) {
    for (const BrowserProfile& profile : profiles) {
        if (has_room(scan, prefix + profile.name)) add_profile(scan, files, browser, profile, prefix);
    }
}

void add_closed(Scan& scan, const std::string& instance, const Unknown& reason) {
    if (has_room(scan, instance, reason)) ProfileFacts(scan.facts, instance).add_unknown(reason);
    ++scan.closed_places;
}

void add_refused(Scan& scan, const std::string& instance) {
    if (has_room(scan, instance)) ProfileFacts(scan.facts, instance).add_unreadable(StoreStatus::access_denied);
    ++scan.closed_places;
}

// Besides the usual folder, which may hold what was saved before the data was moved.
void add_moved(Scan& scan, const Files& files, const Browser& browser, const UserProfile& user,
               const MovedFolder& moved) {
    const std::string name(browser.name);
    if (moved.reason) return add_closed(scan, user.folder + "/" + name + "/moved:?", *moved.reason);
    // A policy may name the usual place.
    if (same_path(moved.path, user.home / "AppData" / browser.windows_folder, true)) return;
    if (!scan.moved_folders.insert(folded_windows_path(moved.path)).second) return;
    UserProfile there = user;
    there.home = moved.border;
    const std::string prefix = (moved.of_all_users ? "*" : user.folder) + "/" + name + "/";
    add_profiles(scan, files, browser,
                 find_profiles_in(files, browser, there, {moved.path, "moved:"}, scan.options.file_limit), prefix);
}

// Each of the people who share the home may have it elsewhere.
void add_moved_places(Scan& scan, const Files& files, const Browser& browser, const Home& home) {
    const std::chrono::seconds limit = scan.options.call_limit;
    // Of two people with one home, one is often of a domain that is no more: who was seen speaks for both.
    const auto seen = [&scan](const UserProfile& user) {
        return scan.places.hives().state(user.sid) != UserHives::State::never_seen;
    };
    const bool somebody_seen = std::ranges::any_of(home, seen);
    for (const UserProfile& user : home) {
        if (somebody_seen && !seen(user)) continue;
        if (const auto moved = folder_by_policy(scan.machine, scan.places, browser, user, limit)) {
            add_moved(scan, files, browser, user, *moved);
        }
        if (const auto moved = folder_by_redirection(scan.machine, scan.places, browser, user)) {
            add_moved(scan, files, browser, user, *moved);
        }
    }
    const std::string instance = home.front().folder + "/" + std::string(browser.name) + "/roaming:profile.pb";
    for (const UserProfile& user : home) {
        if (somebody_seen && !seen(user)) continue;
        const auto copy = roaming_copy(scan.machine, scan.places, browser, user, limit);
        if (!copy) continue;
        if (has_room(scan, instance, *copy)) ProfileFacts(scan.facts, instance).add_unknown(*copy);
        return;
    }
}

// What cannot be looked at, and the rest still counts.
template <class Action>
void attempt(Scan& scan, const std::string& instance, Action action) {
    try {
        action();
    } catch (const OutOfTime&) {
        throw;
    } catch (const PortError&) {
        add_refused(scan, instance);
    }
}

void add_browser(Scan& scan, const Files& files, const Browser& browser, const Home& home, bool usual_place) {
    const UserProfile& user = home.front();
    const std::string prefix = user.folder + "/" + std::string(browser.name) + "/";
    attempt(scan, prefix + "?", [&] {
        if (!usual_place) return;
        add_profiles(scan, files, browser, find_profiles(files, browser, user, scan.options.file_limit), prefix);
    });
    attempt(scan, prefix + "moved:?", [&] { add_moved_places(scan, files, browser, home); });
}

// A home on a drive that is not there is no empty home.
void check_drive(const Files& files, const UserProfile& user) {
    const bool running_windows = user.windows_layout && user.drive_c.empty() && user.home.has_root_path();
    if (!running_windows || !files.list(user.home, user.home).empty()) return;
    const std::filesystem::path drive = user.home.root_path();
    if (files.list(drive, drive).empty()) throw PortError(reasons::home_drive_missing());
}

// AppData itself may be a link to a place that is not read; then that is told once, not for each browser.
bool has_open_app_data(Scan& scan, const Files& files, const UserProfile& user) {
    if (!user.windows_layout) return true;
    const std::size_t closed = scan.facts.size();
    attempt(scan, user.folder + "/?/?", [&] { files.list(user.home, user.home / "AppData"); });
    return scan.facts.size() == closed;
}

void add_home(Scan& scan, const Home& home) {
    const TimedFiles files(scan.machine.files, scan.options.steady, scan.options.user_limit);
    const UserProfile& user = home.front();
    const std::string all = user.folder + "/?/?";
    try {
        files.list(user.home, user.home);
        check_drive(files, user);
        const bool usual_place = has_open_app_data(scan, files, user);
        for (const Browser& browser : browsers()) add_browser(scan, files, browser, home, usual_place);
    } catch (const OutOfTime& error) {
        add_closed(scan, all, {error.reason()});
    } catch (const PortError&) {
        add_refused(scan, all);
    }
}

// Whether the browser was in the middle of a change is no news: the stored word for a store that was read stays.
void keep_store_status(Facts& facts, const Facts& previous) {
    const auto read_through = [](const Fact& fact) {
        return fact.id == "browser_credentials.store_status" &&
               (fact.value == Value(std::string("ok")) || fact.value == Value(std::string("recovered")));
    };
    std::map<std::string, Value, std::less<>> stored;
    for (const Fact& fact : previous) {
        if (read_through(fact)) stored.emplace(fact.instance, fact.value);
    }
    for (Fact& fact : facts) {
        const auto found = read_through(fact) ? stored.find(fact.instance) : stored.end();
        if (found != stored.end()) fact.value = found->second;
    }
}

// A profile that nobody uses any more is never seen: its gaps are not the PC's for good.
void add_never_seen(ProfileFacts& pc, const UserPlaces& places) {
    const auto with_hive = [](const UserProfile& user) { return !user.sid.empty(); };
    if (std::ranges::none_of(places.users(), with_hive)) return;
    pc.add("users_never_seen", std::int64_t{std::ranges::count_if(places.users(), [&](const UserProfile& user) {
               return with_hive(user) && places.hives().state(user.sid) == UserHives::State::never_seen;
           })});
}

}  // namespace

Facts collect_browser_credentials(const Machine& machine, const ScanOptions& options) {
    wipe_sqlite_memory_on_free();
    KnownHives no_memory;
    KnownHives& known = options.known_hives ? *options.known_hives : no_memory;
    Scan scan{machine,
              options,
              OfficialHosts(options.official_hosts),
              LastCounts(options.previous, options.previous_at),
              UserPlaces(machine, known, machine.user_profiles.all()),
              {},
              {}};
    for (const Home& home : by_home(scan.places.users())) add_home(scan, home);
    ProfileFacts pc(scan.facts, "");
    if (scan.left_out > 0) {
        pc.add("profiles", Unknown{reasons::no_room_for_profiles(scan.left_out)});
    } else if (scan.closed_places == 0) {
        pc.add("profiles", scan.live_profiles);
    } else {
        pc.add("profiles", Unknown{reasons::closed_places(scan.closed_places)});
    }
    add_never_seen(pc, scan.places);
    keep_store_status(scan.facts, options.previous);
    wipe_stack();
    return std::move(scan.facts);
}

}  // namespace wardwatch

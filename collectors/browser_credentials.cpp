// What browsers keep for their users: counts per profile, never a host, a user name or a secret.
//
// Instance: `<user folder>/<browser>/<profile folder>`; `*` instead of the user for data that a policy makes all users
// share. What cannot be looked at is told, not passed over: "?" stands
// for the profiles of a browser folder that cannot be listed, "?/?" for all browsers of a home that cannot.

#include <set>
#include <thread>
#include <utility>

#include "collectors/core/collector.h"
#include "collectors/core/wipe.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/credential_stores/chromium_store.h"
#include "collectors/credential_stores/firefox_store.h"
#include "collectors/credential_stores/moved_profiles.h"
#include "collectors/credential_stores/profiles.h"
#include "collectors/credential_stores/timed_files.h"
#include "collectors/credential_stores/wipe_sqlite.h"
#include "collectors/machine/files.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {
namespace {

using Kind = BrowserProfile::Kind;

// A report holds 1 MiB: anybody can make folders that look like profiles, or give them long names, until the centre
// refuses it. A classroom PC with a hundred users has some 400 profiles.
constexpr std::int64_t most_profiles = 600;
constexpr std::size_t most_bytes = 800'000;
// Facts of one instance, and what each is besides the instance: measured, rounded up.
constexpr std::size_t facts_of_instance = 9;
constexpr std::size_t bytes_of_fact = 100;

void pause_thread(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

Unknown unreadable(StoreStatus status) { return {std::string(to_text(status))}; }

/// What is in every scan and what it found so far.
struct Scan {
    const Machine& machine;
    const ScanOptions& options;
    OfficialHosts official_hosts;
    Facts facts;
    std::set<std::filesystem::path> shared_folders;  ///< of all users, read once
    std::int64_t live_profiles = 0;
    std::int64_t profiles = 0;       ///< of any kind, and places that could not be looked at
    std::size_t bytes = 0;           ///< of their facts, about
    std::int64_t left_out = 0;       ///< of these, for want of room
    std::int64_t closed_places = 0;  ///< homes, browser folders and profiles that could not be looked at
};

bool has_room(Scan& scan, const std::string& instance, const Unknown& reason = {}) {
    ++scan.profiles;
    scan.bytes += facts_of_instance * (bytes_of_fact + instance.size() + reason.reason.size());
    const bool room = scan.profiles <= most_profiles && scan.bytes <= most_bytes;
    if (!room) ++scan.left_out;
    return room;
}

class Instance {
public:
    Instance(Scan& scan, std::string name) : scan_(scan), name_(std::move(name)) {}

    void add(const char* field, Value value) {
        scan_.facts.push_back({std::string("browser_credentials.") + field, name_, std::move(value), "file"});
    }
    /// Instants only where there are any: no saved entry has no newest change, no official one no oldest.
    void add_dates(const std::optional<Instant>& newest, const OfficialAge& official) {
        if (newest) add("newest_change_at", *newest);
        if (official.undated) {
            add("official_oldest_change_at", Unknown{"a saved entry of an official system has no date"});
        } else if (official.oldest_change) {
            add("official_oldest_change_at", *official.oldest_change);
        }
    }
    void add_all_counts(const Unknown& reason) {
        for (const char* field : {"saved", "account_store_saved", "federated", "never_saved", "official",
                                  "newest_change_at", "official_oldest_change_at"}) {
            add(field, reason);
        }
    }
    void add_unreadable(StoreStatus status) {
        add("store_status", std::string(to_text(status)));
        add_all_counts(unreadable(status));
    }
    void add_unknown(const Unknown& reason) {
        add("store_status", reason);
        add_all_counts(reason);
    }

private:
    Scan& scan_;
    std::string name_;
};

Value count_or_reason(StoreStatus status, std::int64_t count) {
    return readable(status) ? Value(count) : Value(unreadable(status));
}

// store_status is that of `Login Data`; the account store has none of its own. A file that does not exist holds
// nothing.
void add_chromium(Instance instance, const ChromiumStore& store, bool yandex_store) {
    const bool no_account_store = store.account.status == StoreStatus::absent;
    const bool account_known = no_account_store || readable(store.account.status);
    const bool recovered = store.account.status == StoreStatus::recovered && store.profile.status == StoreStatus::ok;
    instance.add("store_status", std::string(to_text(recovered ? StoreStatus::recovered : store.profile.status)));
    const Value account_saved =
        no_account_store ? Value(std::int64_t{0}) : count_or_reason(store.account.status, store.account.saved);
    instance.add("account_store_saved", account_saved);
    if (yandex_store) {
        const Unknown elsewhere{"Yandex Browser keeps passwords in Ya Passman Data, which is not read"};
        for (const char* field : {"saved", "official", "newest_change_at", "official_oldest_change_at"}) {
            instance.add(field, elsewhere);
        }
    } else {
        instance.add("saved", count_or_reason(store.profile.status, store.profile.saved));
    }
    // The other facts are about both stores, so they need both.
    const StoreStatus both =
        readable(store.profile.status) && !account_known ? store.account.status : store.profile.status;
    instance.add("federated", count_or_reason(both, store.profile.federated + store.account.federated));
    instance.add("never_saved", count_or_reason(both, store.profile.never_saved + store.account.never_saved));
    if (yandex_store) return;
    instance.add("official", count_or_reason(both, store.official));
    if (readable(both)) {
        instance.add_dates(std::max(store.profile.newest_change, store.account.newest_change), store.official_age);
    } else {
        instance.add("newest_change_at", unreadable(both));
        instance.add("official_oldest_change_at", unreadable(both));
    }
}

// Firefox has neither an account store nor federated entries: both are 0, not unknown.
void add_firefox(Instance instance, const FirefoxStore& store) {
    instance.add("store_status", std::string(to_text(store.status)));
    instance.add("saved", count_or_reason(store.status, store.logins.saved));
    instance.add("account_store_saved", count_or_reason(store.status, 0));
    instance.add("federated", count_or_reason(store.status, 0));
    instance.add("official", count_or_reason(store.status, store.logins.official));
    const bool never_known = readable(store.never_status) || store.never_status == StoreStatus::absent;
    instance.add("never_saved", never_known ? Value(store.never_saved) : Value(unreadable(store.never_status)));
    if (readable(store.status)) {
        instance.add_dates(store.logins.newest_change, store.logins.official_age);
    } else {
        instance.add("newest_change_at", unreadable(store.status));
        instance.add("official_oldest_change_at", unreadable(store.status));
    }
    if (store.primary_password.set) {
        instance.add("primary_password", *store.primary_password.set);
    } else if (readable(store.primary_password.status)) {
        instance.add("primary_password", Unknown{"key4.db holds no iteration count that Firefox is known to write"});
    } else {
        instance.add("primary_password", Unknown{"key4.db: " + std::string(to_text(store.primary_password.status))});
    }
}

void add_profile(Scan& scan, const Files& files, const Browser& browser, const BrowserProfile& profile,
                 const std::string& prefix) {
    Instance instance(scan, prefix + profile.name);
    if (profile.kind == Kind::absent || profile.kind == Kind::refused) {
        const bool absent = profile.kind == Kind::absent;
        instance.add_unreadable(absent ? StoreStatus::absent : StoreStatus::access_denied);
        if (browser.family == BrowserFamily::firefox) {
            instance.add("primary_password", Unknown{absent ? "absent" : "access_denied"});
        }
        if (!absent) ++scan.closed_places;
        return;
    }
    if (profile.kind == Kind::live) ++scan.live_profiles;
    const std::uint64_t limit = scan.options.file_limit;
    if (browser.family == BrowserFamily::firefox) {
        add_firefox(instance,
                    read_firefox_store(files, profile.root, profile.folder, scan.official_hosts, limit, pause_thread));
    } else {
        add_chromium(instance,
                     read_chromium_store(files, profile.root, profile.folder, scan.official_hosts, limit, pause_thread),
                     profile.yandex_store);
    }
}

void add_profiles(Scan& scan, const Files& files, const Browser& browser, const std::vector<BrowserProfile>& profiles,
                  const std::string& prefix) {
    for (const BrowserProfile& profile : profiles) {
        if (has_room(scan, prefix + profile.name)) add_profile(scan, files, browser, profile, prefix);
    }
}

void add_closed(Scan& scan, const std::string& instance, const Unknown& reason) {
    if (has_room(scan, instance, reason)) Instance(scan, instance).add_unknown(reason);
    ++scan.closed_places;
}

void add_refused(Scan& scan, const std::string& instance) {
    if (has_room(scan, instance)) Instance(scan, instance).add_unreadable(StoreStatus::access_denied);
    ++scan.closed_places;
}

// Besides the usual folder, which may hold what was saved before the data was moved.
void add_moved(Scan& scan, const Files& files, const Browser& browser, const UserProfile& user,
               const MovedFolder& moved) {
    const std::string name(browser.name);
    if (moved.reason) return add_closed(scan, user.folder + "/" + name + "/moved:?", *moved.reason);
    if (moved.of_all_users && !scan.shared_folders.insert(moved.path).second) return;
    UserProfile there = user;
    there.home = moved.border;
    const std::string prefix = (moved.of_all_users ? "*" : user.folder) + "/" + name + "/";
    add_profiles(scan, files, browser,
                 find_profiles_in(files, browser, there, {moved.path, "moved:"}, scan.options.file_limit), prefix);
}

void add_browser(Scan& scan, const Files& files, const Browser& browser, const UserProfile& user) {
    const std::string prefix = user.folder + "/" + std::string(browser.name) + "/";
    try {
        add_profiles(scan, files, browser, find_profiles(files, browser, user, scan.options.file_limit), prefix);
        const std::chrono::seconds limit = scan.options.call_limit;
        if (const auto moved = folder_by_policy(scan.machine, browser, user, limit)) {
            add_moved(scan, files, browser, user, *moved);
        }
        if (const auto moved = folder_by_redirection(scan.machine, browser, user)) {
            add_moved(scan, files, browser, user, *moved);
        }
        const std::string instance = prefix + "roaming:profile.pb";
        if (const auto copy = roaming_copy(scan.machine, browser, user, limit);
            copy && has_room(scan, instance, *copy)) {
            Instance(scan, instance).add_unknown(*copy);
        }
    } catch (const OutOfTime&) {
        throw;
    } catch (const PortError&) {
        add_refused(scan, prefix + "?");
    }
}

void add_user(Scan& scan, const UserProfile& user) {
    const TimedFiles files(scan.machine.files, scan.options.steady, scan.options.user_limit);
    try {
        files.list(user.home, user.home);
        for (const Browser& browser : browsers()) add_browser(scan, files, browser, user);
    } catch (const OutOfTime& error) {
        add_closed(scan, user.folder + "/?/?", {error.what()});
    } catch (const PortError&) {
        add_refused(scan, user.folder + "/?/?");
    }
}

}  // namespace

Facts collect_browser_credentials(const Machine& machine, const ScanOptions& options) {
    wipe_sqlite_memory_on_free();
    Scan scan{machine, options, OfficialHosts(options.official_hosts), {}, {}};
    for (const UserProfile& user : machine.user_profiles.all()) add_user(scan, user);
    Instance pc(scan, "");
    if (scan.left_out > 0) {
        pc.add("profiles", Unknown{std::to_string(scan.left_out) +
                                   " browser profiles were not looked at: a report has room for no more"});
    } else if (scan.closed_places == 0) {
        pc.add("profiles", scan.live_profiles);
    } else {
        pc.add("profiles", Unknown{std::to_string(scan.closed_places) +
                                   " homes, browser folders or profiles could not be looked at"});
    }
    wipe_stack();
    return std::move(scan.facts);
}

}  // namespace wardwatch

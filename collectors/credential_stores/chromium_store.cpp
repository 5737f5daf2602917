#include "collectors/credential_stores/chromium_store.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>

#include "collectors/core/wipe.h"
#include "collectors/credential_stores/store_database.h"

namespace wardwatch {
namespace {

// The order of `login_table`'s columns.
enum Column { origin_url, signon_realm, username, blacklisted, federation_url, created, password_modified };

const ReadableTable& login_table() {
    static const ReadableTable logins{"logins",
                                      {"origin_url", "signon_realm", "username_value", "blacklisted_by_user",
                                       "federation_url", "date_created", "date_password_modified"}};
    return logins;
}

/// The last change of each, by realm and user name.
using Logins = std::map<WipedString, std::optional<Instant>, std::less<>,
                        WipingAllocator<std::pair<const WipedString, std::optional<Instant>>>>;

// The same login in both stores is one password: its later change counts.
void add_login(Logins& logins, WipedString key, const std::optional<Instant>& changed) {
    std::optional<Instant>& known = logins[std::move(key)];
    known = std::max(known, changed);
}

WipedString login_key(const Row& row) {
    WipedString key(row.bytes(signon_realm));
    key += '\0';
    return key += row.bytes(username);
}

// Microseconds since 1601-01-01 UTC, and seconds since 1970 in the schemas 1 to 8 (until 2014). 0 is unset; before
// 1970 and after 9999 nothing was saved in a browser. Since Chrome's first release seconds are a number that as
// microseconds would be a day of 1601, so that no schema's number need be asked.
std::optional<Instant> to_instant(std::optional<std::int64_t> date) {
    constexpr std::int64_t unix_epoch = 11'644'473'600;
    constexpr std::int64_t first_chrome = 1'220'227'200;  // 2008-09-01
    constexpr std::int64_t year_10000 = 253'402'300'800;
    if (!date) return std::nullopt;
    const bool in_seconds = *date >= first_chrome && *date < year_10000;
    const std::int64_t seconds = in_seconds ? *date : *date / 1'000'000 - unix_epoch;
    if (seconds <= 0 || seconds >= year_10000) return std::nullopt;
    return Instant(std::chrono::seconds(seconds));
}

void count(const Row& row, const OfficialHosts& official_hosts, ChromiumLogins& logins, Logins& official) {
    if (row.integer(blacklisted).value_or(0) != 0) {
        ++logins.never_saved;
    } else if (!row.bytes(federation_url).empty()) {
        ++logins.federated;
    } else {
        ++logins.saved;
        // An empty optional is less than any instant.
        const auto changed = std::max(to_instant(row.integer(created)), to_instant(row.integer(password_modified)));
        logins.newest_change = std::max(logins.newest_change, changed);
        if (official_hosts.match_url(row.bytes(origin_url)) || official_hosts.match_url(row.bytes(signon_realm))) {
            add_login(official, login_key(row), changed);
        }
    }
}

// The columns that every version has; without them the table is another program's.
void require_columns(const StoreDatabase& database, bool yandex) {
    for (const char* column : {"origin_url", "signon_realm", "username_value", "blacklisted_by_user"}) {
        const bool needed = !yandex || std::string_view(column) != "blacklisted_by_user";
        if (needed && !database.has_column(column)) {
            throw StoreError(StoreStatus::corrupt, std::string("the table logins has no column ") + column);
        }
    }
}

ChromiumLogins read_database(Snapshot snapshot, const OfficialHosts& official_hosts, Logins& official,
                             bool yandex = false) {
    ChromiumLogins logins;
    logins.status = snapshot.status;
    if (snapshot.status != StoreStatus::ok) return logins;
    try {
        Logins official_here;
        const StoreDatabase database(std::move(snapshot), login_table());
        require_columns(database, yandex);
        database.for_each_row([&](const Row& row) { count(row, official_hosts, logins, official_here); });
        logins.status = database.recovered() ? StoreStatus::recovered : StoreStatus::ok;
        for (const auto& [key, changed] : official_here) add_login(official, key, changed);
        return logins;
    } catch (const StoreError& error) {
        return {error.status(), 0, 0, 0, std::nullopt};
    }
}

// Two stores of one owner. What is absent adds nothing; of what cannot be read nothing is known.
ChromiumLogins together(const ChromiumLogins& a, const ChromiumLogins& b) {
    if (a.status == StoreStatus::absent) return b;
    if (b.status == StoreStatus::absent || !readable(a.status)) return a;
    if (!readable(b.status)) return b;
    return {std::max(a.status, b.status), a.saved + b.saved, a.federated + b.federated, a.never_saved + b.never_saved,
            std::max(a.newest_change, b.newest_change)};
}

}  // namespace

ChromiumStore read_chromium_store(const Files& files, const std::filesystem::path& root,
                                  const std::filesystem::path& profile, const OfficialHosts& official_hosts,
                                  std::uint64_t limit, const Pause& pause, bool yandex) {
    ChromiumStore store;
    Logins official;
    const auto read = [&](const char* name, bool of_yandex = false) {
        return read_database(take_snapshot(files, root, profile / name, limit, pause), official_hosts, official,
                             of_yandex);
    };
    store.profile = read("Login Data");
    store.account = read("Login Data For Account");
    if (yandex) store.yandex = together(read("Ya Passman Data", true), read("Ya Login Data", true));
    store.official = static_cast<std::int64_t>(official.size());
    for (const auto& [key, changed] : official) store.official_age.add(changed);
    return store;
}

}  // namespace wardwatch

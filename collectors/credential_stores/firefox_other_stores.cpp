#include "collectors/credential_stores/firefox_other_stores.h"

#include <algorithm>
#include <utility>

#include "collectors/core/windows_names.h"
#include "collectors/credential_stores/store_database.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// Milliseconds since 1970.
std::optional<Instant> instant_of(std::optional<std::int64_t> milliseconds) {
    constexpr std::int64_t year_10000 = 253'402'300'800'000;
    if (!milliseconds || *milliseconds < 1000 || *milliseconds >= year_10000) return std::nullopt;
    return Instant(std::chrono::seconds(*milliseconds / 1000));
}

void count_signon(const Row& row, const OfficialHosts& official_hosts, FirefoxLogins& logins) {
    const std::string_view host = row.bytes(0);
    if (host.empty() || host == "chrome://FirefoxAccounts") return;
    const std::optional<Instant> changed = std::max(instant_of(row.integer(1)), instant_of(row.integer(2)));
    ++logins.saved;
    logins.newest_change = std::max(logins.newest_change, changed);
    if (!official_hosts.match_url(host)) return;
    ++logins.official;
    logins.official_age.add(changed);
}

// Each row of one table; says how the store could be read, and is `absent` where there is none.
StoreStatus for_each_row(const FirefoxPlace& place, const char* file, ReadableTable table, const EachRow& each) {
    Snapshot bytes = take_snapshot(place.files, place.root, place.profile / file, place.limit, place.pause);
    if (bytes.status != StoreStatus::ok) return bytes.status;
    try {
        const StoreDatabase database(std::move(bytes), std::move(table));
        database.for_each_row(each);
        return database.recovered() ? StoreStatus::recovered : StoreStatus::ok;
    } catch (const StoreError& error) {
        return error.status();
    }
}

// The key that encrypts what is saved has this identifier in every profile of every version (NSS, pk11sdr.c). It is
// made when the first thing is saved, so that a key3.db without it (a Berkeley DB hash, which keeps it as it is) says
// that nothing ever was.
bool never_saved_anything(const FirefoxPlace& place) {
    using namespace std::string_view_literals;
    constexpr std::string_view hash_database = "\x00\x06\x15\x61"sv;
    constexpr std::string_view key = "\xf8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"sv;
    const FileRead read = place.files.read(place.root, place.profile / "key3.db", place.limit);
    if (read.status != ReadStatus::ok) return false;
    const std::string_view text(reinterpret_cast<const char*>(read.bytes.data()), read.bytes.size());
    return text.starts_with(hash_database) && text.size() >= 4096 && text.find(key) == std::string_view::npos;
}

struct NewerStore {
    bool holds_logins = false;
    std::optional<Instant> newest_change;
};

void count_newer(const Row& row, NewerStore& store) {
    if (row.integer(2).value_or(0) != 0) return;
    store.holds_logins = true;
    store.newest_change = std::max({store.newest_change, instant_of(row.integer(0)), instant_of(row.integer(1))});
}

}  // namespace

SignonsStore read_signons(const FirefoxPlace& place, const OfficialHosts& official_hosts) {
    SignonsStore store;
    store.status =
        for_each_row(place, "signons.sqlite", {"moz_logins", {"hostname", "timecreated", "timepasswordchanged"}},
                     [&](const Row& row) { count_signon(row, official_hosts, store.logins); });
    if (!readable(store.status)) return store;
    const auto count_host = [&store](const Row&) { ++store.never_saved; };
    store.never_status = for_each_row(place, "signons.sqlite", {"moz_disabledhosts", {"hostname"}}, count_host);
    return store;
}

std::optional<Reason> newer_store(const FirefoxPlace& place, bool json_exists,
                                  const std::optional<Instant>& json_newest) {
    NewerStore store;
    // Its own rows and those that came by synchronisation are two tables; the third column says that a row is no more.
    StoreStatus status = StoreStatus::ok;
    for (const auto& [table, gone] : {std::pair("loginsl", "is_deleted"), std::pair("loginsm", "is_overridden")}) {
        if (!readable(status)) break;
        status = for_each_row(place, "logins.db", {table, {"timecreated", "timepasswordchanged", gone}},
                              [&](const Row& row) { count_newer(row, store); });
    }
    if (status == StoreStatus::absent) return std::nullopt;
    const bool newer = store.holds_logins && (!json_exists || !json_newest || store.newest_change > json_newest);
    if (newer) return reasons::newer_firefox_store_holds_more();
    if (readable(status) || json_exists) return std::nullopt;
    return reasons::newer_firefox_store_unreadable();
}

std::optional<Reason> unread_store(const FirefoxPlace& place) {
    const std::vector<DirectoryEntry> entries = place.files.list(place.root, place.profile);
    const auto has = [&entries](std::string_view name) {
        return std::ranges::any_of(entries,
                                   [name](const DirectoryEntry& entry) { return is_name(entry.name, name, true); });
    };
    if (has("signons3.txt") || has("signons2.txt") || has("signons.txt")) return reasons::signons_txt();
    if (has("key3.db") && !has("key4.db") && !never_saved_anything(place)) return reasons::older_firefox_key();
    return std::nullopt;
}

}  // namespace wardwatch

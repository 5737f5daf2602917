#include "collectors/credential_stores/firefox_store.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "collectors/credential_stores/firefox_other_stores.h"
#include "collectors/credential_stores/store_database.h"

namespace wardwatch {
namespace {

// 90,000 entries; a larger logins.json was not written by a person.
constexpr std::uint64_t longest_json = 64u << 20;

// On every save logins.json is missing for 2 to 5 ms (measured): three more attempts over some 50 ms.
constexpr std::chrono::milliseconds retries[] = {std::chrono::milliseconds(10), std::chrono::milliseconds(15),
                                                 std::chrono::milliseconds(25)};

struct Json {
    StoreStatus status;
    FirefoxLogins logins;
};

Json read_json(const Files& files, const std::filesystem::path& root, const std::filesystem::path& file,
               const OfficialHosts& official_hosts, std::uint64_t limit) {
    const FileRead read = files.read(root, file, std::min(limit, longest_json));
    switch (read.status) {
        case ReadStatus::absent:
            return {StoreStatus::absent, {}};
        case ReadStatus::access_denied:
            return {StoreStatus::access_denied, {}};
        case ReadStatus::too_large:
            return {StoreStatus::too_large, {}};
        case ReadStatus::not_a_file:
            return {StoreStatus::not_a_database, {}};
        case ReadStatus::busy:
            return {StoreStatus::busy, {}};
        case ReadStatus::ok:
            break;
    }
    if (read.bytes.empty()) return {StoreStatus::empty_file, {}};
    const auto logins =
        count_firefox_logins({reinterpret_cast<const char*>(read.bytes.data()), read.bytes.size()}, official_hosts);
    return logins ? Json{StoreStatus::ok, *logins} : Json{StoreStatus::corrupt, {}};
}

// May be otherwise a moment later.
bool fleeting(StoreStatus status) {
    return status == StoreStatus::absent || status == StoreStatus::busy || status == StoreStatus::empty_file ||
           status == StoreStatus::corrupt;
}

// A backup stands in for a file that is missing or damaged, never for one that is there but cannot be read now: that
// one is newer.
bool backup_may_help(StoreStatus status) { return fleeting(status) && status != StoreStatus::busy; }

Json read_logins(const Files& files, const std::filesystem::path& root, const std::filesystem::path& profile,
                 const OfficialHosts& official_hosts, std::uint64_t limit, const Pause& pause) {
    const auto read = [&](const char* name) { return read_json(files, root, profile / name, official_hosts, limit); };
    Json logins = read("logins.json");
    for (const std::chrono::milliseconds wait : retries) {
        if (!fleeting(logins.status)) return logins;
        pause(wait);
        logins = read("logins.json");
    }
    if (!backup_may_help(logins.status)) return logins;
    Json backup = read("logins-backup.json");
    if (backup.status == StoreStatus::ok) return {StoreStatus::backup_used, backup.logins};
    if (logins.status != StoreStatus::absent) return logins;
    // A backup alone that cannot be read says that something was saved.
    return backup;
}

// "Never save for this site": type login-saving, permission 2 (deny).
void read_never_saved(Snapshot permissions, FirefoxStore& store) {
    store.never_status = permissions.status;
    if (permissions.status != StoreStatus::ok) return;
    try {
        const StoreDatabase database(std::move(permissions), {"moz_perms", {"type", "permission"}});
        std::int64_t count = 0;
        database.for_each_row([&count](const Row& row) {
            if (row.bytes(0) == "login-saving" && row.integer(1) == 2) ++count;
        });
        store.never_saved = count;
    } catch (const StoreError& error) {
        store.never_status = error.status();
    }
}

// Without logins.json an older store counts; where none is there and none that is not read, nothing was ever saved.
void read_other_stores(const FirefoxPlace& place, const OfficialHosts& official_hosts, FirefoxStore& store) {
    const bool json_exists = store.status != StoreStatus::absent;
    if (readable(store.status) || !json_exists) {
        store.unread = newer_store(place, json_exists, store.logins.newest_change);
    }
    if (json_exists || store.unread) return;
    const SignonsStore signons = read_signons(place, official_hosts);
    if (signons.status == StoreStatus::absent) {
        store.unread = unread_store(place);
        store.status = StoreStatus::ok;
        return;
    }
    store.status = signons.status;
    store.logins = signons.logins;
    if (readable(store.never_status) || store.never_status == StoreStatus::absent) {
        store.never_saved += signons.never_saved;
        store.never_status = signons.never_status;
    }
}

}  // namespace

FirefoxStore read_firefox_store(const Files& files, const std::filesystem::path& root,
                                const std::filesystem::path& profile, const OfficialHosts& official_hosts,
                                std::uint64_t limit, const Pause& pause) {
    FirefoxStore store;
    const Json logins = read_logins(files, root, profile, official_hosts, limit, pause);
    store.status = logins.status;
    store.logins = logins.logins;
    read_never_saved(take_snapshot(files, root, profile / "permissions.sqlite", limit, pause), store);
    read_other_stores({files, root, profile, limit, pause}, official_hosts, store);
    store.primary_password = read_primary_password(take_snapshot(files, root, profile / "key4.db", limit, pause));
    return store;
}

}  // namespace wardwatch

// Where other versions of Firefox than today's keep saved passwords.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectors/credential_stores/firefox_logins.h"
#include "collectors/credential_stores/snapshot.h"
#include "collectors/machine/files.h"

namespace wardwatch {

/// signons.sqlite: Firefox 3.5 to 31. Later ones take its entries into logins.json and leave it behind.
struct SignonsStore {
    StoreStatus status = StoreStatus::absent;
    FirefoxLogins logins;  ///< meaningful only when readable(status)
    StoreStatus never_status = StoreStatus::absent;
    std::int64_t never_saved = 0;  ///< hosts for which the user chose never to save; when readable(never_status)
};

/// Which profile of which home, and how its files are read: as read_firefox_store takes them.
struct FirefoxPlace {
    const Files& files;
    const std::filesystem::path& root;
    const std::filesystem::path& profile;
    std::uint64_t limit;
    const Pause& pause;
};

/// Hosts do not leave this function. Never throws for what the file holds.
SignonsStore read_signons(const FirefoxPlace& place, const OfficialHosts& official_hosts);

/// Why logins.db, the store in SQLite that newer versions fill beside logins.json, says that there is more than in a
/// logins.json whose newest change is this; empty when it does not. Firefox 153 makes the file, lets it go stale and
/// does not read it (seen), so what it holds is no count. `json_exists`: then a logins.db that cannot be read is not
/// needed.
std::optional<Reason> newer_store(const FirefoxPlace& place, bool json_exists,
                                  const std::optional<Instant>& json_newest);

/// Why a profile without any store that is read may hold saved passwords nevertheless: signons.txt to signons3.txt of
/// Firefox before 3.5, or keys of an old version alone. Empty when nothing says so. Throws PortError when the profile's
/// folder cannot be listed.
std::optional<Reason> unread_store(const FirefoxPlace& place);

}  // namespace wardwatch

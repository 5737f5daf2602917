// Counts what a Chromium profile keeps in `Login Data` and `Login Data For Account`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "collectors/core/fact.h"
#include "collectors/credential_stores/official_hosts.h"
#include "collectors/credential_stores/snapshot.h"

namespace wardwatch {

/// Of one database. The counts are meaningful only when readable(status).
struct ChromiumLogins {
    StoreStatus status = StoreStatus::absent;
    std::int64_t saved = 0;                ///< not blacklisted, not federated
    std::int64_t federated = 0;            ///< federation_url set: no secret
    std::int64_t never_saved = 0;          ///< blacklisted_by_user
    std::optional<Instant> newest_change;  ///< of date_created and date_password_modified among the saved ones
};

struct ChromiumStore {
    ChromiumLogins profile;  ///< `Login Data`
    ChromiumLogins account;  ///< `Login Data For Account`; absent when the profile has no account store
    /// Yandex Browser's `Ya Passman Data` and `Ya Login Data`, together; absent where it was not asked for.
    ChromiumLogins yandex;
    /// Saved for official hosts in all that could be read; the same signon_realm and user name count once.
    std::int64_t official = 0;
    OfficialAge official_age;
};

/// `yandex`: Yandex Browser's own stores are read, too. Their entries are Chromium's, with the site and the user name
/// open (yandex.com/support/browser-passwords-crypto); a table without `blacklisted_by_user` holds passwords only.
/// Hosts and user names do not leave this function, and their copies are overwritten. Never throws for what the files
/// hold.
ChromiumStore read_chromium_store(const Files& files, const std::filesystem::path& root,
                                  const std::filesystem::path& profile, const OfficialHosts& official_hosts,
                                  std::uint64_t limit, const Pause& pause, bool yandex = false);

}  // namespace wardwatch

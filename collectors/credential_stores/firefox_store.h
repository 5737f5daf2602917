// Counts what a Firefox profile keeps in logins.json, and reads what stands beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "collectors/credential_stores/firefox_logins.h"
#include "collectors/credential_stores/official_hosts.h"
#include "collectors/credential_stores/primary_password.h"
#include "collectors/credential_stores/snapshot.h"

namespace wardwatch {

struct FirefoxStore {
    /// Of logins.json, or of signons.sqlite where there is no logins.json. No store at all in an existing profile means
    /// that nothing is saved: ok. backup_used: logins.json was missing or damaged, and logins-backup.json was good.
    StoreStatus status = StoreStatus::absent;
    FirefoxLogins logins;  ///< meaningful only when readable(status)
    /// Why these are not all: a store that is not read may hold more. Then nothing here is a count.
    std::optional<Reason> unread;

    StoreStatus never_status = StoreStatus::absent;  ///< of permissions.sqlite
    std::int64_t never_saved = 0;                    ///< meaningful when readable, and 0 when absent

    PrimaryPassword primary_password;
};

/// Hosts do not leave this function. Reads logins.json, logins-backup.json, permissions.sqlite, key4.db and what
/// firefox_other_stores.h names. Never throws for what the files hold; PortError when the profile's folder cannot be
/// listed.
FirefoxStore read_firefox_store(const Files& files, const std::filesystem::path& root,
                                const std::filesystem::path& profile, const OfficialHosts& official_hosts,
                                std::uint64_t limit, const Pause& pause);

}  // namespace wardwatch

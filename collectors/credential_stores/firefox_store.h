// Counts what a Firefox profile keeps in logins.json, and reads what stands beside it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "collectors/credential_stores/firefox_logins.h"
#include "collectors/credential_stores/official_hosts.h"
#include "collectors/credential_stores/primary_password.h"
#include "collectors/credential_stores/snapshot.h"

namespace wardwatch {

struct FirefoxStore {
    /// Of logins.json. Neither it nor a backup in an existing profile means that nothing is saved: ok. backup_used: it
    /// was missing or damaged, and logins-backup.json was good.
    StoreStatus status = StoreStatus::absent;
    FirefoxLogins logins;  ///< meaningful only when readable(status)

    StoreStatus never_status = StoreStatus::absent;  ///< of permissions.sqlite
    std::int64_t never_saved = 0;                    ///< meaningful when readable, and 0 when absent

    PrimaryPassword primary_password;
};

/// Hosts do not leave this function. Reads logins.json, logins-backup.json, permissions.sqlite and key4.db, nothing
/// else (logins.db is stale by design of Firefox). Never throws for what the files hold.
FirefoxStore read_firefox_store(const Files& files, const std::filesystem::path& root,
                                const std::filesystem::path& profile, const OfficialHosts& official_hosts,
                                std::uint64_t limit, const Pause& pause);

}  // namespace wardwatch

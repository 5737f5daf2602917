// Finds browser profiles in users' homes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collectors/credential_stores/browsers.h"
#include "collectors/machine/files.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {

struct BrowserProfile {
    std::string name;            ///< "Default", "snap:Default", "." or "snapshot:155.0.8000.10/Default"; unique
    std::filesystem::path root;  ///< links may not lead out of it: the home, or a Firefox profile elsewhere
    std::filesystem::path folder;
    enum class Kind {
        live,
        downgrade_snapshot,  ///< Chromium's copy from before an update
        absent,              ///< named in profiles.ini, but there is no such folder
        refused,             ///< a link out of the home, or a place that is not looked at (another computer)
    } kind = Kind::live;
    bool yandex_store = false;  ///< Yandex Browser's own store lies there
};

/// The profiles of one browser of one user, ordered as found; empty when the browser was never started. Throws
/// PortError when one of the browser's folders exists but cannot be listed.
std::vector<BrowserProfile> find_profiles(const Files& files, const Browser& browser, const UserProfile& user,
                                          std::uint64_t limit);

/// The same of one folder that holds the browser's profiles. `user.home` is the border that links may not lead out of.
std::vector<BrowserProfile> find_profiles_in(const Files& files, const Browser& browser, const UserProfile& user,
                                             const BrowserFolder& base, std::uint64_t limit);

}  // namespace wardwatch

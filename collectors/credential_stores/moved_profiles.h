// Places outside the usual ones to which policies and Windows move a user's browser data. Windows only.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/credential_stores/user_places.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {

struct MovedFolder {
    std::filesystem::path path;     ///< holds the browser's profiles
    std::filesystem::path border;   ///< links may not lead out of it: the user's home, else the drive
    bool of_all_users = false;      ///< nothing in the path depends on the user
    std::optional<Unknown> reason;  ///< why the place is not read; then the others are empty
};

/// Where the policy UserDataDir (the PC's, else the user's) keeps this browser's data; empty when there is none. The
/// channels of a browser share the policy, and so the place: it is the first one's in the table. `limit` is for the
/// user's name, which a domain may have to tell.
std::optional<MovedFolder> folder_by_policy(const Machine& machine, const UserPlaces& places, const Browser& browser,
                                            const UserProfile& user, std::chrono::seconds limit);

/// Where the user's AppData\Roaming was redirected ("User Shell Folders"), for browsers that keep their data there;
/// empty when it was not, and nothing says that it may be.
std::optional<MovedFolder> folder_by_redirection(const Machine& machine, const UserPlaces& places,
                                                 const Browser& browser, const UserProfile& user);

/// The copy of bookmarks and passwords that the policy RoamingProfileSupportEnabled makes Chrome and Edge keep in a
/// file profile.pb besides the profiles. Nothing reads it: the reason why its content is not known; empty without the
/// file. It stays in its usual place when the policy is gone, and is on an offline disk, whose policies nobody reads.
std::optional<Unknown> roaming_copy(const Machine& machine, const UserPlaces& places, const Browser& browser,
                                    const UserProfile& user, std::chrono::seconds limit);

/// The expansion of Chromium's variables, for the tests. Throws PortError with the reason.
std::string expand_policy_path(const Machine& machine, const UserPlaces& places, const UserProfile& user,
                               std::string text, std::chrono::seconds limit);

}  // namespace wardwatch

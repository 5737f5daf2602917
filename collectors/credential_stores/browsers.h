// The one table of browsers: where each keeps its profiles and which policy switches its password manager off. Adding a
// browser means adding a row.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/machine/registry.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {

enum class BrowserFamily { chromium, firefox };

struct Browser {
    std::string_view name;  ///< as in facts: "chrome", "opera-gx"
    BrowserFamily family;
    std::string_view windows_folder;  ///< below AppData: "Local/Google/Chrome/User Data"
    /// Below the home: the usual one, the snap's, the flatpak's, and that of newer versions.
    std::array<std::string_view, 4> linux_folders;
    /// Below SOFTWARE\Policies, in HKLM and HKU\<SID>; none known: the policy is Unknown.
    std::array<std::string_view, 2> policy_keys;
    /// Sub-key of SOFTWARE\Clients\StartMenuInternet, which may go on with "-" or "." and an installation's hash.
    std::string_view registered_as;
    std::string_view app_path;     ///< sub-key of App Paths; empty where several browsers share it
    std::string_view beside = {};  ///< whose folder is moved together with this one's: what is unknown is told there
};

std::span<const Browser> browsers();

/// What this browser takes a policy's value for that is to be on or off: a number, and Chromium also takes text that is
/// one ("0"; components/policy/core/common/registry_dict.cc). Empty for what it does not take.
std::optional<bool> policy_flag(const RegistryData& data, const Browser& browser);

/// A folder that holds a browser's profiles.
struct BrowserFolder {
    std::filesystem::path path;
    std::string_view prefix;  ///< "", "snap:" or "flatpak:", before the profile's name: two packages of one browser
};

/// Where this user's profiles of this browser would be; the folders need not exist.
std::vector<BrowserFolder> browser_folders(const Browser& browser, const UserProfile& user);

}  // namespace wardwatch

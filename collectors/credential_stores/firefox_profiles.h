// Firefox's list of profiles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/credential_stores/profiles.h"

namespace wardwatch {

/// One [ProfileN] section of profiles.ini.
struct IniProfile {
    std::string path;      ///< UTF-8, "/" between folders when relative
    bool relative = true;  ///< to the folder of profiles.ini
};

/// Sections without a path are left out.
std::vector<IniProfile> parse_profiles_ini(std::string_view text);

/// Every profile that profiles.ini names, and every folder in `Profiles` (Linux: beside profiles.ini) that holds
/// something. Throws PortError when the folder exists but cannot be listed or profiles.ini cannot be read.
void add_firefox_profiles(const Files& files, const UserProfile& user, const BrowserFolder& base, std::uint64_t limit,
                          std::vector<BrowserProfile>& found);

}  // namespace wardwatch

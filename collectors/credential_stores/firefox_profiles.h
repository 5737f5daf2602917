// Firefox's list of profiles.
#pragma once

#include <optional>
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

/// The file's text in UTF-8, without a byte order mark. UTF-16 is read by its mark, as Firefox does; empty for what is
/// no text in either.
std::optional<std::string> text_of_ini(std::string_view bytes);

/// Sections without a path are left out. Keys are taken in any letters and with blanks around them, as other programs
/// write them: what is saved in a folder counts, whether or not Firefox still finds it.
std::vector<IniProfile> parse_profiles_ini(std::string_view text);

/// Every profile that profiles.ini names, and every folder in `Profiles` (Linux: beside profiles.ini) that holds
/// something of Firefox. A list or folder that cannot be read is a profile "?" that is refused. Throws PortError when
/// the folder itself exists but cannot be listed.
void add_firefox_profiles(const Files& files, const UserProfile& user, const BrowserFolder& base, std::uint64_t limit,
                          std::vector<BrowserProfile>& found);

}  // namespace wardwatch

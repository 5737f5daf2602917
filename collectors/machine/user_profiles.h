// Port: the people who have a profile (home) on this PC.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

struct UserProfile {
    std::string folder;          ///< the leaf name of the home folder, UTF-8: "an.nguyen", "Lê Thị Chi"
    std::string sid;             ///< Windows: "S-1-5-21-…"; empty elsewhere and on an offline disk
    std::filesystem::path home;  ///< C:\Users\an.nguyen, /home/an
    bool windows_layout = true;  ///< browsers are under AppData\Local and AppData\Roaming; else under ~ and ~/.config
    std::filesystem::path drive_c;  ///< offline disk: the folder that stands for C:\; empty on a running system
    /// Windows 10 1809 and later: the later of the last times at which Windows loaded and unloaded the profile.
    std::optional<Instant> last_used_at{};
};

class UserProfiles {
public:
    virtual ~UserProfiles() = default;
    /// As `in_order` orders them. People only: no Public, Default, service or system profiles. One of each SID and
    /// folder, so that two SIDs may share a folder: who looks at folders asks `by_home`, who looks at people all.
    virtual std::vector<UserProfile> all() const = 0;
};

/// "S-1-5-21-1-2-3" of "S-1-5-21-1-2-3-1001", which is the PC's own or a domain's; empty for what has no such part.
std::string domain_of_sid(const std::string& sid);
/// Microsoft Entra (Azure AD): S-1-12-1-….
bool is_entra_sid(const std::string& sid);
/// A FILETIME (100 ns since 1601, UTC) in two registry numbers; empty for 0 and for what is no time since 1970.
std::optional<Instant> instant_of_filetime(std::uint64_t high, std::uint64_t low);

/// Ordered by folder name, those of one home by their last use, the latest first. Homes are compared as their system
/// does (Windows: whatever the letters' case), and equal ones have one spelling and one folder name. What has the same
/// SID and home stays once; of two homes with the same folder name the second is called "an.nguyen#2".
std::vector<UserProfile> in_order(std::vector<UserProfile> profiles);

/// Each home once, with everybody whose home it is: after a PC has moved to another domain its people have two SIDs
/// and one home. `profiles` as `in_order` made them; no group is empty.
std::vector<std::vector<UserProfile>> by_home(const std::vector<UserProfile>& profiles);

}  // namespace wardwatch

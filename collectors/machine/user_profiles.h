// Port: the people who have a profile (home) on this PC.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wardwatch {

struct UserProfile {
    std::string folder;          ///< the leaf name of the home folder, UTF-8: "an.nguyen", "Lê Thị Chi"
    std::string sid;             ///< Windows: "S-1-5-21-…"; empty elsewhere and on an offline disk
    std::filesystem::path home;  ///< C:\Users\an.nguyen, /home/an
    bool windows_layout = true;  ///< browsers are under AppData\Local and AppData\Roaming; else under ~ and ~/.config
    std::filesystem::path drive_c;  ///< offline disk: the folder that stands for C:\; empty on a running system
};

class UserProfiles {
public:
    virtual ~UserProfiles() = default;
    /// Ordered by folder name. People only: no Public, Default, service or system profiles.
    virtual std::vector<UserProfile> all() const = 0;
};

/// The order that `all` promises. A home that is listed twice stays once; of two homes with the same folder name the
/// second is called "an.nguyen#2".
std::vector<UserProfile> in_order(std::vector<UserProfile> profiles);

}  // namespace wardwatch

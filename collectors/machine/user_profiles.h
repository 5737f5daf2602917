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
};

class UserProfiles {
public:
    virtual ~UserProfiles() = default;
    /// Ordered by folder name. People only: no Public, Default, service or system profiles.
    virtual std::vector<UserProfile> all() const = 0;
};

}  // namespace wardwatch

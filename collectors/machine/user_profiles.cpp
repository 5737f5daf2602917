#include "collectors/machine/user_profiles.h"

#include <algorithm>
#include <tuple>

namespace wardwatch {

std::vector<UserProfile> in_order(std::vector<UserProfile> profiles) {
    std::sort(profiles.begin(), profiles.end(), [](const UserProfile& a, const UserProfile& b) {
        return std::tie(a.folder, a.home) < std::tie(b.folder, b.home);
    });
    const auto end = std::unique(profiles.begin(), profiles.end(),
                                 [](const UserProfile& a, const UserProfile& b) { return a.home == b.home; });
    profiles.erase(end, profiles.end());
    std::string last;
    int number = 1;
    for (UserProfile& profile : profiles) {
        number = profile.folder == last ? number + 1 : 1;
        last = profile.folder;
        if (number > 1) profile.folder += "#" + std::to_string(number);
    }
    return profiles;
}

}  // namespace wardwatch

#include "collectors/machine/user_profiles.h"

#include <algorithm>
#include <tuple>

namespace wardwatch {

std::string domain_of_sid(const std::string& sid) {
    const std::size_t end = sid.rfind('-');
    return sid.starts_with("S-1-5-21-") && end > 8 ? sid.substr(0, end) : std::string();
}

bool is_entra_sid(const std::string& sid) { return sid.starts_with("S-1-12-1-"); }

std::optional<Instant> instant_of_filetime(std::uint64_t high, std::uint64_t low) {
    constexpr std::int64_t unix_epoch = 11'644'473'600;
    constexpr std::int64_t year_10000 = 253'402'300'800;
    const std::uint64_t ticks = (high << 32) | (low & 0xFFFF'FFFF);
    const std::int64_t seconds = static_cast<std::int64_t>(ticks / 10'000'000) - unix_epoch;
    if (high > 0xFFFF'FFFF || seconds <= 0 || seconds >= year_10000) return std::nullopt;
    return Instant(std::chrono::seconds(seconds));
}

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

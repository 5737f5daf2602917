#include "collectors/machine/user_profiles.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "collectors/core/windows_names.h"

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

namespace {

// One spelling of each home: that of the profile that was used last.
void unify_homes(std::vector<UserProfile>& profiles) {
    std::map<std::u32string, const UserProfile*> first;
    for (UserProfile& profile : profiles) {
        const auto [known, added] = first.try_emplace(path_key(profile.home, profile.windows_layout), &profile);
        if (added) continue;
        profile.home = known->second->home;
        profile.folder = known->second->folder;
    }
}

void drop_repeated(std::vector<UserProfile>& profiles) {
    std::set<std::pair<std::string, std::filesystem::path>> seen;
    std::erase_if(profiles,
                  [&](const UserProfile& profile) { return !seen.emplace(profile.sid, profile.home).second; });
}

}  // namespace

std::vector<UserProfile> in_order(std::vector<UserProfile> profiles) {
    std::ranges::stable_sort(profiles, std::greater(), &UserProfile::last_used_at);
    unify_homes(profiles);
    drop_repeated(profiles);
    // Whatever the spelling of the homes, the numbers of equal names stay the same.
    std::ranges::stable_sort(profiles, std::less(), [](const UserProfile& profile) {
        return std::pair(profile.folder, path_key(profile.home, profile.windows_layout));
    });
    std::string folder;
    std::filesystem::path home;
    int number = 0;
    for (UserProfile& profile : profiles) {
        const bool same_folder = profile.folder == folder;
        if (!same_folder) number = 1;
        if (same_folder && profile.home != home) ++number;
        folder = profile.folder;
        home = profile.home;
        if (number > 1) profile.folder += "#" + std::to_string(number);
    }
    return profiles;
}

std::vector<std::vector<UserProfile>> by_home(const std::vector<UserProfile>& profiles) {
    std::vector<std::vector<UserProfile>> homes;
    for (const UserProfile& profile : profiles) {
        if (homes.empty() || homes.back().front().home != profile.home) homes.emplace_back();
        homes.back().push_back(profile);
    }
    return homes;
}

}  // namespace wardwatch

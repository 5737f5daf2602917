#include "collectors/linux/user_profiles.h"

#include <pwd.h>
#include <sys/stat.h>

#include <cerrno>

#include "collectors/core/utf8.h"

namespace wardwatch {
namespace {

bool is_person(uid_t uid) { return uid == 0 || (uid >= 1000 && uid < 65534); }

// Exists as far as this process can tell: without the right to look it may.
bool may_exist(const std::filesystem::path& home) {
    struct stat status {};
    if (::stat(home.c_str(), &status) == 0) return S_ISDIR(status.st_mode);
    return errno == EACCES;
}

}  // namespace

std::vector<UserProfile> LinuxUserProfiles::all() const {
    std::vector<UserProfile> profiles;
    ::setpwent();
    while (const passwd* user = ::getpwent()) {
        std::filesystem::path home = std::filesystem::path(user->pw_dir).lexically_normal();
        if (!home.has_filename()) home = home.parent_path();
        if (!is_person(user->pw_uid) || !home.is_absolute() || home == "/" || !may_exist(home)) continue;
        profiles.push_back({printable_name(home.filename()), "", home, false, {}});
    }
    ::endpwent();
    return in_order(std::move(profiles));
}

}  // namespace wardwatch

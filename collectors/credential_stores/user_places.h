// Where users' own parts of the registry say that their folders are, also while they are logged off. Windows only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/machine/machine.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/user_hives.h"
#include "collectors/machine/user_profiles.h"

namespace wardwatch {

/// A value of the PC that is text and not empty.
std::optional<std::string> text_of_pc(const Machine& machine, const std::string& key, const char* name);
/// "C:\Windows".
std::string windows_folder(const Machine& machine);
void replace_once(std::string& text, std::string_view what, const std::string& with);
std::string utf8_of_path(const std::filesystem::path& path);
/// With the two environment variables that stand in folders' registry values. Throws PortError for any other.
std::string expand_environment(const Machine& machine, const UserProfile& user, std::string text);

/// What the users' own parts of the registry say of one scan's people. What it refers to must outlive it.
class UserPlaces {
public:
    UserPlaces(const Machine& machine, KnownHives& known, std::vector<UserProfile> users);

    const UserHives& hives() const { return hives_; }
    const std::vector<UserProfile>& users() const { return users_; }
    /// A shell folder of the user ("AppData", "Personal"), expanded; empty where the registry has none or it was never
    /// seen. Throws PortError when it cannot be expanded.
    std::optional<std::string> shell_folder(const UserProfile& user, const char* name) const;
    /// Something says that AppData\Roaming of this user may be redirected, and where is not known: the hive was never
    /// seen, and another user's is redirected, Group Policy has redirected folders of this user, or the usual folder is
    /// missing in a home that holds others.
    bool roaming_may_be_moved(const UserProfile& user) const;
    /// The hive was never seen, and another user has this policy of their own.
    bool may_have_own_policy(const UserProfile& user, const std::string& key, const std::string& name) const;

private:
    bool somebody_is_redirected() const;

    const Machine& machine_;
    UserHives hives_;
    std::vector<UserProfile> users_;
    mutable std::optional<bool> somebody_is_redirected_;
};

}  // namespace wardwatch

// Signing in by an LDAP directory or Active Directory.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Who is in this group of the directory has this role here.
struct LdapGroup {
    std::string group;  ///< its distinguished name
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;  ///< of the role; empty: all units
};

struct LdapOptions {
    /// "ldaps://dc.example.vn" or "ldap://dc.example.vn", which begins TLS before anything is said; plain ldap only
    /// where the host is this machine (127.0.0.1, ::1, localhost). Empty: no directory.
    std::string url;
    std::filesystem::path ca_file;  ///< PEM; empty: the system's authorities
    std::string bind_dn;            ///< who may search; empty: anybody may
    std::filesystem::path bind_password_file;
    std::string base_dn;
    /// One person; {user} is the name that was typed, escaped. For Active Directory:
    /// "(&(objectClass=user)(sAMAccountName={user}))".
    std::string user_filter = "(&(objectClass=inetOrgPerson)(uid={user}))";
    /// The first that somebody is in counts. A person of none of them is not let in.
    std::vector<LdapGroup> groups;
};

/// The text as it may stand in a filter (RFC 4515): nothing of it is read as the filter's own signs.
std::string ldap_filter_value(std::string_view text);

/// What is wrong with the options, as an English sentence that names the member; empty: nothing.
std::string ldap_problem(const LdapOptions& options);

/// The person whose password this is, with the role of their group. Nothing when the name or the password is wrong, or
/// they are in none of the groups. When the directory does not answer, nothing either, and the log says so. Each call
/// opens a connection of its own and takes at most 15 seconds; from any thread.
std::optional<NewUser> directory_user(const LdapOptions& options, const std::string& name, const std::string& password,
                                      const std::function<void(const std::string&)>& log);

}  // namespace wardwatch

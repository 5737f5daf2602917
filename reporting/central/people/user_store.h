// The people who use the centre, and their second factor, in its database.
#pragma once

#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

struct User {
    std::string name;
    std::string password_hash;  ///< empty: who signs in by the directory
    Instant created_at;
    Instant changed_at;  ///< of the password
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;  ///< what they see, with the units below it; empty: everything
    bool must_change_password = false;
    std::optional<Instant> disabled_at;
    std::string full_name;
    std::string email;
    bool from_directory = false;  ///< signs in by LDAP
    std::optional<Instant> last_login_at;
    std::string totp_secret;     ///< base32, sealed for totp_purpose(); empty: no second factor
    std::int64_t totp_step = 0;  ///< the last time step whose code was used
};

struct NewUser {
    std::string name;
    std::string password_hash;  ///< empty: signs in by the directory
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;
    bool must_change_password = false;
    std::string full_name = {};
    std::string email = {};
};

/// What is to be another; what is not said stays.
struct UserChange {
    std::optional<Role> role = {};
    std::optional<std::optional<std::int64_t>> unit_id = {};  ///< to a unit, or to all of them
    std::optional<std::string> full_name = {};
    std::optional<std::string> email = {};
    std::optional<bool> disabled = {};
};

/// Why this cannot be a new user's name, as an English sentence; empty: it can. Letters, digits and . _ - @ + alone, so
/// that it stands in an address, a log line and beside "cli:" and "token:" as what it is.
std::string user_name_problem(std::string_view name);

/// As thread safe as the store. Functions throw StoreError with a sentence for people.
class Users {
public:
    explicit Users(sql::Database database) : database_(std::move(database)) {}

    std::vector<User> all() const;
    std::optional<User> find(const std::string& name) const;
    /// Throws where the name, the role and its unit do not fit, and when there is such a user.
    void add(const NewUser& user, Instant now);
    /// Throws when there is no such user or unit, when role and unit do not fit each other, and where nobody would be
    /// left who can administer.
    void change(const std::string& name, const UserChange& change, Instant now);
    /// Ends the sessions that were opened with the old one. False when there is no such user, or the directory has
    /// their password.
    bool set_password(const std::string& name, const std::string& password_hash, bool must_change, Instant now);
    void signed_in(const std::string& name, Instant now);
    /// Who has just signed in by the directory: added, or brought up to date with it. Throws when a local user has this
    /// name.
    User keep_directory_user(const NewUser& user, Instant now);

    /// Sealed; an empty one ends the second factor. Recovery codes of the one before go.
    void set_totp_secret(const std::string& name, const std::string& secret, std::int64_t used_step);
    /// The same secret, sealed: older programs stored it as it is.
    void seal_totp_secret(const std::string& name, const std::string& sealed);
    /// False when a code of this time step or a later one was used before.
    bool use_totp_step(const std::string& name, std::int64_t step);

    /// From the top; empty for no unit.
    std::string unit_path(std::optional<std::int64_t> unit_id) const;

private:
    sql::Database database_;
};

/// What a user's secret is sealed for: it opens for no other user.
std::string totp_purpose(const std::string& name);

/// Within the caller's transaction. Roles for the unit are for the one that has its place.
void users_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

// Who may do what at the centre.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace wardwatch {

/// A role is held for a unit with all below it, or for everything.
enum class Role {
    administrator,  ///< everything; always for all units
    operator_,      ///< reads, asks PCs to scan, and writes what the office knows of them
    auditor,        ///< reads; one of all units the audit log, too
    unit_manager    ///< reads
};
inline constexpr Role roles[] = {Role::administrator, Role::operator_, Role::auditor, Role::unit_manager};

/// "administrator", "operator", "auditor", "unit_manager": as the database and the API call it.
std::string_view name_of(Role role);
/// Throws std::invalid_argument, which names the roles, for any other name.
Role role_from(std::string_view name);

/// What a request needs.
enum class Right {
    none,       ///< anybody, not signed in either
    self,       ///< signed in: one's own account. The only right of who has to change the password first
    read,       ///< what the office knows about the units of the role
    scan,       ///< ask PCs of these units to scan
    describe,   ///< write the cards and notes of these units' PCs
    audit,      ///< read the audit log
    administer  ///< change anything
};

inline constexpr Right rights[] = {Right::none,     Right::self,  Right::read,      Right::scan,
                                   Right::describe, Right::audit, Right::administer};

/// "none", "self", …: as the API's description calls it.
std::string_view name_of(Right right);

bool may(Role role, Right right);

/// Which units somebody sees; empty: all.
class Scope {
public:
    Scope() = default;
    explicit Scope(std::set<std::int64_t> units) : units_(std::move(units)) {}
    bool everything() const { return !units_; }
    bool holds(std::int64_t unit_id) const { return !units_ || units_->count(unit_id) > 0; }
    /// As numbers_of reads it, "[3,4]"; nothing for all units.
    std::optional<std::string> sql_list() const;

private:
    std::optional<std::set<std::int64_t>> units_;
};

/// Who asks: a user with a session, or an API token.
struct Person {
    std::string name;
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;  ///< what they see, with the units below it; empty: all units
    bool must_change_password = false;
    std::string csrf_token;               ///< the session's; empty for an API token
    bool needs_second_factor = false;     ///< the role asks for one, and they have none
    bool is_token = false;                ///< an API token; its name begins with "token:", which no user's does
    std::optional<Role> owner_role = {};  ///< of an API token that has an owner: it may what both roles may

    bool operator==(const Person&) const = default;
};

bool may(const Person& person, Right right);

/// Why somebody cannot have this role for this unit, as an English sentence; empty: they can. An administrator has all
/// units, a unit manager one.
std::string role_problem(Role role, std::optional<std::int64_t> unit_id);

}  // namespace wardwatch

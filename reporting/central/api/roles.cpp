// The table of roles and rights, and a scope as a list of units.
#include "reporting/central/api/roles.h"

#include <stdexcept>

namespace wardwatch {

std::string_view name_of(Role role) {
    switch (role) {
        case Role::administrator:
            return "administrator";
        case Role::operator_:
            return "operator";
        case Role::auditor:
            return "auditor";
        case Role::unit_manager:
            return "unit_manager";
    }
    return "";
}

Role role_from(std::string_view name) {
    for (const Role role : roles) {
        if (name == name_of(role)) return role;
    }
    throw std::invalid_argument("There is no role \"" + std::string{name} +
                                "\": it is administrator, operator, auditor or unit_manager.");
}

std::string role_problem(Role role, std::optional<std::int64_t> unit_id) {
    if (role == Role::administrator && unit_id)
        return "An administrator is one for all units: leave the unit out, or choose another role.";
    if (role == Role::unit_manager && !unit_id) return "A unit manager needs a unit: say which.";
    return "";
}

std::string_view name_of(Right right) {
    switch (right) {
        case Right::none:
            return "none";
        case Right::self:
            return "self";
        case Right::read:
            return "read";
        case Right::scan:
            return "scan";
        case Right::describe:
            return "describe";
        case Right::audit:
            return "audit";
        case Right::administer:
            return "administer";
    }
    return "";
}

bool may(Role role, Right right) {
    switch (right) {
        case Right::none:
        case Right::self:
        case Right::read:
            return true;
        case Right::scan:
        case Right::describe:
            return role == Role::administrator || role == Role::operator_;
        case Right::audit:
            return role == Role::administrator || role == Role::auditor;
        case Right::administer:
            return role == Role::administrator;
    }
    return false;
}

bool may(const Person& person, Right right) {
    return may(person.role, right) && (!person.owner_role || may(*person.owner_role, right));
}

std::optional<std::string> Scope::sql_list() const {
    if (!units_) return std::nullopt;
    std::string list;
    for (const std::int64_t unit_id : *units_) list += (list.empty() ? "" : ",") + std::to_string(unit_id);
    return "[" + list + "]";
}

}  // namespace wardwatch

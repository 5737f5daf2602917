// What a password of the people who use the centre must be: what the dispatch asks for (clause 1b), and nothing that an
// attacker tries first.
#pragma once

#include <string>

#include "reporting/central/people/password.h"

namespace wardwatch {

/// Whose password it is to be.
struct PasswordOwner {
    std::string name;
    std::string full_name;
    std::string email;
    std::string old_hash;  ///< empty: none to compare with
};

/// As password_weakness, and password_too_long, password_well_known, password_like_name, password_not_new.
PasswordProblem password_problem(const std::string& password, const PasswordOwner& owner);

}  // namespace wardwatch

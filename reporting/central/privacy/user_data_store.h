// A user of the centre, when they are to be forgotten.
#pragma once

#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Removes a user with their sessions and their own API tokens. What they did for the office stays under their login
/// name: notes, waivers, published policies, the audit log. Throws StoreError when there is no such user, or when they
/// are not disabled.
void erase_user(sql::Database& database, const std::string& name);

}  // namespace wardwatch

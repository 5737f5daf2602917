// How people see the centre's data now.
#pragma once

#include <chrono>

#include "collectors/core/fact.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

struct View {
    const sql::Database& database;
    const Policy& policy;
    Instant now;
    std::chrono::days silent_after{7};
    Scope scope = {};  ///< nothing of other units is shown
};

}  // namespace wardwatch

// What is shown, to whom, and by which policy.
#pragma once

#include <chrono>

#include "collectors/core/fact.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// How the centre's people see devices now.
struct View {
    const sql::Database& database;
    const Policy& policy;
    Instant now;
    std::chrono::days silent_after{7};
    Scope scope = {};  ///< nothing of other units is shown
};

/// The setting in which `serve` leaves its --silent-after for others.
inline constexpr const char* silent_after_setting = "silent_after_days";
/// As `serve` was started last; 7 before its first start.
std::chrono::days silent_after_of(const sql::Database& database);

}  // namespace wardwatch

// What happened to the tree of units, as people are told it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Newest first: `at`, `unit_id`, `kind`, `before` (null when it was added), `after`, `merged_into`, `actor`; of one
/// unit with what was merged into it, or of all. Who sees a part of the tree is told what happened there, and paths
/// begin where that part begins; where it lay elsewhere then, the unit's own name stands alone.
nlohmann::json unit_changes_json(const sql::Database& database, const Scope& scope,
                                 std::optional<std::int64_t> unit_id);

}  // namespace wardwatch

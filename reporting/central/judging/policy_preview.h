// What another policy would make of the PCs as they are: their newest reports judged again in memory.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>

#include "reporting/central/api/roles.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Judges the newest report of each PC that is not revoked and not silent and lies in the scope with both policies, as
/// of now, with the waivers in force. Writes nothing and holds no lock of the store: `threads` read on connections of
/// their own. Answers {"devices", "silent" (left out), "before", "after": {"pass","fail","unknown"}, "newly_failing",
/// "newly_passing", "rules": those that change, "examples": at most 20 PCs whose status changes, by host name}.
nlohmann::json preview_policy(const sql::Database& database, const PolicyInForce& in_force,
                              const PolicyInForce& proposed, Instant now, std::chrono::days silent_after,
                              const Scope& scope, unsigned threads);

}  // namespace wardwatch

// What the centre forgets, and when.
#pragma once

#include <cstdint>

#include "reporting/central/api/routes.h"
#include "reporting/central/operation/config.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct Forgotten {
    std::int64_t reports = 0;
    std::int64_t verdict_changes = 0;
    std::int64_t dead_letters = 0;
    std::int64_t revoked_notes = 0;    ///< with cards
    std::int64_t revoked_devices = 0;  ///< PCs, with all that was stored of them
    std::int64_t web_accounts = 0;
    std::int64_t all() const {
        return reports + verdict_changes + dead_letters + revoked_notes + revoked_devices + web_accounts;
    }
};

/// Removes what the rules let go, some thousand rows at a time, so that nobody waits long. A PC's newest report stays
/// as long as the PC; days and months are the office's. The figures of the days, the history of units and the audit log
/// stay for ever. With `count_only` nothing is removed.
Forgotten apply_retention(sql::Database& database, const RetentionRules& rules, Instant now, bool count_only = false);

/// The same, and what went stands in the log.
void forget_old(sql::Database& database, const RetentionRules& rules, Instant now, const Log& log);

}  // namespace wardwatch

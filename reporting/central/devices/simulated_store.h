// What a centre with simulated PCs needs besides: its mark, and a history that lies in the past.
#pragma once

#include <cstdint>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// The setting that says so: "true".
inline constexpr const char* simulated_setting = "simulated";

void mark_simulated(sql::Database& database);
bool is_simulated(const sql::Database& database);

struct DatedBack {
    std::int64_t devices = 0;
    std::int64_t reports = 0;
};

/// Simulated PCs send the reports of a year in a minute. From then on these count as received when they were taken,
/// and their PCs as enrolled before the first and heard of at the last. Only reports of the trigger "simulated" and
/// PCs whose agent's version ends in "-simulated" change. Throws StoreError when the centre is not marked.
DatedBack date_back_simulated(sql::Database& database);

}  // namespace wardwatch

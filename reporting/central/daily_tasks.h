// What a running centre does again and again for its own data: the audit log, sessions, tokens, what is forgotten.
#pragma once

#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/operation/config.h"
#include "reporting/central/operation/periodic_tasks.h"
#include "reporting/central/people_api.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Writes down who uses the page, and counted refusals; signs the audit log's head hourly; forgets old data, and names
/// tokens without an owner in the log, daily. All that is named outlives the tasks.
std::vector<PeriodicTask> daily_tasks(sql::Database& database, const DataFolder& folder, PeopleApi& people,
                                      const RetentionRules& retention, const Log& log);

}  // namespace wardwatch

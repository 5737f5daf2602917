// What a running centre does again and again so that its audit log proves itself and credentials have an owner.
#pragma once

#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/operation/periodic_tasks.h"
#include "reporting/central/people_api.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Writes counted refusals, signs the audit log's head hourly, and names tokens without an owner in the log daily. All
/// that is named outlives the tasks.
std::vector<PeriodicTask> proof_tasks(sql::Database& database, const DataFolder& folder, PeopleApi& people,
                                      const Log& log);

}  // namespace wardwatch

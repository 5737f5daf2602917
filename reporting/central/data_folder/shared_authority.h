// The CA's certificate at several processes on one database.
#pragma once

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Where another process has renewed the CA, with the same key, its certificate becomes this folder's; where this one
/// has, the others find it in the database. So all hand out the same one, a day after it was made. Keys are in no
/// database. True when the folder's became another.
bool share_authority(const DataFolder& folder, sql::Database& database);

}  // namespace wardwatch

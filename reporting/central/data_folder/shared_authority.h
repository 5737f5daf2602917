// What several processes on one database must have alike: the CA's certificate, and the key that seals secrets.
#pragma once

#include <functional>
#include <string>

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Where another process has renewed the CA, with the same key, its certificate becomes this folder's; where this one
/// has, the others find it in the database. So all hand out the same one, a day after it was made. Keys are in no
/// database. True when the folder's became another.
bool share_authority(const DataFolder& folder, sql::Database& database);

/// The folder's key that seals secrets; the database remembers its fingerprint. Throws DataFolderError where another
/// key has sealed what is in the database: this process could open none of it.
Sealing shared_sealing(const DataFolder& folder, sql::Database& database);

/// Of the key that has sealed what is in the database and the CA's key, where the folder does not have it: a copy of
/// both is of no use without it. Empty: the folder has it, or nothing is sealed yet.
std::string sealing_key_elsewhere(const DataFolder& folder, const sql::Database& database);

/// The key by which PCs' hardware is kept. Empty, and logged, where this folder has another than the one that the
/// database knows: then PCs would all look like others.
std::string shared_hardware_key(const DataFolder& folder, sql::Database& database,
                                const std::function<void(const std::string&)>& log);

}  // namespace wardwatch

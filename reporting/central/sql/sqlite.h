// SQLite behind the seam. Only sql/ includes this; what is done to a whole file (backup, check) is in sqlite_file.h.
#pragma once

#include <filesystem>
#include <memory>

#include "reporting/central/sql/backend.h"

namespace wardwatch::sql {

/// `write` creates the file where there is none, and keeps it in WAL mode with synchronous = FULL: with NORMAL, a power
/// cut may take back reports that were acknowledged. Throws DatabaseError.
std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, Access access);

}  // namespace wardwatch::sql

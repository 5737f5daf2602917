// Where a test's database is. Most tests run twice: with SQLite, and with a PostgreSQL server that on_postgres.py
// starts. What looks into the file itself has the tag [sqlite] and runs with SQLite alone.
#pragma once

#include <filesystem>

#include "reporting/central/sql/source.h"

namespace wardwatch::test {

/// The file itself; or, where the variable WARDWATCH_TEST_DATABASE names a server, a schema of its own there, which is
/// empty when a file is named for the first time, and the same one for the same file.
sql::Source stored(const std::filesystem::path& file);

}  // namespace wardwatch::test

// The schema of the centre's database and the steps that lead to it. Private to sql/.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "reporting/central/sql/backend.h"

namespace wardwatch::sql {

/// The statements that lead from an empty database to the schema, oldest first.
std::span<const std::string_view> schema_steps();

/// Creates or migrates the schema. Before an older one is changed, a copy of the database is put beside it. Throws
/// StoreError for a database of a newer program.
void migrate(Connection& connection, const std::filesystem::path& file);

}  // namespace wardwatch::sql

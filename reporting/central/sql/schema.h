// The schema of the centre's database and the steps that lead to it. Private to sql/.
#pragma once

#include <span>
#include <string_view>

#include "reporting/central/sql/backend.h"
#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

/// The statements that lead from an empty database to the schema, oldest first.
std::span<const std::string_view> schema_steps();

/// Added to the schema's number while a database is being filled from another one: no centre may open it then.
inline constexpr std::int64_t half_filled = 1'000'000;

/// Creates or migrates the schema. Before an older one is changed, a copy of a database that is a file is put beside
/// it; a server's keeps what it was if a step fails. Throws StoreError for a database of a newer program.
void migrate(Connection& connection, const Source& source);

}  // namespace wardwatch::sql

// PostgreSQL 15 and later behind the seam, by libpq. Only sql/ includes this.
#pragma once

#include <chrono>
#include <memory>

#include "reporting/central/sql/backend.h"
#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

/// A connection of its own; `read` cannot write. Waits at most so long for a server that is starting or failing over.
/// Throws ConnectionLost when there is none then, and StoreError where people can do something about it.
std::unique_ptr<Connection> open_postgres(const Server& server, Access access, std::chrono::milliseconds patience);

/// A step of the schema in PostgreSQL's words.
std::string postgres_schema_step(int number, std::string_view text);

}  // namespace wardwatch::sql

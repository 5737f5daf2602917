// The database's secrets that programs before this one stored as they are.
#pragma once

#include "reporting/central/sql/database.h"
#include "reporting/tls/sealing.h"

namespace wardwatch {

/// Seals second factors' and webhooks' secrets that are not yet.
void seal_stored_secrets(sql::Database& database, const Sealing& sealing);

}  // namespace wardwatch

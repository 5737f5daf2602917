// Signed heads on their way out.
#pragma once

#include "reporting/central/audit/heads.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Signs the head of the log as it is, unless it is the one that was signed last. False: there is nothing new.
bool sign_audit_head(sql::Database& database, const HeadKey& key, Instant now);

}  // namespace wardwatch

// What the audit log says of a request to the people's API.
#pragma once

#include "reporting/central/api/routes.h"
#include "reporting/central/audit/store.h"

namespace wardwatch {

/// One entry for a request that changes something or shows what concerns a person; none for others. Without secrets.
void record_request(AuditLog log, const Route& route, const Call& call, const AuditNote& note);

}  // namespace wardwatch

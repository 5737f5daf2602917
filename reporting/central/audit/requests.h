// What the audit log says of a request to the people's API.
#pragma once

#include <optional>

#include "reporting/central/api/routes.h"
#include "reporting/central/audit/store.h"

namespace wardwatch {

/// The entry of a request that changes something or shows what concerns a person; none for others. Without secrets.
std::optional<AuditEntry> entry_of(const Route& route, const Call& call, const AuditNote& note);

}  // namespace wardwatch

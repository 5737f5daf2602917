// The people's API: the audit log.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> audit_routes(const ApiContext& context);

}  // namespace wardwatch

// The people's API: scans that were asked for.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/api/routes.h"

namespace wardwatch {

std::vector<Route> scan_routes(const ApiContext& context);

}  // namespace wardwatch

// The people's API: the overview, the list of PCs, one PC, units with their PCs counted.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> view_routes(const ApiContext& context);
std::vector<Route> notice_routes(const ApiContext& context);

}  // namespace wardwatch

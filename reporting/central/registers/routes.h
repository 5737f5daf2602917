// The people's API: web systems with their accounts, licences.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> register_routes(const ApiContext& context);
std::vector<Route> licence_routes(const ApiContext& context);

}  // namespace wardwatch

// The people's API: webhooks, and what could not be delivered.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> webhook_routes(const ApiContext& context);

}  // namespace wardwatch

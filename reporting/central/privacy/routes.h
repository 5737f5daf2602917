// The people's API: what is stored about a PC or a person is given out, and erased.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

/// `context` outlives them.
std::vector<Route> privacy_routes(const ApiContext& context);

}  // namespace wardwatch

// The people's API: enrolment tokens; PCs that are moved or revoked.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> enrolment_routes(const ApiContext& context);

}  // namespace wardwatch

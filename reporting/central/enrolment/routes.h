// The people's API: enrolment tokens; PCs that are moved or revoked.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/devices/followers.h"

namespace wardwatch {

/// `followers` come along when a PC takes another one's place.
std::vector<Route> enrolment_routes(const ApiContext& context, const DeviceFollowers& followers);

}  // namespace wardwatch

// The people's API: the policy and its versions, waivers.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/judging/current_policy.h"

namespace wardwatch {

std::vector<Route> policy_routes(const ApiContext& context, CurrentPolicy& policy);
std::vector<Route> waiver_routes(const ApiContext& context, const CurrentPolicy& policy);

}  // namespace wardwatch

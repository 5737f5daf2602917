// The people's API: whether the centre is ready, and its metrics.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/operation/doctor.h"

namespace wardwatch {

/// What only a running centre knows; each may be empty.
struct CentreProbes {
    std::function<std::string(const View& view)> metrics = {};        ///< what /metrics answers
    std::function<std::vector<Finding>(Instant now)> readiness = {};  ///< what /readyz looks at
};

std::vector<Route> operation_routes(const ApiContext& context, const CentreProbes& probes);

}  // namespace wardwatch

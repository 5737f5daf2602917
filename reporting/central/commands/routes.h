// The people's API: scans that were asked for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

/// Told for which PCs something was queued, so that those that wait hear of it at once; may be empty.
using Queued = std::function<void(const std::vector<std::string>& device_ids)>;

std::vector<Route> scan_routes(const ApiContext& context, const Queued& queued);

}  // namespace wardwatch

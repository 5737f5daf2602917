// Who asks the agents' API.
#pragma once

#include <functional>

#include "reporting/central/api/routes.h"
#include "reporting/central/devices/store.h"

namespace wardwatch {

/// The PC that a request comes from, by its certificate. Throws ApiError where there is none.
using CallingDevice = std::function<Device(const Call&)>;

}  // namespace wardwatch

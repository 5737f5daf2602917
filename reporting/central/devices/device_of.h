// The PC that a request is about.
#pragma once

#include "reporting/central/api/context.h"
#include "reporting/central/devices/store.h"

namespace wardwatch {

/// The one that the path's first argument names; 404 device_unknown, also for one outside of the caller's units.
Device device_of(const ApiContext& context, const Call& call);

}  // namespace wardwatch

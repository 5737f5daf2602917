// The time, for what Windows tells as seconds before the moment of a call.
#pragma once

#include "collectors/core/fact.h"

namespace wardwatch {

/// By the system's clock.
inline Instant clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace wardwatch

// Dates for a terminal of the central office.
#pragma once

#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

/// "2026-11-22 10:04 +07": Vietnam's time, whatever the machine's zone. Vietnam knows no summer time.
std::string vietnam_time(Instant instant);

}  // namespace wardwatch

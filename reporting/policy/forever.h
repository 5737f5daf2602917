// The end of what time may change.
#pragma once

#include <chrono>

#include "collectors/core/fact.h"

namespace wardwatch {

/// Later than any time that is asked about: what does not change with time holds until then.
inline constexpr Instant forever = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};

}  // namespace wardwatch

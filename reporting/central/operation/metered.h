// A listener's handler whose requests are counted.
#pragma once

#include <chrono>
#include <string>

#include "reporting/central/api/routes.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/operation/metrics.h"

namespace wardwatch {

/// Counts each request of the listener and logs those that failed here (5xx) or took longer than `slow`, without their
/// query; of those that were told to come later (503) one line a second says how many. The meter outlives the handler.
Handler metered(std::string listener, RequestMeter& meter, Log log, std::chrono::milliseconds slow, Handler handler);

}  // namespace wardwatch

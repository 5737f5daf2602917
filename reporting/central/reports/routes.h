// The people's API: exports, the report of compliance, monthly mails.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> export_routes(const ApiContext& context);
std::vector<Route> report_schedule_routes(const ApiContext& context);

}  // namespace wardwatch

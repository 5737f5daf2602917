// The people's API: webhooks, and what could not be delivered.
#pragma once

#include <string>
#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

/// `local_hosts`: see WebhookRules.
std::vector<Route> webhook_routes(const ApiContext& context, const std::vector<std::string>& local_hosts);

}  // namespace wardwatch

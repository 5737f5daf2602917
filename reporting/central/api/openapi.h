// The description of the people's API (OpenAPI 3.1), put together from openapi/*.json: one file per area, as the
// routes.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "reporting/central/api/routes.h"

namespace wardwatch {

/// All that is described. What every operation has in common is added here: its path's parameters, 304 for GET, and the
/// answer when it fails.
nlohmann::json openapi_description();

/// The same without the operations that are none of these routes.
nlohmann::json openapi_document(std::span<const Route> routes);

/// "/devices/{device_id}" as a route's pattern: "/devices/{}".
std::string pattern_of(std::string_view described_path);

}  // namespace wardwatch

// The description of the people's API (OpenAPI 3.1), put together from openapi/*.json: one file per area, as the
// routes.
#pragma once

#include <nlohmann/json.hpp>

namespace wardwatch {

/// What every operation has in common is added here: its path's parameters, 304 for GET, and the answer when it fails.
nlohmann::json openapi_document();

}  // namespace wardwatch

// The agents' API: the package of an update, in pieces.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/devices/calling_device.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// What an agent needs to know to take the package: `version`, `size`, `sha256`. Nothing when it is not here.
std::optional<nlohmann::json> offered_update_json(const sql::Database& database, const std::string& version);

/// The database outlives them.
std::vector<Route> agent_update_routes(const sql::Database& database, const CallingDevice& caller);

}  // namespace wardwatch

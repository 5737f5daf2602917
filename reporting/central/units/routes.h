// The people's API: changes of the tree of units.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

/// What other subjects know and do about units.
struct UnitNeighbours {
    UnitFollowers followers;
    /// The unit as the list of units has it, with its PCs counted; nothing when it is not seen.
    std::function<std::optional<nlohmann::json>(const View& view, std::int64_t id)> shown;
};

std::vector<Route> unit_routes(const ApiContext& context, const UnitNeighbours& neighbours);

}  // namespace wardwatch

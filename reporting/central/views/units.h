// The tree of units with its PCs counted.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reporting/central/units/store.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

struct CountedUnit {
    Unit unit;
    PcCounts counts;  ///< its PCs and those of the units below it; revoked ones count nowhere
};

/// Those within the view's scope, in display order.
std::vector<CountedUnit> counted_units(const View& view);

/// A list of all of them as "units".
nlohmann::json units_json(std::span<const CountedUnit> units);
/// One of them; nothing when it is not seen.
std::optional<nlohmann::json> counted_unit_json(const View& view, std::int64_t id);

/// With a byte order mark. Columns: path, pcs (as `unit list` counts them). Throws StoreError where a name from before
/// that was refused would be a formula in Excel.
std::string units_csv(const View& view);

}  // namespace wardwatch

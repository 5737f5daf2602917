// The first page: how the units stand now, how they stood in the last year, and what changed last.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "reporting/central/history/change_store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/json.h"

namespace wardwatch {

/// Of the unit with all below it, or of all that is seen (the one top unit where there is one). Revoked PCs count
/// nowhere; a silent PC counts in the heat table as it stood last. `compliant_share` is passed by (passed + failed +
/// unknown): who is not known to comply is not counted as complying. Nothing when there is no such unit.
std::optional<nlohmann::json> overview_json(const View& view, std::optional<std::int64_t> unit_id);

/// A change as the page shows it; a rule that the policy no longer has is called by its id.
nlohmann::json change_json(const View& view, const UnitTree& tree, const VerdictChange& change);

}  // namespace wardwatch

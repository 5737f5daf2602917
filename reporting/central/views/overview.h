// The first page: how the units stand now, how they stood in the last year, and what changed last.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/history/change_store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

/// A change in words; a rule that the policy no longer has is called by its id, and its clause is empty.
struct ShownChange {
    VerdictChange change;
    std::string unit;  ///< path
    std::string clause;
    Text title;
    Text subject;  ///< subject_text() of its instance
};
ShownChange shown_change(const View& view, const UnitTree& tree, const VerdictChange& change);
nlohmann::json to_json(const ShownChange& shown);

/// The PCs of a unit below the one that is shown, with all below it, or those of the one that is shown itself.
struct HeatRow {
    Unit unit;
    bool own = false;
    std::int64_t devices = 0;
    std::vector<StandingCounts> clauses;  ///< in the order of the policy's
};

struct TrendPoint {
    std::string day;
    StandingCounts counts;
};

struct Overview {
    Instant at;
    std::optional<std::int64_t> unit_id;
    PcCounts counts;
    std::int64_t reporting_24h = 0;  ///< PCs whose facts were confirmed within a day
    std::chrono::days silent_after{};
    std::vector<std::pair<std::string, Text>> clauses;
    std::vector<HeatRow> heat;
    std::vector<TrendPoint> trend;  ///< one day for each week, and today
    std::vector<ShownChange> regressions;
    std::vector<ShownChange> fixes;
};

/// Of the unit with all below it, or of all that is seen (the one top unit where there is one). Revoked PCs count
/// nowhere; a silent PC counts in the heat table as it stood last. Nothing when there is no such unit.
std::optional<Overview> overview(const View& view, std::optional<std::int64_t> unit_id);
nlohmann::json to_json(const Overview& overview);

}  // namespace wardwatch

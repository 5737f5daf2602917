// Waivers as people ask for them and as they are shown: what the API and the command line share.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

inline constexpr int longest_waiver_days = 366;

struct WaiverOrder {
    std::string rule;
    std::optional<std::string> instance;   ///< empty: every subject of the rule
    std::optional<std::string> device_id;  ///< at most one of these two; neither: all units
    std::optional<std::int64_t> unit_id;
    std::string reason;
    std::string ends_on;  ///< "2026-12-31": the last day on which it holds, at the office
};

/// Throws StoreError, which says what to do, for a rule that the policy does not have, a PC and a unit at once, no
/// reason, and a day that is no day, over, or more than `longest_waiver_days` ahead.
Waiver make_waiver(const Policy& policy, const WaiverOrder& order, const ChangedBy& by);

/// A waiver with what people call its PC or its unit.
struct ShownWaiver {
    Waiver waiver;
    std::optional<std::string> host_name;  ///< of its PC
    std::optional<std::string> unit;       ///< its unit's path
    bool holds = false;                    ///< in force at the time for which it is shown
};
std::vector<ShownWaiver> shown_waivers(const sql::Database& database, const std::vector<Waiver>& waivers, Instant now);

/// "2026-12-31": the last day on which it holds, at the office.
std::string last_day_of(const Waiver& waiver);

nlohmann::json to_json(const ShownWaiver& shown);
nlohmann::json waivers_json(const std::vector<ShownWaiver>& waivers);

}  // namespace wardwatch

// What the people's API and the CLI show, as JSON. Texts are in both languages.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "reporting/central/api/view.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/policy/policy.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// Passed, failed, unknown or silent (is_silent). A PC that has enrolled and not reported yet is unknown, then silent.
Standing shown_standing(const View& view, const Device& device);

/// PCs by shown status.
struct UnitCounts {
    std::int64_t devices = 0;
    std::int64_t pass = 0;
    std::int64_t fail = 0;
    std::int64_t unknown = 0;
    std::int64_t silent = 0;
    std::int64_t waived = 0;  ///< those among them that have a waiver in use, whatever their status is
    UnitCounts& operator+=(const UnitCounts& other);
};
void count_device(const View& view, const Device& device, UnitCounts& counts);

/// All devices, or those of one unit and its sub-units.
nlohmann::json devices_json(const View& view, std::optional<std::int64_t> unit_id);

/// A list of these; the tree is that of the view.
nlohmann::json devices_json(const View& view, const UnitTree& tree, std::span<const Device> devices);

nlohmann::json device_json(const View& view, const UnitTree& tree, const Device& device);

/// A list: the verdicts of the newest report as they were judged last; ages in the texts count to that time.
nlohmann::json verdict_list_json(const View& view, const Device& device);

/// A report with its facts; ages in their texts count to the view's time.
nlohmann::json report_json(const View& view, const StoredReport& stored);

/// A verdict of a report that was judged again only to look at it: nobody knows since when, and no waiver was looked
/// for. The policy has its rule.
nlohmann::json past_verdict_json(const Policy& policy, const Verdict& verdict, Instant judged_at);

nlohmann::json reports_json(const View& view, const Device& device);

}  // namespace wardwatch

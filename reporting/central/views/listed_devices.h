// How PCs are shown in lists: by what they stand, and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "reporting/central/api/view.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/standing_counts.h"
#include "reporting/central/judging/standing_group_store.h"
#include "reporting/central/units/tree.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// Passed, failed, unknown or silent (is_silent). A PC that has enrolled and not reported yet is unknown, then silent.
Standing shown_standing(const View& view, const Device& device);

struct PcCounts {
    StandingCounts shown;     ///< PCs by shown standing
    std::int64_t waived = 0;  ///< those among them that have a waiver in use, whatever their standing is
    PcCounts& operator+=(const PcCounts& more);
};
void count_group(const StandingGroup& group, PcCounts& counts);
/// {"devices", "pass", "fail", "unknown", "silent", "waived"}.
nlohmann::json to_json(const PcCounts& counts);

/// A PC as lists have it.
struct ListedDevice {
    Device device;
    std::string unit;  ///< path, as the viewer sees it
    Standing standing = Standing::unknown;
};
ListedDevice listed_device(const View& view, const UnitTree& tree, const Device& device);
/// The tree is that of the view.
std::vector<ListedDevice> listed_devices(const View& view, const UnitTree& tree, std::span<const Device> devices);

nlohmann::json to_json(const ListedDevice& listed);
/// A list of them.
nlohmann::json devices_json(std::span<const ListedDevice> devices);

}  // namespace wardwatch

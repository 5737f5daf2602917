// One PC's page: what is known of it beside its newest report.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "reporting/central/devices/store.h"
#include "reporting/central/views/json.h"

namespace wardwatch {

/// device_details_json with the certificate, the moves, the waivers that are or were for this PC (those for its unit,
/// for one above it and for all units included), and in each verdict the waiver that holds for it.
nlohmann::json device_page_json(const View& view, const Device& device);

/// verdicts_json with the waivers that hold.
nlohmann::json waived_verdicts_json(const View& view, const Device& device);

/// An old report with its facts, and its verdicts by the policy in force now. Ages count to when the report was taken:
/// an old report is not worse because it is old. Nothing when this PC has no such report.
std::optional<nlohmann::json> past_report_json(const View& view, const Device& device, const std::string& report_id);

/// Scans and updates that the PC was asked for, the newest 100 first.
nlohmann::json commands_json(const View& view, const Device& device);

}  // namespace wardwatch

// One PC's page: what is known of it beside its newest report.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "reporting/central/devices/store.h"
#include "reporting/central/views/json.h"

namespace wardwatch {

/// The device with its verdicts and their waivers, its newest report's facts ("report" is null when there is none yet),
/// the certificate, the moves, the card and how many notes there are, and the waivers that are or were for this PC
/// (those for its unit, for one above it and for all units included).
nlohmann::json device_page_json(const View& view, const Device& device);

/// Verdicts of the newest report as they were judged at "judged_at", with the waivers that hold.
nlohmann::json waived_verdicts_json(const View& view, const Device& device);

/// An old report with its facts, and its verdicts by the policy in force now. Ages count to when the report was taken:
/// an old report is not worse because it is old. Nothing when this PC has no such report.
std::optional<nlohmann::json> past_report_json(const View& view, const Device& device, const std::string& report_id);

}  // namespace wardwatch

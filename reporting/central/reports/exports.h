// Files that leave the centre: lists of PCs and how a part of the office follows the policy, as CSV and XLSX.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "reporting/central/devices/store.h"
#include "reporting/central/notes/notes.h"
#include "reporting/central/reports/compliance.h"

namespace wardwatch {

struct ExportedDevices {
    std::vector<Device> devices;
    std::map<std::int64_t, std::string> paths;                        ///< of units
    std::unordered_map<std::string, DeviceDescription> descriptions;  ///< by device id; may miss some
};

/// With a byte order mark, and every cell made inert.
std::string devices_csv(const View& view, const ExportedDevices& devices, Language language);
std::string devices_xlsx(const View& view, const ExportedDevices& devices, Language language);

/// A line for each unit and clause.
std::string compliance_csv(const ComplianceReport& report);
/// A summary, the registers, a sheet for each clause and one for each unit.
std::string compliance_xlsx(const ComplianceReport& report);

}  // namespace wardwatch

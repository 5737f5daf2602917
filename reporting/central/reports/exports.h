// Files that leave the centre: lists of PCs and how a part of the office follows the policy, as CSV and XLSX.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "reporting/central/devices/store.h"
#include "reporting/central/notes/notes.h"
#include "reporting/central/reports/compliance.h"

namespace wardwatch {

/// PCs that leave, in this order. They are read some at a time: of many only their ids are in memory together.
class ExportedDevices {
public:
    ExportedDevices(sql::Database database, std::vector<std::string> device_ids)
        : database_(std::move(database)), device_ids_(std::move(device_ids)) {}

    using Tell = std::function<void(const Device& device, const std::string& unit, const DeviceDescription& written)>;
    void each(const Tell& tell) const;

private:
    sql::Database database_;
    std::vector<std::string> device_ids_;
};

/// With a byte order mark, and every cell made inert.
std::string devices_csv(const View& view, const ExportedDevices& devices, Language language);
std::string devices_xlsx(const View& view, const ExportedDevices& devices, Language language);

/// A line for each unit and clause.
std::string compliance_csv(const ComplianceReport& report);
/// A summary, the registers, a sheet for each clause and one for each unit.
std::string compliance_xlsx(const ComplianceReport& report);

}  // namespace wardwatch

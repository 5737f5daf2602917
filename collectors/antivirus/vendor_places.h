// Reads what the vendors' table points at. What stands there is judged as hostile: sizes are capped, and only what the
// place's locator finds is kept.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "collectors/antivirus/vendors.h"
#include "collectors/machine/machine.h"

namespace wardwatch {

struct PlaceText {
    std::string text;
    std::string where;  ///< the value, file or property that holds it, for reasons
};

/// What stands at one place; all empty when nothing does.
struct PlaceFindings {
    std::vector<PlaceText> texts;
    std::optional<Reason> unreadable;  ///< why something that stands there could not be read: the first reason
    std::string without;  ///< a value, file or property that is there and does not hold what the locator looks for
};

/// Of several keys or folders that "*" stands for, all are read. Never throws. `limit` is for WMI.
PlaceFindings read_place(const Machine& machine, const VendorPlace& place, std::chrono::seconds limit);

/// The vendor's keys hold something: the product is or was installed. Throws PortError when the registry refuses.
bool has_traces(const Registry& registry, const AntivirusVendor& vendor);

/// The path of what Windows tells as a program: in quotes or not, sometimes with arguments behind it.
std::string program_in(std::string told);

/// False only when the file certainly does not exist; empty when that cannot be told: no path of this PC, no right to
/// look.
std::optional<bool> program_exists(const Machine& machine, const std::string& path);

}  // namespace wardwatch

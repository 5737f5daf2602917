// Reads the dates that the vendors' table points at. What stands there is judged as hostile: sizes are capped, types
// and texts are checked, and what is no date is Unknown with the reason.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "collectors/antivirus/vendors.h"
#include "collectors/machine/machine.h"

namespace wardwatch {

struct VendorDate {
    Value value;           ///< Instant or Unknown
    std::string source;    ///< registry, file or wmi
    bool counted = false;  ///< the product counts days; the instant was computed from the scan's day
};

/// The first place with a date; else the first one that holds something unreadable, as Unknown; else empty: nothing
/// stands at any of them. Of several keys or folders that "*" stands for, the latest date counts. Never throws.
std::optional<VendorDate> read_vendor_date(const Machine& machine, std::span<const DatePlace> places, Instant now,
                                           std::chrono::seconds limit);

/// The vendor's keys hold something: the product is or was installed. Throws PortError when the registry refuses.
bool has_traces(const Registry& registry, const AntivirusVendor& vendor);

/// False only when the file certainly does not exist; empty when that cannot be told: no path of this PC, no right to
/// look.
std::optional<bool> program_exists(const Machine& machine, const std::string& path);

}  // namespace wardwatch

// The dates and words that the vendors' table points at. What is no date or no word is Unknown with the reason.
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
std::optional<VendorDate> read_vendor_date(const Machine& machine, std::span<const VendorPlace> places, Instant now,
                                           std::chrono::seconds limit);

struct VendorWord {
    Value value;         ///< up to 20 ASCII letters, digits and _, or Unknown
    std::string source;  ///< registry, file or wmi
};

/// The first text that stands at the place; empty when none does. Never throws.
std::optional<VendorWord> read_vendor_word(const Machine& machine, const VendorPlace& place,
                                           std::chrono::seconds limit);

}  // namespace wardwatch

// What is known of each antivirus vendor, as data: how its product is recognised, its services and drivers, and where
// on the PC it keeps the end of its licence and the date of its definitions.
//
// A new vendor is a row in vendor_table.cpp. A new place is a row as long as its shape is one of these: a registry
// value, a file, or a WMI class; a locator (locate.h) that finds the value in a text; a form (dates.h) that makes it a
// date.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/antivirus/dates.h"
#include "collectors/antivirus/locate.h"

namespace wardwatch {

enum class Medium { registry, file, wmi };

/// One place that may hold a date, or a word for the state of a licence. Registry keys are below HKLM, in both views;
/// "*" in a key stands for each sub-key.
struct VendorPlace {
    Medium medium;
    /// registry: the key. file: the key whose `value` is the folder; may be empty. wmi: the namespace.
    std::string_view key;
    /// registry: the value. file: the value with the folder. wmi: the class.
    std::string_view value;
    /// file: the file below the folder; "*" in a folder's name stands for a number, and the highest is taken.
    /// wmi: the property.
    std::string_view file;
    /// file: the folder when the registry does not name it, with %ProgramFiles% or %ProgramData%; may be empty.
    std::string_view folder;
    Locator locator;
    std::string_view name;               ///< for the locator
    DateForm form;                       ///< of a date
    std::string_view valid_unless_zero;  ///< registry: a value of the same key; 0 or absent means that there is no date
};

/// Names of services, drivers and companies are compared without regard to the case of ASCII letters; one that ends in
/// "*" is a beginning. Agents that only manage or report (masvc, ds_agent, klnagent) are no part of the table.
struct AntivirusVendor {
    std::string_view title;  ///< the instance of facts that no registered product names
    /// Lower case; a registered name has one of them at a word's beginning. One that ends in a blank is a whole word.
    std::vector<std::string_view> names;
    /// Those that scan: any one that runs is the product running.
    std::vector<std::string_view> services = {};
    /// Scan in versions that have none of `services`.
    std::vector<std::string_view> older_services = {};
    /// Parts of which nobody says for certain that they scan. One that runs proves no protection, and no lack of one.
    std::vector<std::string_view> unproven_services = {};
    /// As Microsoft's list of drivers writes it (filter_drivers.h).
    std::vector<std::string_view> companies = {};
    /// Further ones of the group "FSFilter Anti-Virus", which are not on that list.
    std::vector<std::string_view> drivers = {};
    std::vector<VendorPlace> licence = {};           ///< the first place that has a date counts
    std::vector<VendorPlace> definitions = {};       ///< the same
    std::optional<VendorPlace> licence_status = {};  ///< the vendor's own word for the state of the licence
};

/// All vendors. More specific names stand before less specific ones.
std::span<const AntivirusVendor> antivirus_vendors();

/// Part of Windows; a row of the table.
const AntivirusVendor& defender_vendor();

/// By the name under which a product is registered; null when no vendor is known to use it.
const AntivirusVendor* vendor_of(std::string_view product_name);

/// The driver is one of this vendor's: by Microsoft's list of drivers, else by the vendor's row.
bool owns_driver(const AntivirusVendor& vendor, std::string_view driver);

/// By `owns_driver`; null when the driver belongs to nobody in the table.
const AntivirusVendor* vendor_of_driver(std::string_view driver);

/// Without regard to the case of ASCII letters; a pattern may end in "*".
bool matches_any(std::span<const std::string_view> patterns, std::string_view name);

}  // namespace wardwatch

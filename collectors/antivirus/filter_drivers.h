// Microsoft's public list of drivers in the load order group "FSFilter Anti-Virus", as data (filter_drivers.tsv, which
// names its source and date): whose driver it is that Windows loads there.
#pragma once

#include <span>
#include <string_view>

namespace wardwatch {

struct FilterDriver {
    std::string_view file;      ///< "eamonm.sys"
    std::string_view altitude;  ///< "328700", "329355.5"; one file may have several
    std::string_view company;   ///< as Microsoft writes it: "ESET, spol. s r.o."
};

/// The whole list, in its order.
std::span<const FilterDriver> listed_filter_drivers();

/// "eamonm.sys" → "eamonm": a driver's service has its file's name, as far as anybody knows.
std::string_view service_of_driver(std::string_view file);

/// The driver is in the group and plainly no antivirus product's: a game's protection against cheats, or a backup. By
/// the driver's service, without regard to the case of letters.
bool is_other_driver(std::string_view service);

/// By the driver's service, without regard to the case of letters; empty when the driver is not on the list.
std::string_view company_of_driver(std::string_view service);

}  // namespace wardwatch

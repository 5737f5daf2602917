// Which antivirus products this PC has: as Windows lists them, or, on Windows Server, by their services.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "collectors/antivirus/vendor_services.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/security_center.h"

namespace wardwatch {

struct ListedProduct {
    std::string name;  ///< unique in the list, never empty
    std::string guid;
    std::string program;                      ///< path of its program; empty when Windows does not tell
    std::string reporter;                     ///< path of the program that reports to Windows; only WMI tells it
    std::optional<bool> program_there;        ///< one of the two is there; empty: that cannot be told
    const AntivirusVendor* vendor = nullptr;  ///< null: not in the table
    std::optional<AntivirusState> state;
    std::optional<bool> definitions_current;
    Reason state_unknown;        ///< why the state is not known; empty when it is
    Reason definitions_unknown;  ///< the same of the definitions
    std::optional<std::uint32_t> days_until_expired;
    bool windows_own = false;
    /// Windows lists the program several times and tells of it different things: "state: wsc=on, wsc=off".
    std::vector<std::string> contradictions = {};
    bool on_and_not_on = false;  ///< one of these contradictions is about `state`, which is on
};

struct ProductList {
    std::vector<ListedProduct> products;  ///< ordered by name; those of one name by identifier
    std::string source;                   ///< wsc, wmi or service
    Reason no_licence_date;               ///< the reason for products without one
    /// Registrations whose product is not there any more. Their names are in no `products`.
    std::vector<ListedProduct> leftovers = {};
};

/// Asks Security Center, then WMI, then, on Windows Server, which has neither, the services. What is only left of a
/// product is no product, and one program that is registered several times is one. Throws PortError with all reasons
/// when nothing answers; a list without products is an answer of a client only.
ProductList list_products(const Machine& machine, const ServiceList& services, std::chrono::seconds limit);

/// Empty when the list is known to be complete; else why there may be another product.
std::optional<Reason> why_incomplete(const ProductList& list, const ServiceList& services);

}  // namespace wardwatch

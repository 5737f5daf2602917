// Which antivirus products this PC has: as Windows lists them, or, on Windows Server, by their services.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/antivirus/vendors.h"
#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/services.h"

namespace wardwatch {

/// The PC's services, or why they are not known.
struct ServiceList {
    std::vector<Service> all;
    std::vector<Service> antivirus_drivers;
    std::string unreadable;  ///< empty when the lists are complete
};

/// Never throws for what the port does.
ServiceList read_services(const Services& services);

/// The services of one vendor: "running" when one runs, else "stopped" or "not_installed"; `name` is the one that
/// decided.
struct VendorService {
    std::string state;
    std::string name;
};
VendorService service_of(const ServiceList& services, const AntivirusVendor& vendor);

struct ListedProduct {
    std::string name;  ///< unique in the list, never empty
    std::string guid;
    std::string program;                      ///< path of its program; empty when Windows does not tell
    const AntivirusVendor* vendor = nullptr;  ///< null: not in the table
    std::optional<AntivirusState> state;
    std::optional<bool> definitions_current;
    std::string unreadable;  ///< why state and definitions are not known; empty when they are
    std::optional<std::uint32_t> days_until_expired;
    bool windows_own = false;
};

struct ProductList {
    std::vector<ListedProduct> products;  ///< ordered by name; those of one name by identifier
    std::string source;                   ///< wsc, wmi or service
    std::string no_licence_date;          ///< the reason for products without one
};

/// Asks Security Center, then WMI, then, on Windows Server, which has neither, the services. Throws PortError with all
/// reasons when nothing answers.
ProductList list_products(const Machine& machine, const ServiceList& services, std::chrono::seconds limit);

/// Empty when the list is known to be complete; else why there may be another product.
std::string why_incomplete(const ProductList& list, const ServiceList& services);

}  // namespace wardwatch

// What the PC's services and drivers say about the vendors of the table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/antivirus/vendors.h"
#include "collectors/machine/services.h"

namespace wardwatch {

/// The PC's services, or why they are not known.
struct ServiceList {
    std::vector<Service> all;
    std::vector<Service> antivirus_drivers;
    std::optional<Reason> unreadable;  ///< empty when the lists are complete
};

/// Never throws for what the port does.
ServiceList read_services(const Services& services);

/// The services of one vendor: "running" when one runs, else "stopped" or "not_installed"; `name` is the one that
/// decided.
struct VendorService {
    std::string state;
    std::string name;
};

/// Only those that scan.
VendorService scanner_of(const ServiceList& services, const AntivirusVendor& vendor);

/// A running part of the product of which it is not known whether it scans; empty when none runs.
std::string unproven_part(const ServiceList& services, const AntivirusVendor& vendor);

/// What they say about the whole product: where none of its parts runs, it does not. Empty when that cannot be told:
/// the PC's services or those of the vendor are not known, or only such parts of it run of which it is not known
/// whether they scan.
std::optional<VendorService> service_of(const ServiceList& services, const AntivirusVendor& vendor);

}  // namespace wardwatch

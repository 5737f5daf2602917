#include "collectors/antivirus/vendor_services.h"

#include <exception>
#include <span>

namespace wardwatch {
namespace {

VendorService find(const ServiceList& services, std::span<const std::string_view> names) {
    VendorService found{"not_installed", {}};
    for (const Service& service : services.all) {
        if (!matches_any(names, service.name)) continue;
        if (service.running) return {"running", service.name};
        if (found.name.empty()) found = {"stopped", service.name};
    }
    return found;
}

}  // namespace

ServiceList read_services(const Services& services) {
    try {
        return {services.all(), services.antivirus_drivers(), {}};
    } catch (const std::exception& error) {
        return {{}, {}, why(error)};
    }
}

VendorService scanner_of(const ServiceList& services, const AntivirusVendor& vendor) {
    const VendorService current = find(services, vendor.services);
    return current.name.empty() ? find(services, vendor.older_services) : current;
}

std::string unproven_part(const ServiceList& services, const AntivirusVendor& vendor) {
    const VendorService part = find(services, vendor.unproven_services);
    return part.state == "running" ? part.name : std::string();
}

std::optional<VendorService> service_of(const ServiceList& services, const AntivirusVendor& vendor) {
    if (services.unreadable) return std::nullopt;
    const VendorService scanner = scanner_of(services, vendor);
    if (!scanner.name.empty()) return scanner;
    const VendorService part = find(services, vendor.unproven_services);
    const bool tells = part.state == "stopped" || (part.state == "not_installed" && !vendor.services.empty());
    return tells ? std::optional(part) : std::nullopt;
}

}  // namespace wardwatch

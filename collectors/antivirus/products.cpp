#include "collectors/antivirus/products.h"

#include <algorithm>
#include <exception>
#include <map>
#include <tuple>

#include "collectors/machine/product_state.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {
namespace {

std::string column_text(const WmiRow& row, std::string_view column) {
    const auto found = row.find(column);
    const std::string* text = found == row.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? *text : std::string();
}

ListedProduct product_of(const WmiRow& row) {
    ListedProduct product;
    product.name = column_text(row, "displayName");
    product.guid = column_text(row, "instanceGuid");
    product.program = column_text(row, "pathToSignedProductExe");
    product.windows_own = is_defender(product.guid);
    const auto found = row.find("productState");
    const std::int64_t* number = found == row.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    if (!number) {
        product.unreadable = "WMI tells no productState";
        return product;
    }
    product.windows_own |= decode_windows_own(*number);
    try {
        const AntivirusState state = decode_state(*number);
        product.definitions_current = decode_definitions_current(*number);
        product.state = state;
    } catch (const PortError& error) {
        product.unreadable = error.what();
    }
    return product;
}

ListedProduct product_of(AntivirusProduct&& told) {
    ListedProduct product;
    product.name = std::move(told.name);
    product.guid = std::move(told.guid);
    product.program = std::move(told.program);
    product.state = told.state;
    product.definitions_current = told.definitions_current;
    product.days_until_expired = told.days_until_expired;
    product.windows_own = told.windows_own;
    return product;
}

ProductList ask_security_center(const SecurityCenter& security_center, std::chrono::seconds limit) {
    ProductList list{{}, "wsc", "the product stores no licence date on this PC"};
    for (AntivirusProduct& product : security_center.antivirus_products(limit)) {
        list.products.push_back(product_of(std::move(product)));
    }
    return list;
}

ProductList ask_wmi(const Wmi& wmi, std::chrono::seconds limit) {
    ProductList list{{}, "wmi", "WMI tells no licence date"};
    for (const WmiRow& row : wmi.query("ROOT\\SecurityCenter2", "SELECT * FROM AntiVirusProduct", limit)) {
        list.products.push_back(product_of(row));
    }
    return list;
}

// "WinNT" on clients, "ServerNT" and "LanmanNT" on servers and domain controllers, in every language.
bool is_windows_server(const Registry& registry) {
    try {
        const auto type =
            registry.value(Hive::local_machine, "SYSTEM\\CurrentControlSet\\Control\\ProductOptions", "ProductType");
        return type == RegistryData{std::string("ServerNT")} || type == RegistryData{std::string("LanmanNT")};
    } catch (const std::exception&) {
        return false;
    }
}

// Definitions stay unknown: that a service runs says nothing about them.
ProductList products_by_service(const ServiceList& services) {
    ProductList list{{}, "service", "the product stores no licence date on this PC"};
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        const VendorService service = service_of(services, vendor);
        if (!vendor.services_certain || service.state == "not_installed") continue;
        ListedProduct product;
        product.name = vendor.title;
        product.state = service.state == "running" ? AntivirusState::on : AntivirusState::off;
        product.windows_own = &vendor == &defender_vendor();
        list.products.push_back(std::move(product));
    }
    return list;
}

// The product's name; further products of the same name get " #2", " #3". Sorted, so that a number stays with its
// product.
void make_names_unique(std::vector<ListedProduct>& products) {
    std::sort(products.begin(), products.end(), [](const ListedProduct& a, const ListedProduct& b) {
        return std::tie(a.name, a.guid) < std::tie(b.name, b.guid);
    });
    std::map<std::string, int> seen;
    for (ListedProduct& product : products) {
        if (product.name.empty()) product.name = "unnamed product";
        const int number = ++seen[product.name];
        if (number > 1) product.name += " #" + std::to_string(number);
    }
}

ProductList ask_all(const Machine& machine, const ServiceList& services, std::chrono::seconds limit) {
    try {
        return ask_security_center(machine.security_center, limit);
    } catch (const std::exception& security_center_error) {
        try {
            return ask_wmi(machine.wmi, limit);
        } catch (const std::exception& wmi_error) {
            if (is_windows_server(machine.registry) && services.unreadable.empty()) {
                return products_by_service(services);
            }
            const bool server = is_windows_server(machine.registry);
            throw PortError(std::string("Security Center: ") + security_center_error.what() +
                            "; WMI: " + wmi_error.what() + (server ? "; services: " + services.unreadable : ""));
        }
    }
}

bool is_listed(const ProductList& list, const AntivirusVendor& vendor) {
    return std::any_of(list.products.begin(), list.products.end(),
                       [&](const ListedProduct& product) { return product.vendor == &vendor; });
}

// Every product that looks at files as they are opened has a driver in Windows' group for it.
std::string foreign_driver(const ServiceList& services) {
    for (const Service& driver : services.antivirus_drivers) {
        const auto vendors = antivirus_vendors();
        const bool known = std::any_of(vendors.begin(), vendors.end(), [&](const AntivirusVendor& vendor) {
            return matches_any(vendor.drivers, driver.name);
        });
        if (driver.running && !known) {
            return "the antivirus driver " + driver.name + " belongs to no product that is known here";
        }
    }
    return {};
}

}  // namespace

ServiceList read_services(const Services& services) {
    try {
        return {services.all(), services.antivirus_drivers(), {}};
    } catch (const std::exception& error) {
        return {{}, {}, error.what()};
    }
}

VendorService service_of(const ServiceList& services, const AntivirusVendor& vendor) {
    VendorService found{"not_installed", {}};
    for (const Service& service : services.all) {
        if (!matches_any(vendor.services, service.name)) continue;
        if (service.running) return {"running", service.name};
        if (found.name.empty()) found = {"stopped", service.name};
    }
    return found;
}

ProductList list_products(const Machine& machine, const ServiceList& services, std::chrono::seconds limit) {
    ProductList list = ask_all(machine, services, limit);
    for (ListedProduct& product : list.products) {
        product.vendor =
            product.windows_own && is_defender(product.guid) ? &defender_vendor() : vendor_of(product.name);
    }
    make_names_unique(list.products);
    return list;
}

std::string why_incomplete(const ProductList& list, const ServiceList& services) {
    if (list.source == "service") return foreign_driver(services);
    const bool protects = std::any_of(list.products.begin(), list.products.end(),
                                      [](const ListedProduct& product) { return product.state == AntivirusState::on; });
    if (protects || !services.unreadable.empty()) return {};
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        if (&vendor == &defender_vendor() || !vendor.services_certain || is_listed(list, vendor)) continue;
        const VendorService service = service_of(services, vendor);
        if (service.state != "running") continue;
        return "the service " + service.name + " of " + std::string(vendor.title) +
               " runs, but Windows does not list the product";
    }
    return {};
}

}  // namespace wardwatch

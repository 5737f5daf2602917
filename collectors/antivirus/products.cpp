#include "collectors/antivirus/products.h"

#include <algorithm>
#include <exception>
#include <map>
#include <tuple>

#include "collectors/antivirus/filter_drivers.h"
#include "collectors/antivirus/registrations.h"
#include "collectors/machine/registry.h"

namespace wardwatch {
namespace {

// "WinNT" on clients, "ServerNT" and "LanmanNT" on servers and domain controllers, in every language. Empty: the
// registry refuses.
std::optional<bool> is_windows_server(const Registry& registry) {
    try {
        const auto type =
            registry.value(Hive::local_machine, "SYSTEM\\CurrentControlSet\\Control\\ProductOptions", "ProductType");
        return type == RegistryData{std::string("ServerNT")} || type == RegistryData{std::string("LanmanNT")};
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

// Definitions stay unknown: that a service runs says nothing about them.
ProductList products_by_service(const ServiceList& services) {
    ProductList list{{}, "service", "the product stores no licence date on this PC"};
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        const VendorService scanner = scanner_of(services, vendor);
        if (scanner.name.empty()) continue;
        ListedProduct product;
        product.name = vendor.title;
        product.vendor = &vendor;
        product.state = scanner.state == "running" ? AntivirusState::on : AntivirusState::off;
        product.windows_own = &vendor == &defender_vendor();
        list.products.push_back(std::move(product));
    }
    return list;
}

// Windows Server has no Security Center. Where something answers for it without naming a product, nobody has answered.
ProductList ask_all(const Machine& machine, const ServiceList& services, std::chrono::seconds limit) {
    const std::optional<bool> server = is_windows_server(machine.registry);
    std::string reasons;
    const auto ask = [&](const char* whom, auto&& list_of) -> std::optional<ProductList> {
        reasons += std::string(reasons.empty() ? "" : "; ") + whom + ": ";
        try {
            ProductList list = list_of();
            if (!list.products.empty() || server == false) return list;
            reasons += "lists no product, which on Windows Server is no answer";
        } catch (const std::exception& error) {
            reasons += error.what();
        }
        return std::nullopt;
    };
    if (auto list = ask("Security Center", [&] { return ask_security_center(machine.security_center, limit); })) {
        return *std::move(list);
    }
    if (auto list = ask("WMI", [&] { return ask_wmi(machine.wmi, limit); })) return *std::move(list);
    if (server == true && services.unreadable.empty()) return products_by_service(services);
    throw PortError(reasons + (server == true ? "; services: " + services.unreadable : ""));
}

// The product's name; further ones of the same name get " #2", " #3". Sorted, so that a number stays with its product.
void make_names_unique(std::vector<ListedProduct>& products, std::map<std::string, int>& seen) {
    std::sort(products.begin(), products.end(), [](const ListedProduct& a, const ListedProduct& b) {
        return std::tie(a.name, a.guid) < std::tie(b.name, b.guid);
    });
    for (ListedProduct& product : products) {
        if (product.name.empty()) product.name = "unnamed product";
        const int number = ++seen[product.name];
        if (number > 1) product.name += " #" + std::to_string(number);
    }
}

bool is_listed(const ProductList& list, const AntivirusVendor& vendor) {
    return std::any_of(list.products.begin(), list.products.end(),
                       [&](const ListedProduct& product) { return product.vendor == &vendor; });
}

bool is_owned(const ProductList& list, const std::string& driver) {
    return std::any_of(list.products.begin(), list.products.end(), [&](const ListedProduct& product) {
        return product.vendor != nullptr && owns_driver(*product.vendor, driver);
    });
}

// Every product that looks at files as they are opened has a driver in Windows' group for it, and the driver of a
// product that is switched off goes on running. Whose drivers a product outside of the table has is not known.
std::string foreign_driver(const ProductList& list, const ServiceList& services) {
    const bool outside = std::any_of(list.products.begin(), list.products.end(),
                                     [](const ListedProduct& product) { return product.vendor == nullptr; });
    for (const Service& driver : services.antivirus_drivers) {
        if (!driver.running || outside || is_other_driver(driver.name) || is_owned(list, driver.name)) continue;
        const AntivirusVendor* vendor = vendor_of_driver(driver.name);
        const std::string_view owner = vendor ? vendor->title : company_of_driver(driver.name);
        if (owner.empty()) {
            return "the antivirus driver " + driver.name + " belongs to no product that is known here";
        }
        return "the antivirus driver " + driver.name + " of " + std::string(owner) +
               " runs, but no product of it is known on this PC";
    }
    return {};
}

// On a client, Defender's service runs for other purposes on Windows 7: its driver is what tells there.
std::string foreign_service(const ProductList& list, const ServiceList& services) {
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        if (&vendor == &defender_vendor() || is_listed(list, vendor)) continue;
        const VendorService scanner = scanner_of(services, vendor);
        if (scanner.state == "running") {
            return "the service " + scanner.name + " of " + std::string(vendor.title) +
                   " runs, but Windows does not list the product";
        }
        const std::string part = unproven_part(services, vendor);
        if (!part.empty()) {
            return "the service " + part + " of " + std::string(vendor.title) +
                   " runs, and whether it protects this PC is not known here";
        }
    }
    return {};
}

}  // namespace

ProductList list_products(const Machine& machine, const ServiceList& services, std::chrono::seconds limit) {
    ProductList list = ask_all(machine, services, limit);
    if (list.source != "service") tidy_registrations(machine, services, list);
    std::map<std::string, int> seen;
    make_names_unique(list.products, seen);
    make_names_unique(list.leftovers, seen);
    return list;
}

std::string why_incomplete(const ProductList& list, const ServiceList& services) {
    const bool protects = list.source != "service" &&
                          std::any_of(list.products.begin(), list.products.end(),
                                      [](const ListedProduct& product) { return product.state == AntivirusState::on; });
    if (protects || !services.unreadable.empty()) return {};
    const std::string service = foreign_service(list, services);
    return service.empty() ? foreign_driver(list, services) : service;
}

}  // namespace wardwatch

#include "collectors/antivirus/products.h"

#include <algorithm>
#include <exception>
#include <map>
#include <tuple>

#include "collectors/antivirus/filter_drivers.h"
#include "collectors/antivirus/registrations.h"
#include "collectors/machine/registry.h"
#include "embedded/reasons.h"

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
    ProductList list{{}, "service", reasons::no_licence_date()};
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
    const auto ask = [&](Reason& silence, auto&& list_of) -> std::optional<ProductList> {
        try {
            ProductList list = list_of();
            if (!list.products.empty() || server == false) return list;
            silence = reasons::no_list_on_a_server();
        } catch (const std::exception& error) {
            silence = why(error);
        }
        return std::nullopt;
    };
    Reason center;
    if (auto list = ask(center, [&] { return ask_security_center(machine.security_center, limit); })) {
        return *std::move(list);
    }
    Reason wmi;
    if (auto list = ask(wmi, [&] { return ask_wmi(machine.wmi, limit); })) return *std::move(list);
    if (center == reasons::security_center_on_windows_only()) throw PortError(reasons::antivirus_on_windows_only());
    if (server != true) throw PortError(reasons::security_center_and_wmi(center, wmi));
    if (!services.unreadable) return products_by_service(services);
    throw PortError(reasons::security_center_wmi_and_services(center, wmi, *services.unreadable));
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
std::optional<Reason> foreign_driver(const ProductList& list, const ServiceList& services) {
    const bool outside = std::any_of(list.products.begin(), list.products.end(),
                                     [](const ListedProduct& product) { return product.vendor == nullptr; });
    for (const Service& driver : services.antivirus_drivers) {
        if (!driver.running || outside || is_other_driver(driver.name) || is_owned(list, driver.name)) continue;
        const AntivirusVendor* vendor = vendor_of_driver(driver.name);
        const std::string_view owner = vendor ? vendor->title : company_of_driver(driver.name);
        if (owner.empty()) return reasons::driver_of_no_known_product(driver.name);
        return reasons::driver_without_product(driver.name, owner);
    }
    return std::nullopt;
}

// On a client, Defender's service runs for other purposes on Windows 7: its driver is what tells there.
std::optional<Reason> foreign_service(const ProductList& list, const ServiceList& services) {
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        if (&vendor == &defender_vendor() || is_listed(list, vendor)) continue;
        const VendorService scanner = scanner_of(services, vendor);
        if (scanner.state == "running") return reasons::service_not_listed(scanner.name, vendor.title);
        const std::string part = unproven_part(services, vendor);
        if (!part.empty()) return reasons::service_may_protect(part, vendor.title);
    }
    return std::nullopt;
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

std::optional<Reason> why_incomplete(const ProductList& list, const ServiceList& services) {
    const bool protects = list.source != "service" &&
                          std::any_of(list.products.begin(), list.products.end(),
                                      [](const ListedProduct& product) { return product.state == AntivirusState::on; });
    if (protects || services.unreadable) return std::nullopt;
    std::optional<Reason> service = foreign_service(list, services);
    return service ? service : foreign_driver(list, services);
}

}  // namespace wardwatch

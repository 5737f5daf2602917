#include "collectors/antivirus/evidence.h"

#include <algorithm>
#include <exception>

#include "collectors/antivirus/vendor_places.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

using std::chrono::days;

// Windows calls Defender's own definitions out of date after 7 to 14 days; older ones that are told to be current
// contradict that.
constexpr days oldest_current_definitions{14};

bool told_on(const ListedProduct& product) { return product.state == AntivirusState::on; }

const Instant* date_in(const std::optional<VendorDate>& found) {
    return found ? std::get_if<Instant>(&found->value) : nullptr;
}

void compare(Evidence& evidence, bool agree, const std::string& what) {
    ++evidence.comparisons;
    if (!agree) evidence.contradictions.push_back(what);
}

// What is certainly left over is not in the list of products any more.
std::optional<Value> leftover_of(const ListedProduct& product, const std::optional<VendorService>& service) {
    if (product.windows_own) return std::nullopt;
    if (product.program_there == true) return false;
    if (product.program_there == false) {
        if (service && service->state == "running") return false;
        return Unknown{reasons::program_gone_services_may_stay()};
    }
    if (!service) return std::nullopt;
    if (service->state != "not_installed") return false;
    return Unknown{reasons::no_service_and_no_program()};
}

bool driver_runs(const ServiceList& services, const AntivirusVendor& vendor) {
    return std::any_of(services.antivirus_drivers.begin(), services.antivirus_drivers.end(),
                       [&](const Service& driver) { return driver.running && owns_driver(vendor, driver.name); });
}

void compare_states(Evidence& evidence, const ProductList& list, const ListedProduct& product) {
    if (!told_on(product) || list.source == "service") return;
    if (evidence.service) {
        compare(evidence, evidence.service->state == "running",
                "state: " + list.source + "=on, service=" + evidence.service->state);
    }
    const auto idle = evidence.defender ? is_idle(*evidence.defender) : std::nullopt;
    if (idle) compare(evidence, !*idle, "state: " + list.source + "=on, wmi=off");
}

void compare_definitions(Evidence& evidence, const ProductList& list, const ListedProduct& product, Instant now) {
    const Instant* updated = date_in(evidence.definitions);
    if (updated == nullptr || !told_on(product) || !product.definitions_current) return;
    const bool current = *product.definitions_current;
    const auto age = now - *updated;
    evidence.definitions_disagree = current ? age > oldest_current_definitions : age < days{1};
    compare(evidence, !evidence.definitions_disagree,
            "definitions: " + list.source + (current ? "=current, " : "=out of date, ") + evidence.definitions->source +
                "=" + day_text(*updated));
}

// Days that a product counts are as old as its last run.
bool counts_now(const Evidence& evidence) {
    return !evidence.licence->counted || !evidence.service || evidence.service->state == "running";
}

// Each source's day ends at another hour, so that dates agree while a day lies between them. A count of no days does
// not say how long ago the licence ended.
void compare_licences(Evidence& evidence, const ProductList& list, const ListedProduct& product, Instant now) {
    const Instant* vendor = date_in(evidence.licence);
    if (vendor == nullptr || !counts_now(evidence)) return;
    const std::string told = ", " + evidence.licence->source + "=" + day_text(*vendor);
    if (evidence.listed_licence) {
        const Instant listed = *evidence.listed_licence;
        const bool both_over = listed <= now && *vendor <= now;
        const auto apart = listed < *vendor ? *vendor - listed : listed - *vendor;
        compare(evidence, both_over || apart <= days{1}, "licence: " + list.source + "=" + day_text(listed) + told);
    } else if (product.state == AntivirusState::expired) {
        compare(evidence, *vendor <= now, "licence: " + list.source + "=expired" + told);
    }
}

std::optional<VendorDate> definitions_of(const Machine& machine, const Evidence& evidence, const ListedProduct& product,
                                         const ScanOptions& options) {
    const DefenderStatus* defender = evidence.defender ? &*evidence.defender : nullptr;
    if (defender != nullptr && !is_unknown(defender->definitions_updated_at)) {
        return VendorDate{defender->definitions_updated_at, "wmi"};
    }
    auto found = read_vendor_date(machine, product.vendor->definitions, options.now, options.call_limit);
    if (!found && defender != nullptr && defender->answered) return VendorDate{defender->definitions_updated_at, "wmi"};
    return found;
}

bool is_registered(const ProductList& list, const AntivirusVendor& vendor) {
    const auto registered = [&](const std::vector<ListedProduct>& products) {
        return std::any_of(products.begin(), products.end(),
                           [&](const ListedProduct& product) { return product.vendor == &vendor; });
    };
    return registered(list.products) || registered(list.leftovers);
}

// 0 is also what a product answers that counts no days.
std::optional<Instant> listed_licence(const ListedProduct& product, Instant now) {
    if (!product.days_until_expired) return std::nullopt;
    if (*product.days_until_expired == 0 && product.state != AntivirusState::expired) return std::nullopt;
    return end_of_days(*product.days_until_expired, now);
}

}  // namespace

Evidence gather_evidence(const Machine& machine, const ProductList& list, const ListedProduct& product,
                         const ServiceList& services, const ScanOptions& options) {
    Evidence evidence;
    evidence.listed_licence = listed_licence(product, options.now);
    for (const std::string& contradiction : product.contradictions) compare(evidence, false, contradiction);
    if (product.vendor != nullptr) evidence.service = service_of(services, *product.vendor);
    evidence.leftover = leftover_of(product, evidence.service);
    if (product.vendor == nullptr) return evidence;
    evidence.driver_runs = driver_runs(services, *product.vendor);
    const bool stopped = evidence.service && evidence.service->state == "stopped";
    const bool alone = list.products.size() == 1 && !stopped;
    if (product.vendor == &defender_vendor() && (told_on(product) || alone)) {
        evidence.defender = read_defender(machine.wmi, options.call_limit, options.now);
    }
    evidence.definitions = definitions_of(machine, evidence, product, options);
    evidence.licence = read_vendor_date(machine, product.vendor->licence, options.now, options.call_limit);
    if (product.vendor->licence_status) {
        evidence.licence_status = read_vendor_word(machine, *product.vendor->licence_status, options.call_limit);
    }
    compare_states(evidence, list, product);
    compare_definitions(evidence, list, product, options.now);
    compare_licences(evidence, list, product, options.now);
    return evidence;
}

std::vector<std::string> forgotten_vendors(const Registry& registry, const ProductList& list,
                                           const ServiceList& services) {
    std::vector<std::string> titles;
    if (services.unreadable) return titles;
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        if (&vendor == &defender_vendor() || is_registered(list, vendor)) continue;
        const auto service = service_of(services, vendor);
        if (!service || service->state != "not_installed") continue;
        try {
            if (has_traces(registry, vendor)) titles.emplace_back(vendor.title);
        } catch (const std::exception&) {
            return titles;  // the registry refuses: keys without a product are worth no unknown
        }
    }
    return titles;
}

}  // namespace wardwatch

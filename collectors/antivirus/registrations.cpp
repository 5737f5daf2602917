#include "collectors/antivirus/registrations.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "collectors/antivirus/vendor_places.h"
#include "collectors/core/ascii.h"
#include "collectors/machine/product_state.h"
#include "embedded/reasons.h"

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
    product.reporter = column_text(row, "pathToSignedReportingExe");
    product.windows_own = is_defender(product.guid);
    const auto found = row.find("productState");
    const std::int64_t* number = found == row.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    try {
        if (!number) throw PortError(reasons::no_product_state());
        const ProductState told = decode_product_state(*number);
        product.state = told.state;
        product.definitions_current = told.definitions_current;
        product.windows_own |= told.windows_own;
    } catch (const PortError& error) {
        product.state_unknown = product.definitions_unknown = error.reason();
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

// A product that was uninstalled leaves its registration behind, told to be on for ever. Its program is gone, and so
// are its services. Where a service of the vendor is there, it may belong to the vendor's newer product, which has a
// registration of its own, or to this one, which then only tells a wrong path.
bool is_leftover(const ListedProduct& product, const std::vector<ListedProduct>& all, const ServiceList& services) {
    if (product.windows_own || product.program_there != false) return false;
    if (product.vendor == nullptr) return true;
    const bool newer = std::any_of(all.begin(), all.end(), [&](const ListedProduct& other) {
        return other.vendor == product.vendor && other.program_there != false;
    });
    if (newer) return true;
    if (services.unreadable) return false;
    return scanner_of(services, *product.vendor).state != "running" && unproven_part(services, *product.vendor).empty();
}

bool same_text(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }

// By the program where both tell it, else by the name. Defender is on a PC once, whatever an older Windows called it.
bool is_one_program(const ListedProduct& a, const ListedProduct& b) {
    if (a.windows_own != b.windows_own) return false;
    if (a.windows_own && is_defender(a.guid) && is_defender(b.guid)) return true;
    if (!a.program.empty() && !b.program.empty()) {
        return same_text(program_in(a.program), program_in(b.program)) && a.vendor == b.vendor;
    }
    return !a.name.empty() && same_text(a.name, b.name);
}

// What decides when registrations of one program tell different states.
int rank(const ListedProduct& product) {
    if (!product.state) return 1;
    switch (*product.state) {
        case AntivirusState::on:
            return 0;
        case AntivirusState::snoozed:
            return 2;
        case AntivirusState::expired:
            return 3;
        case AntivirusState::off:
            return 4;
    }
    return 4;
}

class Merged {
public:
    Merged(std::span<const ListedProduct> entries, const std::string& source)
        : entries_(entries), source_(source), product_(*std::min_element(entries.begin(), entries.end(), best_first)) {
        // The first name, so that it does not change with the state.
        product_.name = entries.front().name;
        for (const ListedProduct& entry : entries) {
            if (entry.program_there == true) product_.program_there = true;
        }
        merge_states();
        merge_definitions();
        merge_licences();
    }
    const ListedProduct& product() const { return product_; }

private:
    static bool best_first(const ListedProduct& a, const ListedProduct& b) { return rank(a) < rank(b); }

    void contradict(const char* about, const std::string& one, const std::string& other) {
        std::string text = std::string(about) + ": " + source_ + "=" + one + ", " + source_ + "=" + other;
        auto& told = product_.contradictions;
        if (std::find(told.begin(), told.end(), text) == told.end()) told.push_back(std::move(text));
    }

    void merge_states() {
        for (const ListedProduct& entry : entries_) {
            if (!product_.state || !entry.state || entry.state == product_.state) continue;
            contradict("state", state_word(*product_.state), state_word(*entry.state));
            product_.on_and_not_on |= product_.state == AntivirusState::on;
        }
    }

    void merge_definitions() {
        const auto some_say = [&](bool current) {
            return std::any_of(entries_.begin(), entries_.end(),
                               [&](const ListedProduct& entry) { return entry.definitions_current == current; });
        };
        if (some_say(true) && some_say(false)) {
            contradict("definitions", "current", "out of date");
            product_.definitions_current.reset();
            product_.definitions_unknown = reasons::definitions_listed_twice();
        } else if (some_say(true) || some_say(false)) {
            product_.definitions_current = some_say(true);
        }
    }

    // The smaller number of those that tell the same state: a licence is no longer than its shortest proof.
    void merge_licences() {
        for (const ListedProduct& entry : entries_) {
            if (!entry.days_until_expired || entry.days_until_expired == product_.days_until_expired) continue;
            if (!product_.days_until_expired) {
                product_.days_until_expired = entry.days_until_expired;
            } else if (entry.state == product_.state) {
                const auto [less, more] = std::minmax(*product_.days_until_expired, *entry.days_until_expired);
                contradict("licence", std::to_string(less) + " days", std::to_string(more) + " days");
                product_.days_until_expired = less;
            }
        }
    }

    std::span<const ListedProduct> entries_;
    const std::string& source_;
    ListedProduct product_;
};

}  // namespace

ProductList ask_security_center(const SecurityCenter& security_center, std::chrono::seconds limit) {
    ProductList list{{}, "wsc", reasons::no_licence_date()};
    for (AntivirusProduct& product : security_center.antivirus_products(limit)) {
        list.products.push_back(product_of(std::move(product)));
    }
    return list;
}

ProductList ask_wmi(const Wmi& wmi, std::chrono::seconds limit) {
    ProductList list{{}, "wmi", reasons::wmi_tells_no_licence_date()};
    for (const WmiRow& row : wmi.query("ROOT\\SecurityCenter2", "SELECT * FROM AntiVirusProduct", limit)) {
        list.products.push_back(product_of(row));
    }
    return list;
}

void tidy_registrations(const Machine& machine, const ServiceList& services, ProductList& list) {
    std::vector<ListedProduct> all = std::move(list.products);
    list.products.clear();
    std::sort(all.begin(), all.end(), [](const ListedProduct& a, const ListedProduct& b) {
        return std::tie(a.name, a.guid) < std::tie(b.name, b.guid);
    });
    for (ListedProduct& product : all) {
        const bool defender = product.windows_own && is_defender(product.guid);
        product.vendor = defender ? &defender_vendor() : vendor_of(product.name);
        product.program_there = program_exists(machine, product.program);
        if (program_exists(machine, product.reporter) == true) product.program_there = true;
    }
    std::vector<std::vector<ListedProduct>> groups;
    for (const ListedProduct& product : all) {
        const auto is_twin = [&](const ListedProduct& other) { return is_one_program(product, other); };
        if (is_leftover(product, all, services)) {
            if (std::none_of(list.leftovers.begin(), list.leftovers.end(), is_twin)) list.leftovers.push_back(product);
            continue;
        }
        const auto group = std::find_if(groups.begin(), groups.end(),
                                        [&](const auto& one) { return std::any_of(one.begin(), one.end(), is_twin); });
        if (group == groups.end()) {
            groups.push_back({product});
        } else {
            group->push_back(product);
        }
    }
    for (const auto& group : groups) list.products.push_back(Merged(group, list.source).product());
}

}  // namespace wardwatch

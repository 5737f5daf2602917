// Check: the antivirus products that Windows knows, their state, definitions and licences. Windows Security Center
// tells most; WMI's SecurityCenter2 is asked when it cannot answer, and is the only source on Windows 7.

#include <algorithm>
#include <exception>
#include <map>
#include <tuple>

#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/product_state.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {
namespace {

// No licence runs longer; products without an end report absurd numbers (0xFFFFFFFF days ends in the year 11 million).
constexpr std::uint32_t longest_licence_days = 100 * 366;

std::string_view state_name(AntivirusState state) {
    switch (state) {
        case AntivirusState::on:
            return "on";
        case AntivirusState::off:
            return "off";
        case AntivirusState::snoozed:
            return "snoozed";
        case AntivirusState::expired:
            return "expired";
    }
    throw PortError("Security Center reports a product state that this program does not know");
}

std::string text_of(const WmiRow& row, std::string_view column) {
    const auto found = row.find(column);
    const std::string* text = found == row.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? *text : std::string();
}

struct Entry {
    AntivirusProduct product;
    std::string unreadable;  ///< why state and definitions are not known; empty when they are
};

struct Reading {
    std::vector<Entry> entries;
    std::string source;
    std::string no_licence_date;  ///< the reason for products without one
};

Entry entry_of(const WmiRow& row) {
    Entry entry;
    entry.product.name = text_of(row, "displayName");
    entry.product.guid = text_of(row, "instanceGuid");
    entry.product.windows_own = is_defender(entry.product.guid);
    const auto found = row.find("productState");
    const std::int64_t* number = found == row.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    if (!number) {
        entry.unreadable = "WMI tells no productState";
        return entry;
    }
    entry.product.windows_own |= decode_windows_own(*number);
    try {
        entry.product.state = decode_state(*number);
        entry.product.definitions_current = decode_definitions_current(*number);
    } catch (const PortError& error) {
        entry.unreadable = error.what();
    }
    return entry;
}

Reading read_security_center(const SecurityCenter& security_center, std::chrono::seconds limit) {
    Reading reading{{}, "wsc", "the product stores no licence date on this PC"};
    for (AntivirusProduct& product : security_center.antivirus_products(limit)) {
        reading.entries.push_back({std::move(product), {}});
    }
    return reading;
}

Reading read_wmi(const Wmi& wmi, std::chrono::seconds limit) {
    Reading reading{{}, "wmi", "WMI tells no licence date"};
    for (const WmiRow& row : wmi.query("ROOT\\SecurityCenter2", "SELECT * FROM AntiVirusProduct", limit)) {
        reading.entries.push_back(entry_of(row));
    }
    return reading;
}

Reading read_products(const Machine& machine, std::chrono::seconds limit) {
    try {
        return read_security_center(machine.security_center, limit);
    } catch (const std::exception& security_center_error) {
        try {
            return read_wmi(machine.wmi, limit);
        } catch (const std::exception& wmi_error) {
            throw PortError(std::string("Security Center: ") + security_center_error.what() +
                            "; WMI: " + wmi_error.what());
        }
    }
}

// The product's name; further products of the same name get " #2", " #3". Sorted, so that a number stays with its
// product.
std::vector<std::string> instance_names(std::vector<Entry>& entries) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.product.name, a.product.guid) < std::tie(b.product.name, b.product.guid);
    });
    std::map<std::string, int> seen;
    std::vector<std::string> names;
    for (const Entry& entry : entries) {
        const std::string name = entry.product.name.empty() ? "unnamed product" : entry.product.name;
        const int number = ++seen[name];
        names.push_back(number == 1 ? name : name + " #" + std::to_string(number));
    }
    return names;
}

// Midnight UTC of the last day: the product counts whole days, so the same answer later today gives the same instant.
Value licence_end(const AntivirusProduct& product, const Reading& reading, Instant now) {
    if (!product.days_until_expired) return Unknown{reading.no_licence_date};
    if (*product.days_until_expired > longest_licence_days) {
        return Unknown{"the product reports " + std::to_string(*product.days_until_expired) +
                       " days until its licence ends, which is no date"};
    }
    return Instant{std::chrono::floor<std::chrono::days>(now) + std::chrono::days{*product.days_until_expired}};
}

void add_product(Facts& facts, const std::string& name, const Entry& entry, const Reading& reading, Instant now) {
    const AntivirusProduct& product = entry.product;
    const auto add = [&](const char* id, Value value) {
        facts.push_back({id, name, std::move(value), reading.source});
    };
    if (entry.unreadable.empty()) {
        add("antivirus.state", std::string(state_name(product.state)));
        add("antivirus.definitions_current", product.definitions_current);
    } else {
        add("antivirus.state", Unknown{entry.unreadable});
        add("antivirus.definitions_current", Unknown{entry.unreadable});
    }
    add("antivirus.licensed_with_windows", product.windows_own);
    if (!product.windows_own) add("antivirus.licence_expires_at", licence_end(product, reading, now));
}

}  // namespace

Facts collect_antivirus(const Machine& machine, const ScanOptions& options) {
    Reading reading = read_products(machine, options.call_limit);
    const std::vector<std::string> names = instance_names(reading.entries);
    Facts facts;
    facts.push_back({"antivirus.products", "", static_cast<std::int64_t>(names.size()), reading.source});
    for (std::size_t i = 0; i < names.size(); ++i) {
        add_product(facts, names[i], reading.entries[i], reading, options.now);
    }
    return facts;
}

}  // namespace wardwatch

#include "collectors/antivirus/vendors.h"

#include <algorithm>
#include <string>

#include "collectors/antivirus/filter_drivers.h"
#include "collectors/core/ascii.h"

namespace wardwatch {
namespace {

bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool has_word(const std::string& text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        if (at == 0 || !is_word_character(text[at - 1])) return true;
    }
    return false;
}

template <typename Condition>
const AntivirusVendor* first_vendor(Condition condition) {
    const auto vendors = antivirus_vendors();
    const auto found = std::find_if(vendors.begin(), vendors.end(), condition);
    return found == vendors.end() ? nullptr : &*found;
}

}  // namespace

const AntivirusVendor& defender_vendor() { return antivirus_vendors().front(); }

const AntivirusVendor* vendor_of(std::string_view product_name) {
    const std::string name = ascii_lower(product_name) + ' ';
    return first_vendor([&](const AntivirusVendor& vendor) {
        return std::any_of(vendor.names.begin(), vendor.names.end(),
                           [&](std::string_view word) { return has_word(name, word); });
    });
}

bool owns_driver(const AntivirusVendor& vendor, std::string_view driver) {
    const std::string_view company = company_of_driver(driver);
    return company.empty() ? matches_any(vendor.drivers, driver) : matches_any(vendor.companies, company);
}

const AntivirusVendor* vendor_of_driver(std::string_view driver) {
    return first_vendor([&](const AntivirusVendor& vendor) { return owns_driver(vendor, driver); });
}

bool matches_any(std::span<const std::string_view> patterns, std::string_view name) {
    const std::string lower = ascii_lower(name);
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
        const std::string wanted = ascii_lower(pattern);
        if (!wanted.ends_with('*')) return lower == wanted;
        return lower.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
    });
}

}  // namespace wardwatch

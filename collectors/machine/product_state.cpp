#include "collectors/machine/product_state.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

PortError undescribed(std::int64_t product_state) {
    return PortError("WMI reports the productState " + std::to_string(product_state) + ", whose meaning is not known");
}

}  // namespace

// Microsoft documents none of this; public scripts of independent authors agree on it. 397568 = 0x61100 is Defender, on
// and current; 266256 = 0x41010 is a third-party product, on and out of date.

AntivirusState decode_state(std::int64_t product_state) {
    switch (product_state & 0xF000) {
        case 0x0000:
            return AntivirusState::off;
        case 0x1000:
            return AntivirusState::on;
        case 0x2000:
            return AntivirusState::snoozed;
        case 0x3000:
            return AntivirusState::expired;
        default:
            throw undescribed(product_state);
    }
}

bool decode_definitions_current(std::int64_t product_state) {
    switch (product_state & 0x00F0) {
        case 0x00:
            return true;
        case 0x10:
            return false;
        default:
            throw undescribed(product_state);
    }
}

bool decode_windows_own(std::int64_t product_state) { return (product_state & 0x0F00) == 0x0100; }

bool is_defender(std::string_view product_guid) {
    constexpr std::string_view defender = "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}";
    return std::equal(product_guid.begin(), product_guid.end(), defender.begin(), defender.end(),
                      [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; });
}

}  // namespace wardwatch

#include "collectors/machine/product_state.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// Microsoft documents none of this but the kinds of products (WSC_SECURITY_PROVIDER, 0x01 to 0x40), which stand in the
// third byte; public scripts of independent authors agree on the rest. 397568 = 0x61100 is Defender, on and current;
// 266256 = 0x41010 is a third-party product, on and out of date.
constexpr std::int64_t kinds = 0x7F0000;
constexpr std::int64_t states = 0x3000;
constexpr std::int64_t own = 0x0100;
constexpr std::int64_t out_of_date = 0x0010;
constexpr std::int64_t described = kinds | states | own | out_of_date;

}  // namespace

ProductState decode_product_state(std::int64_t number) {
    if ((number & ~described) != 0) {
        throw PortError(reasons::unknown_product_state(number));
    }
    constexpr AntivirusState in_order[] = {AntivirusState::off, AntivirusState::on, AntivirusState::snoozed,
                                           AntivirusState::expired};
    return {in_order[(number & states) >> 12], (number & out_of_date) == 0, (number & own) != 0};
}

std::string state_word(AntivirusState state) {
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
    throw PortError(reasons::unknown_security_center_state());
}

bool is_defender(std::string_view product_guid) {
    constexpr std::string_view defender = "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}";
    return std::equal(product_guid.begin(), product_guid.end(), defender.begin(), defender.end(),
                      [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; });
}

}  // namespace wardwatch

// What the identifiers and numbers mean by which Windows describes antivirus products.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/machine/security_center.h"

namespace wardwatch {

struct ProductState {
    AntivirusState state = AntivirusState::off;
    bool definitions_current = false;
    bool windows_own = false;  ///< the product is part of Windows
};

/// From WMI's AntiVirusProduct.productState. Throws PortError when one of its bits is one that nobody has described:
/// then the others may mean something else, too.
ProductState decode_product_state(std::int64_t number);

/// "on", "off", "snoozed" or "expired". Throws PortError for any other number.
std::string state_word(AntivirusState state);

/// Microsoft Defender registers under one identifier on every PC. In either case of letters.
bool is_defender(std::string_view product_guid);

}  // namespace wardwatch

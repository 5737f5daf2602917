// What the identifiers and numbers mean by which Windows describes antivirus products.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/machine/security_center.h"

namespace wardwatch {

/// From WMI's AntiVirusProduct.productState. Throws PortError for a value that nobody has described.
AntivirusState decode_state(std::int64_t product_state);
/// From productState. Throws PortError for a value that nobody has described.
bool decode_definitions_current(std::int64_t product_state);
/// From productState: the product is part of Windows.
bool decode_windows_own(std::int64_t product_state);
/// Microsoft Defender registers under one identifier on every PC. In either case of letters.
bool is_defender(std::string_view product_guid);

}  // namespace wardwatch

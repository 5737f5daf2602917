// The one rule for passwords that no documented call tells: complexity, from the account database itself.
#pragma once

#include <cstdint>

namespace wardwatch {

/// PasswordProperties of this PC's own account domain. Throws PortError.
std::uint32_t sam_password_properties();

}  // namespace wardwatch

// The account database of this PC: its identifier, and the one rule for passwords that no documented call tells.
#pragma once

#include <cstdint>
#include <string>

namespace wardwatch {

/// PasswordProperties of this PC's own account domain. Throws PortError.
std::uint32_t sam_password_properties();

/// "S-1-5-21-…", of this PC's own account domain: what the SIDs of its accounts begin with. Throws PortError.
std::string account_domain_sid();

}  // namespace wardwatch

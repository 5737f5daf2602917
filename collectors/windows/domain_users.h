// What domain controllers say of the domain users of this PC.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "collectors/machine/accounts.h"

namespace wardwatch {

/// As Accounts::domain_users promises. Calls: LookupAccountSid for the name, DsGetDcName once for each domain,
/// NetUserGetInfo level 3 at that controller, each on a thread of its own. One that hangs is left behind; while it
/// hangs, no further call is made by this process.
std::vector<Account> ask_domains(const std::vector<std::string>& sids, std::chrono::seconds limit);

/// The user's name without the domain, with the same limits. Throws PortError.
std::string name_of_sid(const std::string& sid, std::chrono::seconds limit);

}  // namespace wardwatch

// Who may own what Wardwatch trusts.
#pragma once

#include <windows.h>

namespace wardwatch {

/// True for SYSTEM, Administrators, and the user and the default owner of this process. Throws std::runtime_error.
bool owner_is_trusted(PSID owner);

}  // namespace wardwatch

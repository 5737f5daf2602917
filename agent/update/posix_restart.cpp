// Updates are Windows': here nothing waits.
#include "agent/update/restart.h"

namespace wardwatch {

std::string pending_restart() { return {}; }

}  // namespace wardwatch

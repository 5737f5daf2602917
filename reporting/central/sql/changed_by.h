// Who changed something, and when.
#pragma once

#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

struct ChangedBy {
    std::string actor;  ///< "cli"
    Instant at;
};

}  // namespace wardwatch

// Who asks the agents' API.
#pragma once

#include <functional>
#include <string>

#include "reporting/central/api/routes.h"

namespace wardwatch {

/// A PC that showed a certificate in force.
struct Caller {
    std::string device_id;
};

/// The PC that a request comes from, by its certificate. Throws ApiError where there is none.
using CallingDevice = std::function<Caller(const Call&)>;

}  // namespace wardwatch

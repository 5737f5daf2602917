// What may be a unit's name.
#pragma once

#include <optional>
#include <string>

#include "reporting/policy/policy.h"

namespace wardwatch {

/// Why it may not, as the end of a sentence; nothing when it may.
std::optional<Text> unit_name_problem(const std::string& name);

}  // namespace wardwatch

// What answers say of a thing that may not be there.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "collectors/core/fact.h"

namespace wardwatch {

/// As reports have it, "2026-11-22T07:00:00Z".
inline nlohmann::json or_null(const std::optional<Instant>& instant) {
    return instant ? nlohmann::json(format_instant(*instant)) : nlohmann::json();
}

}  // namespace wardwatch

// What answers say of a thing that may not be there.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "collectors/core/fact.h"

namespace wardwatch {

/// Null where there is none. An instant stands as "2026-11-22T03:00:00Z".
template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
}
inline nlohmann::json or_null(const std::optional<Instant>& instant) {
    return instant ? nlohmann::json(format_instant(*instant)) : nlohmann::json();
}

}  // namespace wardwatch

// A reason ↔ JSON: {"code":"timed_out","seconds":"20"}. A parameter is text, or such an object where it is a reason.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "collectors/core/reason.h"

namespace wardwatch {

/// Reasons inside each other; what lies deeper is written as its sentence.
inline constexpr std::size_t max_reason_levels = 5;
inline constexpr std::size_t max_reason_parameters = 8;

/// Of a reason that has a code. Its own sentence is not written; texts are cleaned as those of a fact.
nlohmann::json reason_to_json(const Reason& reason);

/// The inverse; `sentence` came beside it and is what is shown where the code is not known. A code of another version
/// is taken. Throws JsonError with the place, as strict_json.h does.
Reason reason_from_json(const nlohmann::json& value, std::string sentence, const std::string& place);

}  // namespace wardwatch

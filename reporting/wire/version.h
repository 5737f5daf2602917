// Versions of the agent, as they are compared when one is offered.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace wardwatch {

using Version = std::array<unsigned, 3>;

/// "1.20.3"; a fourth number, as Windows files have it, must be 0. Nothing for any other text, or a number over 65535.
std::optional<Version> parse_version(std::string_view text);

/// False when one of the two is no version: what cannot be compared is never newer.
bool is_newer(std::string_view version, std::string_view than);

}  // namespace wardwatch

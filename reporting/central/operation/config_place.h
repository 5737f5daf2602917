// Where something stands in the configuration's text, for what is said of mistakes.
#pragma once

#include <cstddef>
#include <string_view>

namespace wardwatch {

/// Counted from 1.
std::size_t line_at(std::string_view text, std::size_t byte);
/// Where the names of a place ("smtp.port") stand one after the other; the first line when they do not.
std::size_t line_of_place(std::string_view text, std::string_view place);

}  // namespace wardwatch

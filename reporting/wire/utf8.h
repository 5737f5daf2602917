// Text as it may stand in a report: valid UTF-8, no control characters, bounded length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wardwatch {

/// Characters (code points) in valid UTF-8.
std::size_t length_in_characters(std::string_view text);

/// As RFC 3629 has it: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

/// True when the text holds U+0000–U+001F or U+007F.
bool has_control_characters(std::string_view text);

/// The text with every byte that is not valid UTF-8 and every control character replaced by U+FFFD, cut to `limit`
/// characters of which the last is then "…". Valid short text comes back unchanged.
std::string clean_text(std::string_view text, std::size_t limit);

}  // namespace wardwatch

// Text of hostile origin: file names, profile names and hosts need not be valid UTF-8 or UTF-16.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace wardwatch {

/// Code points; empty when the text is not valid UTF-8.
std::optional<std::u32string> decode_utf8(std::string_view text);

/// The path as UTF-8 that is fit for a fact's instance: anything invalid, and control characters, become U+FFFD; at
/// most 255 characters. Never throws for what the name holds.
std::string printable_name(const std::filesystem::path& name);

/// Empty when a surrogate stands alone.
std::optional<std::string> utf8_of_utf16(std::u16string_view text);

/// A path from UTF-8 text; empty when the text is not valid UTF-8 or holds a control character.
std::optional<std::filesystem::path> path_from_utf8(std::string_view text);

}  // namespace wardwatch

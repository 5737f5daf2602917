// Texts that are kept small by zstd: alone, or as what differs from another text, their base. Thread safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wardwatch {

/// No packed text is longer when it is unpacked: a few bytes cannot claim the memory of gigabytes.
inline constexpr std::size_t longest_packed_text = 4u << 20;

/// Throws std::length_error for a text that is longer than that.
std::string pack_text(std::string_view text, std::string_view base = {});

/// The text again, by the same base. Nothing for what is not packed, is damaged or has another base.
std::optional<std::string> unpack_text(std::string_view packed, std::string_view base = {});

/// Whether these bytes begin as packed ones do; no JSON does.
bool is_packed_text(std::string_view bytes);

}  // namespace wardwatch

#include "reporting/wire/version.h"

#include <charconv>

namespace wardwatch {

std::optional<Version> parse_version(std::string_view text) {
    constexpr unsigned most = 65535;
    if (text.ends_with(".0") && text.find('.') != text.rfind('.') &&
        text.find('.', text.find('.') + 1) != text.rfind('.'))
        text.remove_suffix(2);
    Version version{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < version.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
        const auto [after, error] = std::from_chars(at, end, version[i]);
        if (error != std::errc{} || version[i] > most) return std::nullopt;
        at = after;
    }
    return at == end ? std::optional(version) : std::nullopt;
}

bool is_newer(std::string_view version, std::string_view than) {
    const std::optional<Version> left = parse_version(version);
    const std::optional<Version> right = parse_version(than);
    return left && right && *left > *right;
}

}  // namespace wardwatch

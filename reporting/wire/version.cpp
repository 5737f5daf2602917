#include "reporting/wire/version.h"

#include <charconv>

namespace wardwatch {

std::optional<Version> parse_version(std::string_view text) {
    constexpr unsigned most = 65535;
    std::array<unsigned, 4> numbers{};
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t count = 0;
    for (; count < numbers.size() && (count == 0 || at != end); ++count) {
        if (count > 0 && *at++ != '.') return std::nullopt;
        const auto [after, error] = std::from_chars(at, end, numbers[count]);
        if (error != std::errc{} || numbers[count] > most) return std::nullopt;
        at = after;
    }
    if (at != end || count < 3 || numbers[3] != 0) return std::nullopt;
    return Version{numbers[0], numbers[1], numbers[2]};
}

bool is_newer(std::string_view version, std::string_view than) {
    const std::optional<Version> left = parse_version(version);
    const std::optional<Version> right = parse_version(than);
    return left && right && *left > *right;
}

}  // namespace wardwatch

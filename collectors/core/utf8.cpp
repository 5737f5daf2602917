#include "collectors/core/utf8.h"

#include <cstdint>

namespace wardwatch {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t longest_name = 255;

bool control(char32_t point) { return point < 0x20 || point == 0x7F; }

bool surrogate(char32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

// The code point at the front, which is removed; U+FFFD and one byte for what is invalid, with `valid` set to false.
char32_t take_utf8(std::string_view& text, bool& valid) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    constexpr char32_t least_of_length[] = {0, 0, 0x80, 0x800, 0x10000};
    char32_t point = length == 1 ? lead : static_cast<char32_t>(lead & (0x7F >> length));
    bool good = length != 0 && length <= text.size();
    for (std::size_t i = 1; good && i < length; ++i) {
        good = byte(i) >> 6 == 2;
        point = point << 6 | (byte(i) & 0x3Fu);
    }
    good = good && point >= least_of_length[length] && point <= 0x10FFFF && !surrogate(point);
    text.remove_prefix(good ? length : 1);
    valid = valid && good;
    return good ? point : replacement;
}

template <class Wide>
char32_t take_utf16(std::basic_string_view<Wide>& text) {
    char32_t point = static_cast<std::uint16_t>(text[0]);
    std::size_t length = 1;
    if (point >= 0xD800 && point < 0xDC00 && text.size() > 1) {
        const char32_t low = static_cast<std::uint16_t>(text[1]);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            length = 2;
        }
    }
    text.remove_prefix(length);
    return surrogate(point) ? replacement : point;
}

void append_utf8(std::string& out, char32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | point >> 6);
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0 | point >> 12);
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0 | point >> 18);
        tail(12), tail(6), tail(0);
    }
}

// File names are UTF-8 or UTF-16, by system.
template <class Char>
char32_t take(std::basic_string_view<Char>& text) {
    if constexpr (sizeof(Char) == 1) {
        bool valid = true;
        return take_utf8(text, valid);
    } else {
        return take_utf16(text);
    }
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view text) {
    std::u32string points;
    bool valid = true;
    while (!text.empty()) points += take_utf8(text, valid);
    if (!valid) return std::nullopt;
    return points;
}

std::string printable_name(const std::filesystem::path& name) {
    std::basic_string_view<std::filesystem::path::value_type> rest = name.native();
    std::string result;
    for (std::size_t count = 0; !rest.empty() && count < longest_name; ++count) {
        const char32_t point = take(rest);
        append_utf8(result, control(point) ? replacement : point);
    }
    return result;
}

std::optional<std::string> utf8_of_utf16(std::u16string_view text) {
    std::string result;
    while (!text.empty()) {
        const bool replacement_itself = text[0] == replacement;
        const char32_t point = take_utf16(text);
        if (point == replacement && !replacement_itself) return std::nullopt;
        append_utf8(result, point);
    }
    return result;
}

std::optional<std::filesystem::path> path_from_utf8(std::string_view text) {
    const std::optional<std::u32string> points = decode_utf8(text);
    if (!points) return std::nullopt;
    for (const char32_t point : *points) {
        if (control(point)) return std::nullopt;
    }
    return std::filesystem::path(*points);
}

}  // namespace wardwatch

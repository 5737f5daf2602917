#include "reporting/wire/utf8.h"

namespace wardwatch {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7F; }
bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Bytes of the character that begins the text; 0 when it is not valid (RFC 3629: no overlong forms, no surrogates,
/// nothing above U+10FFFF).
std::size_t character_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(byte(i))) return 0;
    }
    const unsigned char second = byte(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second >= 0xA0;
    const bool too_large = first == 0xF4 && second >= 0x90;
    return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::size_t length_in_characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += is_continuation(static_cast<unsigned char>(c)) ? 0 : 1;
    return count;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool has_control_characters(std::string_view text) {
    for (const char c : text) {
        if (is_control(static_cast<unsigned char>(c))) return true;
    }
    return false;
}

std::string clean_text(std::string_view text, std::size_t limit) {
    std::string clean;
    std::size_t count = 0;
    std::size_t cut = 0;  // where the last character that may stay before an ellipsis ends
    while (!text.empty()) {
        if (count == limit) return clean.substr(0, cut).append(ellipsis);
        cut = clean.size();
        const std::size_t length = character_length(text);
        if (length == 0 || is_control(static_cast<unsigned char>(text[0]))) {
            clean.append(replacement);
        } else {
            clean.append(text.substr(0, length));
        }
        text.remove_prefix(length == 0 ? 1 : length);
        ++count;
    }
    return clean;
}

}  // namespace wardwatch

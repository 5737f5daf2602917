// What stood percent-encoded: escapes, the forms' plus sign, and whether it is UTF-8 at all.
#include "reporting/central/api/request_target.h"

#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

enum class Plus { itself, space };

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte of the escape whose '%' begins the text.
char escaped_byte(std::string_view text) {
    const int high = text.size() > 2 ? hex_digit(text[1]) : -1;
    const int low = text.size() > 2 ? hex_digit(text[2]) : -1;
    if (high < 0 || low < 0)
        throw TargetError(
            "In the address a % is not followed by two hexadecimal digits; write the sign itself as %25.");
    return static_cast<char>(high * 16 + low);
}

std::string decoded(std::string_view text, Plus plus) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            result += escaped_byte(text.substr(i));
            i += 2;
        } else {
            result += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
        }
    }
    if (!is_utf8(result)) throw TargetError("The address holds bytes that are not UTF-8; encode its text as UTF-8.");
    return result;
}

}  // namespace

std::string decoded_segment(std::string_view segment) { return decoded(segment, Plus::itself); }

Query decoded_query(std::string_view query) {
    Query result;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        result[decoded(pair.substr(0, equals), Plus::space)] = decoded(value, Plus::space);
    }
    return result;
}

}  // namespace wardwatch

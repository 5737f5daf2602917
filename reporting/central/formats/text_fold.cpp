// Folds by utf8proc; ASCII goes the short way.
#include "reporting/central/formats/text_fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "collectors/core/ascii.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string mapped(std::string_view text, utf8proc_option_t how) {
    const std::string clean = clean_text(text, text.size());
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(clean.data()),
                                                 static_cast<utf8proc_ssize_t>(clean.size()), &made, how);
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner{made, std::free};
    if (length < 0) throw std::runtime_error(std::string{"A text cannot be folded: "} + utf8proc_errmsg(length));
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(length)};
}

}  // namespace

std::string folded(std::string_view text) {
    // Most names of PCs are, and a list has ten thousand of them.
    if (is_ascii(text)) return ascii_lower(text);
    std::string result =
        mapped(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                    UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE));
    // The stroke of đ is no mark to Unicode: the letter does not decompose.
    constexpr std::string_view d_with_stroke = "\xC4\x91";
    for (std::size_t at = result.find(d_with_stroke); at != std::string::npos; at = result.find(d_with_stroke, at))
        result.replace(at, d_with_stroke.size(), "d");
    return result;
}

std::string without_case(std::string_view text) {
    if (is_ascii(text)) return ascii_lower(text);
    return mapped(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
}

std::string fold_words(std::string_view text) {
    std::istringstream words{folded(text)};
    std::string result;
    for (std::string word; words >> word;) result += (result.empty() ? "" : " ") + word;
    return result;
}

}  // namespace wardwatch

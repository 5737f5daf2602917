// Text as it is searched: without case and without diacritics.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// "Đống Đa" → "dong da", whether the letters came composed or not (NFC, NFD). Bytes that are not UTF-8 become U+FFFD.
std::string folded(std::string_view text);

/// The same with runs of white space as one space, none at the ends: "Tài  Khoản" → "tai khoan". For headings and fixed
/// words.
std::string fold_words(std::string_view text);

}  // namespace wardwatch

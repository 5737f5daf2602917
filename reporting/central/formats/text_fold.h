// Text as it is searched: without case and without diacritics.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// "Đống Đa" → "dong da", whether the letters came composed or not (NFC, NFD). Bytes that are not UTF-8 become U+FFFD.
std::string folded(std::string_view text);

/// Without case alone: "Đống" → "đống", and "Dong" stays another. For names of accounts, which Windows compares so.
std::string without_case(std::string_view text);

/// folded() with runs of white space as one space, none at the ends: "Tài  Khoản" → "tai khoan". For headings and fixed
/// words.
std::string fold_words(std::string_view text);

}  // namespace wardwatch

#include "reporting/tls/http.h"

#include <algorithm>

namespace wardwatch {

namespace {

// Header names are ASCII (RFC 9110); tolower() would follow the process's locale.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool HeaderLess::operator()(std::string_view a, std::string_view b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

}  // namespace wardwatch

#include "reporting/tls/http.h"

#include <algorithm>

#include "collectors/core/ascii.h"

namespace wardwatch {

// Header names are ASCII (RFC 9110).
bool HeaderLess::operator()(std::string_view a, std::string_view b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return ascii_lower(x) < ascii_lower(y); });
}

}  // namespace wardwatch

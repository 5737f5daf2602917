// Bodies made smaller for the wire.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// As HTTP's "deflate" means it: zlib's format (RFC 1950, RFC 9110 section 8.4.1.2).
std::string deflated(std::string_view bytes);

}  // namespace wardwatch

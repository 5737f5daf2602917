// Bodies that agents made smaller for the wire.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

/// What was sent is not zlib's format (RFC 1950), broken off, or followed by something.
class InflateError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// It would be larger than is taken; no more than that was unpacked.
class InflatedTooLarge : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The bytes that were "deflate"d (RFC 9110, section 8.4.1.2), `most` of them at most.
std::string inflated(std::string_view packed, std::size_t most);

}  // namespace wardwatch

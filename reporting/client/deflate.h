// Bodies made smaller for the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wardwatch {

/// As HTTP's "deflate" means it: zlib's format (RFC 1950, RFC 9110 section 8.4.1.2).
std::string deflated(std::string_view bytes);

/// Bytes that are compressed once and sent between others again and again, which stay as they are: for whoever sends
/// thousands of bodies in a second that are mostly alike.
class DeflatedMiddle {
public:
    DeflatedMiddle() = default;
    explicit DeflatedMiddle(std::string_view middle);

    /// What inflates to head, middle and tail. Either is shorter than 64 KiB.
    std::string between(std::string_view head, std::string_view tail) const;

private:
    std::string blocks_;
    std::size_t size_ = 0;
    std::uint32_t sum_ = 1;
};

}  // namespace wardwatch

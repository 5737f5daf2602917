// Beast's own zlib, which comes with the library that the client has anyway.
#include "reporting/client/deflate.h"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <stdexcept>

namespace wardwatch {

namespace {

namespace zlib = boost::beast::zlib;

// RFC 1950: a window of 32 KiB, the usual level, and what makes the two bytes a multiple of 31.
constexpr std::string_view head_bytes{"\x78\x9c", 2};
constexpr std::uint32_t largest_prime = 65521;

std::uint32_t adler32(std::string_view bytes, std::uint32_t before = 1) {
    std::uint32_t a = before & 0xffff;
    std::uint32_t b = before >> 16;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % largest_prime;
        b = (b + a) % largest_prime;
    }
    return b << 16 | a;
}

/// Of bytes with the sum `first` and, behind them, `size` bytes with the sum `second`.
std::uint32_t adler32_of_both(std::uint32_t first, std::uint32_t second, std::size_t size) {
    const std::uint64_t a = first & 0xffff;
    const std::uint64_t added = a + largest_prime - 1;  // the second began at 1, and goes on from a
    const std::uint64_t new_a = (added + (second & 0xffff)) % largest_prime;
    const std::uint64_t new_b =
        ((first >> 16) + (second >> 16) + added % largest_prime * (size % largest_prime)) % largest_prime;
    return static_cast<std::uint32_t>(new_b << 16 | new_a);
}

void append_sum(std::string& result, std::uint32_t sum) {
    for (const int shift : {24, 16, 8, 0}) result.push_back(static_cast<char>(sum >> shift & 0xff));
}

/// Deflate's blocks (RFC 1951); the last one is final, or ends with a byte.
std::string blocks_of(std::string_view bytes, zlib::Flush flush) {
    zlib::deflate_stream stream;
    std::string result(stream.upper_bound(bytes.size()) + 16, '\0');
    zlib::z_params place;
    place.next_in = bytes.data();
    place.avail_in = bytes.size();
    place.next_out = result.data();
    place.avail_out = result.size();
    boost::beast::error_code error;
    stream.write(place, flush, error);
    if (error && error != zlib::error::end_of_stream) throw std::logic_error("deflate: " + error.message());
    result.resize(place.total_out);
    return result;
}

/// A block that is not compressed.
void append_stored(std::string& result, std::string_view bytes, bool last) {
    const auto size = static_cast<std::uint16_t>(bytes.size());
    if (bytes.size() != size) throw std::length_error("deflate: a stored block has at most 65535 bytes");
    result.push_back(last ? '\1' : '\0');
    for (const unsigned number : {static_cast<unsigned>(size), ~static_cast<unsigned>(size)})
        for (const unsigned shift : {0u, 8u}) result.push_back(static_cast<char>(number >> shift & 0xff));
    result.append(bytes);
}

}  // namespace

std::string deflated(std::string_view bytes) {
    std::string result{head_bytes};
    result += blocks_of(bytes, zlib::Flush::finish);
    append_sum(result, adler32(bytes));
    return result;
}

DeflatedMiddle::DeflatedMiddle(std::string_view middle)
    : blocks_(blocks_of(middle, zlib::Flush::full)), size_(middle.size()), sum_(adler32(middle)) {}

std::string DeflatedMiddle::between(std::string_view head, std::string_view tail) const {
    std::string result;
    result.reserve(head.size() + blocks_.size() + tail.size() + 32);
    result.append(head_bytes);
    append_stored(result, head, false);
    result.append(blocks_);
    append_stored(result, tail, true);
    append_sum(result, adler32(tail, adler32_of_both(adler32(head), sum_, size_)));
    return result;
}

}  // namespace wardwatch

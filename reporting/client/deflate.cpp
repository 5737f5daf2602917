// Beast's own zlib, which comes with the library that the client has anyway.
#include "reporting/client/deflate.h"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <cstdint>
#include <stdexcept>

namespace wardwatch {

namespace {

// RFC 1950: a window of 32 KiB, the usual level, and what makes the two bytes a multiple of 31.
constexpr std::string_view head{"\x78\x9c", 2};

std::uint32_t adler32(std::string_view bytes) {
    constexpr std::uint32_t largest_prime = 65521;
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % largest_prime;
        b = (b + a) % largest_prime;
    }
    return b << 16 | a;
}

}  // namespace

std::string deflated(std::string_view bytes) {
    namespace zlib = boost::beast::zlib;
    zlib::deflate_stream stream;
    std::string result{head};
    result.resize(head.size() + stream.upper_bound(bytes.size()));
    zlib::z_params place;
    place.next_in = bytes.data();
    place.avail_in = bytes.size();
    place.next_out = result.data() + head.size();
    place.avail_out = result.size() - head.size();
    boost::beast::error_code error;
    stream.write(place, zlib::Flush::finish, error);
    if (error != zlib::error::end_of_stream) throw std::logic_error("deflate: " + error.message());
    result.resize(head.size() + place.total_out);
    const std::uint32_t sum = adler32(bytes);
    for (const int shift : {24, 16, 8, 0}) result.push_back(static_cast<char>(sum >> shift & 0xff));
    return result;
}

}  // namespace wardwatch

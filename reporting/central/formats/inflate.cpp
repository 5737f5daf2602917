// Debian's zlib, given no more room than what may come out.
#include "reporting/central/formats/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <new>

namespace wardwatch {

namespace {

/// zlib keeps the address of its state.
class Inflater {
public:
    explicit Inflater(std::string_view packed) {
        // It is only read; zlib's type says so under ZLIB_CONST alone.
        state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        state_.avail_in = static_cast<uInt>(packed.size());
        if (inflateInit(&state_) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&state_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// True at the end. Appends at most `count` bytes.
    bool go_on(std::string& bytes, std::size_t count) {
        const std::size_t before = bytes.size();
        bytes.resize(before + count);
        state_.next_out = reinterpret_cast<Bytef*>(bytes.data() + before);
        state_.avail_out = static_cast<uInt>(count);
        const int result = inflate(&state_, Z_NO_FLUSH);
        bytes.resize(bytes.size() - state_.avail_out);
        if (result == Z_MEM_ERROR) throw std::bad_alloc();
        if (result == Z_STREAM_END && state_.avail_in > 0) throw InflateError("something follows the compressed body");
        if (result == Z_STREAM_END) return true;
        if (result != Z_OK) throw InflateError("the compressed body is damaged or broken off");
        return false;
    }

private:
    z_stream state_{};
};

}  // namespace

std::string inflated(std::string_view packed, std::size_t most) {
    Inflater inflater{packed};
    std::string bytes;
    // The first guess is what reports need; one byte more than is taken tells that there is more.
    std::size_t piece = std::min(most + 1, packed.size() * 8 + 1024);
    while (!inflater.go_on(bytes, piece)) {
        if (bytes.size() > most)
            throw InflatedTooLarge("unpacked, the body has more than " + std::to_string(most) + " bytes");
        piece = std::min(most + 1 - bytes.size(), std::max<std::size_t>(bytes.size(), 1024));
    }
    if (bytes.size() > most)
        throw InflatedTooLarge("unpacked, the body has more than " + std::to_string(most) + " bytes");
    return bytes;
}

}  // namespace wardwatch

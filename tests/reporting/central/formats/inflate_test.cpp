// Compressed bodies: as zlib makes them, and as nobody should.
#include "reporting/central/formats/inflate.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

using namespace wardwatch;

namespace {

std::string packed(const std::string& bytes) {
    uLongf size = compressBound(static_cast<uLong>(bytes.size()));
    std::string result(size, '\0');
    REQUIRE(compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                     static_cast<uLong>(bytes.size())) == Z_OK);
    result.resize(size);
    return result;
}

}  // namespace

TEST_CASE("what was compressed comes back") {
    std::string mixed;
    for (unsigned i = 0; i < 50'000; ++i) mixed += static_cast<char>(i * 2'654'435'761u >> 24);
    for (const std::string& bytes : {std::string{}, std::string("{}"), std::string(100'000, 'x'), mixed})
        CHECK(inflated(packed(bytes), 200'000) == bytes);
    // As another program made it, at its best.
    CHECK(inflated(std::string("\x78\xda\x0b\xcf\xcc\xce\x2c\x48\x4d\xc9\x4c\x04\x00\x11\xe6\x03\x98", 17), 100) ==
          "Wikipedia");
}

TEST_CASE("no more is unpacked than is taken") {
    const std::string exact(1000, 'a');
    CHECK(inflated(packed(exact), 1000) == exact);
    CHECK_THROWS_AS(inflated(packed(exact + "a"), 1000), InflatedTooLarge);
    // 100 MB in 100 KB.
    const std::string bomb = packed(std::string(100'000'000, '\0'));
    CHECK(bomb.size() < 110'000);
    CHECK_THROWS_AS(inflated(bomb, 1u << 20), InflatedTooLarge);
    CHECK_THROWS_AS(inflated(bomb.substr(0, bomb.size() / 2), 1u << 20), InflatedTooLarge);
}

TEST_CASE("what is damaged, broken off or followed by something is refused") {
    const std::string text = "a report, a report, a report";
    const std::string good = packed(text);
    for (std::size_t size = 0; size < good.size(); ++size) {
        INFO(size);
        CHECK_THROWS_AS(inflated(good.substr(0, size), 1000), InflateError);
    }
    for (std::size_t place = 0; place < good.size(); ++place) {
        INFO(place);
        std::string damaged = good;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
        std::string unpacked;
        try {
            unpacked = inflated(damaged, 1000);
        } catch (const InflateError&) {
            continue;
        }
        CHECK(unpacked == text);  // bits that fill the last byte say nothing
    }
    CHECK_THROWS_AS(inflated(good + "x", 1000), InflateError);
    CHECK_THROWS_AS(inflated(R"({"format":1})", 1000), InflateError);
    // With a dictionary that nobody has.
    CHECK_THROWS_AS(inflated(std::string("\x78\xbb\x00\x00\x00\x01\x03\x00", 8), 1000), InflateError);
}

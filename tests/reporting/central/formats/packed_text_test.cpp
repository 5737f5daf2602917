// Texts packed and unpacked, alone and as what differs from another.
#include "reporting/central/formats/packed_text.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/test_data.h"

using namespace wardwatch;

namespace {

std::string recorded_report() {
    std::ifstream stream{test_data() / "machines/windows_11_home.report.json"};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// The same with another day in it.
std::string report_of_next_week() {
    std::string text = recorded_report();
    const std::size_t at = text.find("2026-11-10");
    REQUIRE(at != std::string::npos);
    text.replace(at, 10, "2031-01-09");
    return text;
}

}  // namespace

TEST_CASE("a packed text is the same again, and JSON is not taken for one") {
    const std::string report = recorded_report();
    for (const std::string& text : {report, std::string{}, std::string{"exact\0bytes", 11}}) {
        const std::string packed = pack_text(text);
        CHECK(is_packed_text(packed));
        CHECK(unpack_text(packed) == text);
    }
    CHECK(pack_text(report).size() < report.size() / 4);
    CHECK_FALSE(is_packed_text(report));
    CHECK_FALSE(is_packed_text(""));
    CHECK(unpack_text(report) == std::nullopt);
    CHECK(unpack_text("") == std::nullopt);
}

TEST_CASE("with a base a text takes what differs, and needs the same base again") {
    const std::string base = recorded_report();
    const std::string text = report_of_next_week();
    const std::string packed = pack_text(text, base);
    CHECK(packed.size() < 100);
    CHECK(unpack_text(packed, base) == text);
    CHECK(unpack_text(packed) == std::nullopt);
    CHECK(unpack_text(packed, std::string{base.rbegin(), base.rend()}) == std::nullopt);
    CHECK(pack_text(base, base).size() < 60);
}

TEST_CASE("damage is noticed, and a length that is too large is not believed") {
    const std::string text = recorded_report();
    const std::string packed = pack_text(text);
    for (std::size_t i = 0; i < packed.size(); i += 7) {
        std::string damaged = packed;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
        CHECK(unpack_text(damaged) != text);
        CHECK(unpack_text(packed.substr(0, i)) == std::nullopt);
    }
    const std::string longest(longest_packed_text, 'a');
    CHECK(unpack_text(pack_text(longest)) == longest);
    CHECK_THROWS_AS(pack_text(longest + "a"), std::length_error);
    // A frame of 4 GiB less one byte, and of one that does not say its length.
    CHECK(unpack_text(std::string{"\x28\xB5\x2F\xFD\xA0\xFE\xFF\xFF\xFF\x01\x00\x00", 12}) == std::nullopt);
    CHECK(unpack_text(std::string{"\x28\xB5\x2F\xFD\x00\x58\x01\x00\x00", 9}) == std::nullopt);
}

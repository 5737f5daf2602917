#include "reporting/central/table.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("Vietnamese letters take one column, composed or not") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("Đường Lê Lợi") == 12);
    CHECK(display_width("e\xCC\x82\xCC\xA3") == 1);  // e, circumflex, dot below
    CHECK(display_width("\xE6\xBC\xA2") == 2);       // a Chinese character
    CHECK(display_width("\xF0\x9F\x98\x80") == 2);   // an emoji
    CHECK(display_width("\xFF") == 1);
    CHECK(display_width("\xE1\xBB") == 1);  // cut off
}

TEST_CASE("columns are aligned by what is seen") {
    CHECK(format_table({{"Mục", "Kết quả", "x"}, {"1a", "đạt", ""}, {"1b", "không đạt", "y"}}) ==
          "Mục  Kết quả    x\n"
          "---  ---------  -\n"
          "1a   đạt\n"
          "1b   không đạt  y\n");
}

TEST_CASE("control characters cannot reach the terminal") {
    CHECK(format_table({{"a"}, {"\x1b[2J\n"}}) == "a\n-----\n?[2J?\n");
}

TEST_CASE("times are Vietnam's") {
    CHECK(vietnam_time(parse_instant("2026-11-22T20:04:59Z")) == "2026-11-23 03:04 +07");
}

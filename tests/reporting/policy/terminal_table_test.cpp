#include "reporting/policy/terminal_table.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("letters with marks take one column, however they are encoded") {
    CHECK(display_width("") == 0);
    CHECK(display_width("phường") == 6);
    CHECK(display_width("phu\xCC\x9Bo\xCC\x9B\xCC\x80ng") == 6);
    CHECK(display_width("文") == 2);
    CHECK(display_width("\xff\xfe") == 2);
    CHECK(display_width("e\xCC\x82\xCC\xA3") == 1);  // e, circumflex, dot below
    CHECK(display_width("\xF0\x9F\x98\x80") == 2);   // an emoji
}

TEST_CASE("columns stay aligned under Vietnamese letters, without spaces at the end") {
    CHECK(table({{"Đã đăng ký", "có", ""}, {"x", "chưa", "y"}}, " ") == " Đã đăng ký  có\n x           chưa  y\n");
    CHECK(table({}).empty());
}

TEST_CASE("a heading stands over a line of dashes") {
    CHECK(table({{"Mục", "Kết quả", "x"}, {"1a", "đạt", ""}, {"1b", "không đạt", "y"}}, "", Heading::first_row) ==
          "Mục  Kết quả    x\n"
          "---  ---------  -\n"
          "1a   đạt\n"
          "1b   không đạt  y\n");
}

TEST_CASE("a long cell goes on in the next line, at a space") {
    const std::string thirty(30, 'a');
    CHECK(table({{"x", thirty + " " + thirty + " b", "y"}, {"z", "", "w"}}) ==
          "x  " + thirty + std::string(32 - 30 + 2, ' ') + "y\n   " + thirty + " b\nz" + std::string(2 + 32 + 2, ' ') +
              "w\n");
    const std::string path(80, 'p');
    CHECK(table({{path + " q"}}) == path + "\nq\n");
    CHECK(table({{"a " + path}}) == "a\n" + path + "\n");
}

TEST_CASE("a hostile profile name cannot steer the terminal") {
    CHECK(printable("a\x1b[31m\n\x7f") == "a\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(printable("an\xE2\x80\xAEnguyen") == "an\xEF\xBF\xBDnguyen");
    CHECK(printable("\xC0\xAF\xED\xA0\x80 ngọc") ==
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD ngọc");
}

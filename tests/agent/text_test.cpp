#include "agent/cli/text.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("letters with marks take one column, however they are encoded") {
    CHECK(display_width("") == 0);
    CHECK(display_width("phường") == 6);
    CHECK(display_width("phu\xCC\x9Bo\xCC\x9B\xCC\x80ng") == 6);
    CHECK(display_width("文") == 2);
    CHECK(display_width("\xff\xfe") == 2);
}

TEST_CASE("columns stay aligned under Vietnamese letters, without spaces at the end") {
    CHECK(table({{"Đã đăng ký", "có", ""}, {"x", "chưa", "y"}}, " ") == " Đã đăng ký  có\n x           chưa  y\n");
    CHECK(table({}).empty());
}

TEST_CASE("a hostile profile name cannot steer the terminal") {
    CHECK(printable("a\x1b[31m\n\x7f") == "a\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(printable("an\xE2\x80\xAEnguyen") == "an\xEF\xBF\xBDnguyen");
    CHECK(printable("\xC0\xAF\xED\xA0\x80 ngọc") ==
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD ngọc");
}

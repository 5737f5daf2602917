#include "reporting/wire/version.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("a version is three numbers") {
    CHECK(parse_version("1.20.3") == Version{1, 20, 3});
    CHECK(parse_version("0.0.0") == Version{0, 0, 0});
    CHECK(parse_version("65535.1.0") == Version{65535, 1, 0});
    CHECK(parse_version("1.2.3.0") == Version{1, 2, 3});  // as Windows writes it
    for (const char* text : {"", "1", "1.2", "1.2.", "1.2.3.", "1.2.3.4", "1.2.3.0.0", "1.2.x", " 1.2.3", "1.2.3 ",
                             "-1.2.3", "1..3", "65536.0.0", "99999999999.0.0", "1.2.3/../x"}) {
        INFO(text);
        CHECK_FALSE(parse_version(text));
    }
}

TEST_CASE("newer is by numbers, and nothing is newer than what cannot be compared") {
    CHECK(is_newer("0.10.0", "0.9.9"));
    CHECK(is_newer("1.0.0", "0.99.99"));
    CHECK(is_newer("0.1.1", "0.1.0"));
    CHECK_FALSE(is_newer("0.1.0", "0.1.0"));
    CHECK_FALSE(is_newer("0.1.0", "0.1.1"));
    CHECK_FALSE(is_newer("0.2.0", ""));
    CHECK_FALSE(is_newer("next", "0.1.0"));
}

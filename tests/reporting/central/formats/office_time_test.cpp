#include "reporting/central/formats/office_time.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("times are Vietnam's") {
    CHECK(vietnam_time(parse_instant("2026-11-22T20:04:59Z")) == "2026-11-23 03:04 +07");
}

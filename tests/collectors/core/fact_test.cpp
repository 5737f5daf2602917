#include "collectors/core/fact.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <stdexcept>

using namespace wardwatch;
using namespace std::chrono;

TEST_CASE("an instant is written as UTC with seconds") {
    CHECK(format_instant(sys_days{2026y / November / 22} + 3h + 4min + 5s) == "2026-11-22T03:04:05Z");
    CHECK(format_instant(Instant{}) == "1970-01-01T00:00:00Z");
    CHECK(format_instant(Instant{-1s}) == "1969-12-31T23:59:59Z");
    CHECK(format_instant(sys_days{2028y / February / 29} + 23h + 59min + 59s) == "2028-02-29T23:59:59Z");
}

TEST_CASE("reading an instant is the inverse of writing it") {
    const auto second =
        GENERATE(0LL, 1LL, -1LL, 951'782'399LL, 1'795'316'645LL, 4'102'444'800LL, -62'135'596'800LL, 253'402'300'799LL);
    const Instant instant{seconds{second}};
    CHECK(parse_instant(format_instant(instant)) == instant);
}

TEST_CASE("what is not an instant of exactly this form is refused") {
    const auto* text =
        GENERATE("", "2026-11-22", "2026-11-22T03:04:05", "2026-11-22T03:04:05+07:00", "2026-11-22 03:04:05Z",
                 "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-22T24:00:00Z",
                 "2026-11-22T03:60:05Z", "2026-11-22T03:04:60Z", "2026-11-22T03:04:05Zx", " 2026-11-22T03:04:05Z",
                 "-026-11-22T03:04:05Z", "2026-11-22T+3:04:05Z", "2026-11-22t03:04:05z");
    INFO(text);
    CHECK_THROWS_AS(parse_instant(text), std::invalid_argument);
}

TEST_CASE("ids that end in _at hold instants") {
    CHECK(holds_instant("accounts.last_logon_at"));
    CHECK_FALSE(holds_instant("accounts.ever_logged_on"));
    CHECK_FALSE(holds_instant("host.at_name"));
}

#include "agent/schedule/schedule.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {
constexpr double almost_one = 0.999999;
const Instant noon = parse_instant("2026-11-22T12:00:00Z");
}  // namespace

TEST_CASE("the first contact is spread over the whole start-up spread") {
    CHECK(first_wait(300s, 0.0) == 0s);
    CHECK(first_wait(300s, 0.5) == 150s);
    CHECK(first_wait(300s, almost_one) < 300s);
    CHECK(first_wait(0s, 0.7) == 0s);
}

TEST_CASE("a repeated wait lies within ten per cent of its interval") {
    CHECK(jittered(1000s, 0.0) == 900s);
    CHECK(jittered(1000s, 0.5) == 1000s);
    CHECK(jittered(1000s, almost_one) > 1099s);
    CHECK(jittered(1000s, almost_one) < 1100s);
}

TEST_CASE("back-off doubles from 5 seconds to 30 minutes, with full jitter") {
    CHECK(back_off(1, std::nullopt, 0.0) == 0s);
    CHECK(back_off(1, std::nullopt, 0.5) == 2500ms);
    CHECK(back_off(2, std::nullopt, 0.5) == 5s);
    CHECK(back_off(5, std::nullopt, 0.5) == 40s);
    CHECK(back_off(9, std::nullopt, 0.5) == 640s);
    CHECK(back_off(10, std::nullopt, 0.5) == 15min);
    CHECK(back_off(1'000'000, std::nullopt, almost_one) < 30min);
    CHECK(back_off(0, std::nullopt, 0.5) == 2500ms);
}

TEST_CASE("the centre's Retry-After is honoured from below, and bounded") {
    CHECK(back_off(1, 120s, 0.0) == 120s);
    CHECK(back_off(3, 120s, 0.5) == 130s);
    CHECK(back_off(1, 100h, 0.0) == 6h);
    CHECK(back_off(1, -5s, 0.0) == 0s);
}

TEST_CASE("a refused PC tries every 30 to 60 minutes") {
    CHECK(refused_wait(0.0) == 30min);
    CHECK(refused_wait(almost_one) < 60min);
}

TEST_CASE("a PC that slept notices by the system clock") {
    CHECK_FALSE(overslept(noon, noon + 4h, 4h));
    CHECK_FALSE(overslept(noon, noon + 4h + 24min, 4h));
    CHECK(overslept(noon, noon + 4h + 25min, 4h));
    CHECK_FALSE(overslept(noon, noon - 1000h, 4h));
}

TEST_CASE("a certificate is renewed in the last third of its life") {
    CHECK_FALSE(renewal_due(noon, noon + 90h, noon + 60h));
    CHECK(renewal_due(noon, noon + 90h, noon + 60h + 1s));
    CHECK(renewal_due(noon, noon + 90h, noon + 100h));
}

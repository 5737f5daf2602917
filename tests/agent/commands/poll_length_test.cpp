// How long polls wait, by what was offered and what was lost.
#include "agent/commands/poll_length.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using namespace std::chrono_literals;

TEST_CASE("polls wait as long as the centre offers, between 55 s and an hour") {
    PollLength length;
    const SteadyTime now{};
    CHECK_FALSE(length.is_offered());
    CHECK(length.longest(now) == 55s);
    length.offer(330s);
    CHECK(length.is_offered());
    CHECK(length.longest(now) == 330s);
    length.offer(10s);
    CHECK(length.longest(now) == 55s);
    length.offer(100h);
    CHECK(length.longest(now) == 1h);
    length.offer(std::nullopt);
    CHECK(length.longest(now) == 55s);
}

TEST_CASE("two long polls that are lost one after the other make them shorter, for a day") {
    PollLength length;
    length.offer(330s);
    SteadyTime now{};
    // As a proxy does that ends what is silent for two minutes.
    CHECK_FALSE(length.lost(330s, 120s, now));
    CHECK(length.longest(now) == 330s);
    CHECK(length.lost(330s, 120s, now));
    CHECK(length.longest(now) == 165s);
    CHECK_FALSE(length.lost(165s, 120s, now));
    CHECK(length.lost(165s, 120s, now));
    CHECK(length.longest(now) == 82s);
    length.answered(82s, 82s);
    CHECK(length.longest(now + 24h - 1s) == 82s);
    CHECK(length.longest(now + 24h) == 330s);
    // Not below what agents always waited.
    for (int i = 0; i < 10; ++i) length.lost(60s, 40s, now);
    CHECK(length.longest(now) == 55s);
}

TEST_CASE("a centre that restarts makes no poll shorter") {
    PollLength length;
    length.offer(330s);
    const SteadyTime now{};
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(length.lost(330s, 100s, now));
        CHECK_FALSE(length.lost(330s, 1s, now));  // it is not there again yet
        length.answered(330s, 331s);
    }
    // What ends early for another reason proves nothing.
    CHECK_FALSE(length.lost(330s, 100s, now));
    length.answered(330s, 2s);
    CHECK(length.lost(330s, 100s, now));
    CHECK_FALSE(length.lost(55s, 50s, now));
}

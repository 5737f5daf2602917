#include "reporting/fleet/latency_histogram.h"

#include <catch2/catch_test_macros.hpp>

using std::chrono::microseconds;
using wardwatch::LatencyHistogram;

TEST_CASE("an empty histogram has no latency") {
    const LatencyHistogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.percentile(99) == microseconds{0});
    CHECK(histogram.buckets().empty());
}

TEST_CASE("percentiles are exact below 128 µs") {
    LatencyHistogram histogram;
    for (int i = 1; i <= 100; ++i) histogram.add(microseconds{i});
    CHECK(histogram.percentile(50) == microseconds{50});
    CHECK(histogram.percentile(99) == microseconds{99});
    CHECK(histogram.percentile(100) == microseconds{100});
    CHECK(histogram.percentile(0) == microseconds{1});
}

TEST_CASE("a value stands in a bucket that is at most 1/64 wide") {
    for (const std::int64_t value : {128, 129, 1'000, 65'535, 65'536, 1'234'567, 100'000'000}) {
        LatencyHistogram histogram;
        histogram.add(microseconds{value});
        const auto buckets = histogram.buckets();
        REQUIRE(buckets.size() == 1);
        CHECK(buckets.front().first >= value);
        CHECK(buckets.front().first - value <= value / 64);
        CHECK(buckets.front().second == 1);
    }
}

TEST_CASE("no percentile is more than the longest, and one that stalls is seen") {
    LatencyHistogram histogram;
    for (int i = 0; i < 999; ++i) histogram.add(microseconds{300});
    histogram.add(microseconds{70'001});
    CHECK(histogram.percentile(99) <= microseconds{304});
    CHECK(histogram.percentile(100) == microseconds{70'001});
    CHECK(histogram.longest() == microseconds{70'001});
}

TEST_CASE("a clock that went back counts as nothing") {
    LatencyHistogram histogram;
    histogram.add(microseconds{-5});
    CHECK(histogram.percentile(100) == microseconds{0});
    CHECK(histogram.count() == 1);
}

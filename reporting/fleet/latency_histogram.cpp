#include "reporting/fleet/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wardwatch {

namespace {

// Values below 128 stand for themselves; from there on each power of two has 64 buckets.
constexpr std::size_t exact = 128;
constexpr std::size_t per_power = 64;

std::size_t bucket_of(std::uint64_t value) {
    if (value < exact) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 7;
    return exact + (shift - 1) * per_power + static_cast<std::size_t>((value >> shift) - per_power);
}

std::int64_t largest_in(std::size_t bucket) {
    if (bucket < exact) return static_cast<std::int64_t>(bucket);
    const std::size_t shift = (bucket - exact) / per_power + 1;
    const std::uint64_t part = (bucket - exact) % per_power + per_power;
    return static_cast<std::int64_t>(((part + 1) << shift) - 1);
}

}  // namespace

void LatencyHistogram::add(std::chrono::microseconds latency) {
    latency = std::max(latency, std::chrono::microseconds{0});
    const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(latency.count()));
    if (bucket >= counts_.size()) counts_.resize(bucket + 1);
    ++counts_[bucket];
    ++count_;
    longest_ = std::max(longest_, latency);
}

std::chrono::microseconds LatencyHistogram::percentile(double percent) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        seen += counts_[bucket];
        if (counts_[bucket] > 0 && seen >= wanted)
            return std::min(longest_, std::chrono::microseconds{largest_in(bucket)});
    }
    return longest_;
}

std::vector<std::pair<std::int64_t, std::uint64_t>> LatencyHistogram::buckets() const {
    std::vector<std::pair<std::int64_t, std::uint64_t>> filled;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
        if (counts_[bucket] > 0) filled.emplace_back(largest_in(bucket), counts_[bucket]);
    return filled;
}

}  // namespace wardwatch

// How long things took, in buckets that are at most 1/64 of their value wide: the layout of HdrHistogram. Small,
// however much is counted, and histograms of several processes are added bucket by bucket.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace wardwatch {

class LatencyHistogram {
public:
    /// Below zero counts as zero.
    void add(std::chrono::microseconds latency);

    std::uint64_t count() const { return count_; }
    /// The largest value of the bucket in which so many percent (0 to 100) of all are reached, never more than the
    /// longest; 0 when nothing was counted.
    std::chrono::microseconds percentile(double percent) const;
    std::chrono::microseconds longest() const { return longest_; }
    /// (largest value in microseconds, how many) of each bucket that holds something, ascending.
    std::vector<std::pair<std::int64_t, std::uint64_t>> buckets() const;

private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::chrono::microseconds longest_{0};
};

}  // namespace wardwatch

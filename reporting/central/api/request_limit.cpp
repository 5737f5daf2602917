// A token bucket for each name.
#include "reporting/central/api/request_limit.h"

#include <algorithm>
#include <cmath>

namespace wardwatch {

std::chrono::seconds RequestLimit::attempt(const std::string& name, Instant now, double cost) {
    const auto level = [&](const Bucket& bucket) {
        const auto waited = static_cast<double>(std::max<std::int64_t>(0, (now - bucket.filled).count()));
        return std::min(rate_.burst, bucket.left + waited * rate_.per_second);
    };
    const std::lock_guard lock{mutex_};
    // A full bucket says nothing that a missing one does not.
    if (buckets_.size() >= clean_at_) {
        std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second) >= rate_.burst; });
        clean_at_ = std::max(clean_at_, 2 * buckets_.size());
    }
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rate_.burst, now}).first->second;
    bucket = {level(bucket), std::max(now, bucket.filled)};
    const double taken = std::min(cost, rate_.burst);
    if (bucket.left < taken)
        return std::chrono::seconds{static_cast<std::int64_t>(std::ceil((taken - bucket.left) / rate_.per_second))};
    bucket.left -= taken;
    return std::chrono::seconds{0};
}

}  // namespace wardwatch

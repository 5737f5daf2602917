// A token bucket for each name.
#include "reporting/central/api/request_limit.h"

#include <algorithm>
#include <cmath>

namespace wardwatch {

double RequestLimit::left(const Bucket& bucket, Instant now) const {
    const auto waited = static_cast<double>(std::max<std::int64_t>(0, (now - bucket.filled).count()));
    return std::min(rate_.burst, bucket.left + waited * rate_.per_second);
}

std::chrono::seconds RequestLimit::until(double wanted, double left) const {
    if (left >= wanted) return std::chrono::seconds{0};
    return std::chrono::seconds{static_cast<std::int64_t>(std::ceil((wanted - left) / rate_.per_second))};
}

std::chrono::seconds RequestLimit::wait(const std::string& name, Instant now) {
    const std::lock_guard lock{mutex_};
    const auto bucket = buckets_.find(name);
    return bucket == buckets_.end() ? std::chrono::seconds{0} : until(1, left(bucket->second, now));
}

std::chrono::seconds RequestLimit::attempt(const std::string& name, Instant now, double cost) {
    const std::lock_guard lock{mutex_};
    // A full bucket says nothing that a missing one does not.
    if (buckets_.size() >= clean_at_) {
        std::erase_if(buckets_, [&](const auto& entry) { return left(entry.second, now) >= rate_.burst; });
        clean_at_ = std::max(clean_at_, 2 * buckets_.size());
    }
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rate_.burst, now}).first->second;
    bucket = {left(bucket, now), std::max(now, bucket.filled)};
    const double taken = std::min(cost, rate_.burst);
    const std::chrono::seconds wait = until(taken, bucket.left);
    if (wait.count() == 0) bucket.left -= taken;
    return wait;
}

}  // namespace wardwatch

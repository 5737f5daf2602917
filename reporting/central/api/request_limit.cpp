// A token bucket for each name.
#include "reporting/central/api/request_limit.h"

#include <algorithm>
#include <cmath>

namespace wardwatch {

std::chrono::seconds RequestLimit::attempt(const std::string& name, Instant now) {
    constexpr std::size_t most_names = 10'000;
    const auto level = [&](const Bucket& bucket) {
        const auto waited = static_cast<double>(std::max<std::int64_t>(0, (now - bucket.filled).count()));
        return std::min(rate_.burst, bucket.left + waited * rate_.per_second);
    };
    const std::lock_guard lock{mutex_};
    // A full bucket says nothing that a missing one does not.
    if (buckets_.size() >= most_names)
        std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second) >= rate_.burst; });
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rate_.burst, now}).first->second;
    bucket = {level(bucket), std::max(now, bucket.filled)};
    if (bucket.left < 1)
        return std::chrono::seconds{static_cast<std::int64_t>(std::ceil((1 - bucket.left) / rate_.per_second))};
    bucket.left -= 1;
    return std::chrono::seconds{0};
}

}  // namespace wardwatch

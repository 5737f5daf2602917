// How often somebody may ask.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

/// How many requests somebody may make: `burst` at once, and `per_second` from then on.
struct RequestRate {
    double per_second = 0;
    double burst = 0;
};

/// A token bucket per name (a person, an API token, an address). May be used from any thread.
class RequestLimit {
public:
    explicit RequestLimit(RequestRate rate) : rate_(rate) {}
    /// Zero when the request may be made, else how long to wait. It takes `cost` of what is left (at most `burst`).
    std::chrono::seconds attempt(const std::string& name, Instant now, double cost = 1);
    /// What attempt() would return, without taking anything.
    std::chrono::seconds wait(const std::string& name, Instant now);

private:
    struct Bucket {
        double left = 0;
        Instant filled;
    };
    double left(const Bucket& bucket, Instant now) const;
    std::chrono::seconds until(double wanted, double left) const;

    RequestRate rate_;
    std::mutex mutex_;
    std::map<std::string, Bucket> buckets_;
    std::size_t clean_at_ = 10'000;  ///< names
};

}  // namespace wardwatch

// When a noticed change is worth a scan. Pure: time comes in as arguments, of the steady clock.
#pragma once

#include <chrono>
#include <optional>

namespace wardwatch {

/// A browser writes its files in bursts, and often without a new password. So a scan waits for quiet (5 s, but at most
/// 30 s after the first change), and keeps a distance to the scan before it: 10 s after one that found something new,
/// doubled with each that did not, up to 40 s. A change is therefore scanned within 45 s where a scan takes less than
/// 5 s; a slower one keeps eight times its own length, up to 15 minutes. Nothing is due, and no timer needed, while
/// nothing has changed.
class ChangeDebounce {
public:
    using Time = std::chrono::steady_clock::time_point;

    void changed(Time now);

    /// When the scan should begin; empty while nothing has changed.
    std::optional<Time> due() const;

    /// A scan begins, for whatever reason: it will see what has changed before.
    void scan_begins(Time now);

    /// How a scan for a change ended: whether its facts were new, and how long it took.
    void scan_ended(bool found_something, std::chrono::milliseconds took);

private:
    std::optional<Time> first_;  // of the changes that no scan has seen
    Time last_;
    std::optional<Time> scan_;  // when the last one began
    std::chrono::milliseconds distance_{std::chrono::seconds{10}};
};

}  // namespace wardwatch

// How many TLS handshakes are under way at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

namespace wardwatch {

/// A handshake costs a processor a millisecond: when a whole office comes back at once, a few that are finished serve
/// more clients than thousands that are all begun and reach their time limit together. Who keeps the centre waiting
/// counts for a second only, so that clients who never speak hold up nobody. For one thread at a time.
class Handshakes {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Handshakes(std::size_t most) : most_(most) {}

    /// To be handed to `end`.
    std::uint64_t begin(Time now) {
        under_way_.emplace(next_, now);
        return next_++;
    }
    void end(std::uint64_t handshake) { under_way_.erase(handshake); }

    bool has_room(Time now) {
        while (!under_way_.empty() && room_at() <= now) under_way_.erase(under_way_.begin());
        return under_way_.size() < most_;
    }
    /// When the one that began first counts no more; while there is no room.
    Time room_at() const { return under_way_.begin()->second + patience; }

private:
    static constexpr std::chrono::seconds patience{1};

    std::size_t most_;
    std::uint64_t next_ = 0;
    std::map<std::uint64_t, Time> under_way_;  ///< in the order of their beginning
};

}  // namespace wardwatch

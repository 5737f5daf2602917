// The heartbeat between the loop, which knows what it says, and the command channel, whose polls carry it where the
// centre takes that: then nothing else need be said while nothing changes.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "reporting/client/client.h"

namespace wardwatch {

/// Thread safe.
class HeartbeatBoard {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `wake` is called when take_carried() has something.
    explicit HeartbeatBoard(std::function<void()> wake = [] {}) : wake_(std::move(wake)) {}

    // The loop's side.
    /// What the next heartbeat says, and from when on it is due; the one behind it `interval` later.
    void show(Heartbeat next, Time due, std::chrono::seconds interval);
    /// There is none to be carried.
    void hide();
    /// From when on the loop sends one by itself that is due then: later where polls carry it, as they may be slow, and
    /// never while one has it.
    Time due_for_loop(Time due) const;
    struct Carried {
        Time at;                                ///< when the poll began
        std::optional<HeartbeatAnswer> answer;  ///< empty: it was lost
    };
    /// What became of the one that a poll had; once.
    std::optional<Carried> take_carried();

    // The channel's side.
    void polls_carry(bool carry);
    /// Until then a poll may wait: then the next one has a heartbeat to carry.
    Time due() const;
    /// The heartbeat, if it is due: one of the following is called for it, which without one does nothing.
    std::optional<Heartbeat> take(Time now);
    void answered(const HeartbeatAnswer& answer);
    void lost();

private:
    void ended(std::optional<HeartbeatAnswer> answer);

    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    bool polls_carry_ = false;
    std::optional<Heartbeat> next_;
    Time due_ = Time::max();
    std::chrono::seconds interval_{0};
    std::optional<Time> on_its_way_;  ///< since when
    std::optional<Carried> carried_;
};

}  // namespace wardwatch

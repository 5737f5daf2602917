// A mutex around who has the heartbeat.
#include "agent/centre/heartbeat_board.h"

#include <utility>

namespace wardwatch {

namespace {

/// A poll that was to end when a heartbeat became due ends by then, or is dead.
constexpr std::chrono::seconds patience{90};

}  // namespace

void HeartbeatBoard::show(Heartbeat next, Time due, std::chrono::seconds interval) {
    const std::lock_guard lock(mutex_);
    next_ = std::move(next);
    interval_ = interval;
    // One that is on its way is not due again before its time.
    if (!on_its_way_ && !carried_) due_ = due;
}

void HeartbeatBoard::hide() {
    const std::lock_guard lock(mutex_);
    next_.reset();
    due_ = Time::max();
}

HeartbeatBoard::Time HeartbeatBoard::due_for_loop(Time due) const {
    const std::lock_guard lock(mutex_);
    if (on_its_way_) return Time::max();
    return polls_carry_ ? due + patience : due;
}

std::optional<HeartbeatBoard::Carried> HeartbeatBoard::take_carried() {
    const std::lock_guard lock(mutex_);
    return std::exchange(carried_, std::nullopt);
}

void HeartbeatBoard::polls_carry(bool carry) {
    const std::lock_guard lock(mutex_);
    polls_carry_ = carry;
}

HeartbeatBoard::Time HeartbeatBoard::due() const {
    const std::lock_guard lock(mutex_);
    return due_;
}

std::optional<Heartbeat> HeartbeatBoard::take(Time now) {
    const std::lock_guard lock(mutex_);
    if (!next_ || now < due_) return std::nullopt;
    on_its_way_ = now;
    due_ = now + interval_;
    return next_;
}

void HeartbeatBoard::answered(const HeartbeatAnswer& answer) { ended(answer); }

void HeartbeatBoard::lost() { ended(std::nullopt); }

void HeartbeatBoard::ended(std::optional<HeartbeatAnswer> answer) {
    {
        const std::lock_guard lock(mutex_);
        if (!on_its_way_) return;
        carried_ = Carried{*on_its_way_, answer};
        on_its_way_.reset();
    }
    wake_();
}

}  // namespace wardwatch

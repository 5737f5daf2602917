#include "reporting/fleet/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace wardwatch {

namespace {

using Clock = std::chrono::steady_clock;

void control(int epoll, int operation, int descriptor, LoopClient& client, unsigned events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &client;
    if (epoll_ctl(epoll, operation, descriptor, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

}  // namespace

void DescriptorTraits::release(int descriptor) noexcept { close(descriptor); }

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void EventLoop::add(int descriptor, LoopClient& client, unsigned events) {
    control(epoll_.get(), EPOLL_CTL_ADD, descriptor, client, events);
}

void EventLoop::change(int descriptor, LoopClient& client, unsigned events) {
    control(epoll_.get(), EPOLL_CTL_MOD, descriptor, client, events);
}

// A time that moves away, as limits do with each answer, adds no alarm: the earlier one looks again.
void EventLoop::wake_at(LoopClient& client, SteadyTime when) {
    client.wake_ = when;
    if (when >= client.queued_) return;
    client.queued_ = when;
    alarms_.push({when, &client});
}

void EventLoop::ring_what_is_due() {
    const SteadyTime now = Clock::now();
    while (!alarms_.empty() && alarms_.top().when <= now) {
        const Alarm alarm = alarms_.top();
        alarms_.pop();
        LoopClient& client = *alarm.client;
        if (alarm.when != client.queued_) continue;
        client.queued_ = SteadyTime::max();
        const SteadyTime wanted = std::exchange(client.wake_, SteadyTime::max());
        if (wanted <= now)
            client.due();
        else if (wanted != SteadyTime::max())
            wake_at(client, wanted);
    }
}

int EventLoop::milliseconds_to_wait() const {
    if (alarms_.empty()) return 50;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(alarms_.top().when - Clock::now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, 50));
}

void EventLoop::run_until(const std::function<bool()>& done) {
    std::array<epoll_event, 256> events{};
    while (!done()) {
        const int count =
            epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds_to_wait());
        if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
        for (int i = 0; i < count; ++i) static_cast<LoopClient*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
        ring_what_is_due();
    }
}

}  // namespace wardwatch

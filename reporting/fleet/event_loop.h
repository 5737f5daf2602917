// One thread that waits for the sockets and the next steps of many PCs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Whoever waits for one socket and one point in time. Lives as long as the loop.
class LoopClient {
public:
    virtual ~LoopClient() = default;
    /// The socket can be read or written, or is broken.
    virtual void ready() = 0;
    /// The time that was asked for last has come.
    virtual void due() = 0;

private:
    friend class EventLoop;
    SteadyTime wake_ = SteadyTime::max();    ///< what it asked for
    SteadyTime queued_ = SteadyTime::max();  ///< its earliest alarm that counts
};

struct DescriptorTraits {
    static int none() { return -1; }
    static void release(int descriptor) noexcept;
};
using UniqueDescriptor = UniqueResource<int, DescriptorTraits>;

/// Throws std::system_error where the system says no.
class EventLoop {
public:
    EventLoop();

    /// `events` are epoll's. A descriptor that is closed is forgotten by itself.
    void add(int descriptor, LoopClient& client, unsigned events);
    void change(int descriptor, LoopClient& client, unsigned events);
    /// In place of the time that was asked for before.
    void wake_at(LoopClient& client, SteadyTime when);

    /// Until `done`, which is asked after each round, at least every 50 ms.
    void run_until(const std::function<bool()>& done);

private:
    struct Alarm {
        SteadyTime when;
        LoopClient* client;
        bool operator>(const Alarm& other) const { return when > other.when; }
    };
    void ring_what_is_due();
    int milliseconds_to_wait() const;

    UniqueDescriptor epoll_;
    std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
};

}  // namespace wardwatch

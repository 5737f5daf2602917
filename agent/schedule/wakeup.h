// Lets the loop sleep until it has something to do.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "agent/schedule/schedule.h"

namespace wardwatch {

/// Threads: any may wake, one waits. Shared with scans that may outlive the loop.
class Wakeup {
public:
    void wake() {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        changed_.notify_all();
    }

    /// Returns after `longest`, when woken (also before the call), or when a stop is requested.
    void wait(const std::stop_token& stop, Wait longest) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, longest, [this] { return woken_; });
        woken_ = false;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ = false;
};

}  // namespace wardwatch

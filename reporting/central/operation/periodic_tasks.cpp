// The thread that runs each task when its time has come.
#include "reporting/central/operation/periodic_tasks.h"

#include <algorithm>

namespace wardwatch {

PeriodicTasks::PeriodicTasks(std::vector<PeriodicTask> tasks, Log log)
    : tasks_(std::move(tasks)), log_(std::move(log)), thread_([this] { work(); }) {}

PeriodicTasks::~PeriodicTasks() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void PeriodicTasks::work() {
    using SteadyClock = std::chrono::steady_clock;
    std::vector<SteadyClock::time_point> next(tasks_.size(), SteadyClock::now());
    std::unique_lock lock{mutex_};
    while (!over_) {
        const auto due = std::min_element(next.begin(), next.end());
        if (due == next.end()) return;
        if (wake_.wait_for(lock, *due - SteadyClock::now(), [&] { return over_; })) return;
        const PeriodicTask& task = tasks_[static_cast<std::size_t>(due - next.begin())];
        lock.unlock();
        try {
            task.run();
        } catch (const std::exception& error) {
            log_(task.name + " failed: " + error.what());
        }
        lock.lock();
        *due = SteadyClock::now() + task.every;
    }
}

}  // namespace wardwatch

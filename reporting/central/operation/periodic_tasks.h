// What is to be done again and again beside the listeners, on one thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "reporting/central/api/routes.h"

namespace wardwatch {

struct PeriodicTask {
    std::string name;  ///< for the log
    std::chrono::seconds every;
    std::function<void()> run;
};

/// Runs each at once and then after its interval, one at a time. What one throws is logged, and it is run again when
/// its time comes: a full disk now must not end the centre.
class PeriodicTasks {
public:
    PeriodicTasks(std::vector<PeriodicTask> tasks, Log log);
    ~PeriodicTasks();  ///< waits for the one that runs
    PeriodicTasks(const PeriodicTasks&) = delete;
    PeriodicTasks& operator=(const PeriodicTasks&) = delete;

private:
    void work();

    std::vector<PeriodicTask> tasks_;
    Log log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace wardwatch

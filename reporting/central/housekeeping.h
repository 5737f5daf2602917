// What `serve` does beside answering: judging anew as time passes, and noticing the signal to stop.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "reporting/central/api.h"
#include "reporting/central/judging.h"
#include "reporting/central/store.h"

namespace wardwatch {

/// From now on SIGTERM and SIGINT set a flag instead of ending the process.
void watch_for_stop_signal();

/// A thread of its own. At once and then hourly it judges what was judged with another policy or over a day ago, and
/// every minute it ends commands that are over their time and asks further PCs to take an
/// update that is offered, which `ring` is told; when the stop signal came, it calls `stop` once.
class Housekeeping {
public:
    using Ring = std::function<void(const std::vector<std::string>& device_ids)>;
    Housekeeping(CentralStore& store, PolicyInForce policy, Clock clock, Log log, Ring ring,
                 std::function<void()> stop);
    ~Housekeeping();  ///< waits for the thread
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    void work();
    void judge_stale();
    void look_after_commands();

    CentralStore& store_;
    PolicyInForce policy_;
    Clock clock_;
    Log log_;
    Ring ring_;
    std::function<void()> stop_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace wardwatch

// What `serve` does beside answering: judging anew as time passes, and noticing the signal to stop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "reporting/central/api/routes.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/news.h"

namespace wardwatch {

/// From now on SIGTERM and SIGINT set a flag instead of ending the process.
void watch_for_stop_signal();

/// Two threads of its own. At once and then hourly one writes how the units stand today; within seconds, and at once
/// when policy_news is told, it notices a policy that another process published, and judges what is due (time, a
/// policy, a waiver, a move between units). What an older program did not read out of reports is read some reports at a
/// time, and those that it stored as they came are packed. Every minute it ends waivers and commands that are over
/// their time and asks further PCs to take an update that is offered; when the stop signal came, it calls `stop` once.
/// The other one judges the history when that is to be judged again, which takes minutes where there are many PCs.
class Housekeeping {
public:
    Housekeeping(sql::Database& database, CurrentPolicy& policy, Clock clock, Log log, std::function<void()> stop);
    ~Housekeeping();  ///< waits for the threads
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    void work();
    void work_on_history();
    bool on_duty();
    /// True when there is more to do at once.
    bool judge_all(bool hourly);
    void judge();
    void look_for_policy();
    void write_today();
    void judge_history();
    bool stopping();
    void look_after_commands();
    bool read_antivirus();
    bool pack_bodies();

    sql::Database& database_;
    CurrentPolicy& policy_;
    Clock clock_;
    Log log_;
    std::function<void()> stop_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::atomic<bool> failed_ = false;  ///< something could not be done: tried again only after a minute
    bool antivirus_behind_ = true;      ///< there may be reports of which no products are stored
    bool bodies_behind_ = true;         ///< there may be reports that are not packed
    sql::Subscription policy_news_;
    std::thread thread_;
    std::thread history_thread_;
};

}  // namespace wardwatch

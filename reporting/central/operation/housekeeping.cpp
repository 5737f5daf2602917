// The housekeeping thread, and the signals that stop a centre.
#include "reporting/central/operation/housekeeping.h"

#include <atomic>
#include <csignal>

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/devices/body_store.h"
#include "reporting/central/history/history.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/judging/policy_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/updates/updates.h"

namespace wardwatch {

namespace {

// A flag and a look at it four times a second: the one way that signals work alike on Linux and Windows.
std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void ask_to_stop(int) { stop_asked = true; }

constexpr std::chrono::milliseconds look{250};
constexpr std::chrono::seconds judging_interval{3};
constexpr std::chrono::minutes failure_interval{1};
constexpr std::chrono::hours day_interval{1};
constexpr std::size_t judged_at_once = 500;
constexpr std::chrono::minutes command_interval{1};
constexpr std::chrono::days command_memory{90};

}  // namespace

void watch_for_stop_signal() {
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGINT, ask_to_stop);
#ifdef SIGPIPE
    // A reader that closed our output must not end the centre.
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

Housekeeping::Housekeeping(sql::Database& database, CurrentPolicy& policy, Clock clock, Log log,
                           std::function<void()> stop)
    : database_(database),
      policy_(policy),
      clock_(std::move(clock)),
      log_(std::move(log)),
      stop_(std::move(stop)),
      policy_news_(database, policy_news, [this](std::string_view) { look_for_policy(); }),
      thread_([this] { work(); }),
      history_thread_([this] { work_on_history(); }) {}

Housekeeping::~Housekeeping() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    thread_.join();
    history_thread_.join();
}

void Housekeeping::work() {
    auto next_judging = std::chrono::steady_clock::now();
    auto next_day = next_judging;
    auto next_commands = next_judging;
    std::unique_lock lock{mutex_};
    while (!over_ && !stop_asked) {
        if (std::chrono::steady_clock::now() >= next_judging) {
            const bool hourly = std::chrono::steady_clock::now() >= next_day;
            lock.unlock();
            look_for_policy();
            const bool more = on_duty() && judge_all(hourly);
            lock.lock();
            next_judging = std::chrono::steady_clock::now();
            if (!more) next_judging += failed_ ? std::chrono::seconds{failure_interval} : judging_interval;
            failed_ = false;
            if (hourly) next_day = std::chrono::steady_clock::now() + day_interval;
        }
        if (std::chrono::steady_clock::now() >= next_commands) {
            lock.unlock();
            if (on_duty()) look_after_commands();
            lock.lock();
            next_commands = std::chrono::steady_clock::now() + command_interval;
        }
        wake_.wait_for(lock, look, [&] { return over_; });
    }
    if (!over_) stop_();
}

bool Housekeeping::on_duty() {
    try {
        return database_.on_duty();
    } catch (const std::exception& error) {
        log_(std::string{"asking whose duty it is failed: "} + error.what());
        failed_ = true;
        return false;
    }
}

bool Housekeeping::judge_all(bool hourly) {
    judge();
    if (hourly) write_today();
    if (hourly) antivirus_behind_ = true;
    const bool more = read_antivirus();
    return pack_bodies() || more;
}

void Housekeeping::judge() {
    try {
        const auto failed = [&](const std::string& device_id, const std::string& why) {
            log_("not judged again device=" + device_id + ": " + why);
        };
        // After another policy was published all PCs are due: in slices, so that a stop does not wait for all of them.
        std::size_t judged = judge_stale_devices(database_, policy_.get(), clock_(), failed, judged_at_once);
        for (std::size_t more = judged; more == judged_at_once && !stopping(); judged += more)
            more = judge_stale_devices(database_, policy_.get(), clock_(), failed, judged_at_once);
        if (judged > 0) log_("judged again devices=" + std::to_string(judged));
    } catch (const std::exception& error) {
        // A full disk or a locked database now must not end the centre: the next hour tries again.
        log_(std::string{"judging again failed: "} + error.what());
        failed_ = true;
    }
}

void Housekeeping::look_for_policy() {
    try {
        if (policy_.refresh(database_)) log_("policy in force number=" + std::to_string(policy_.get().number));
    } catch (const std::exception& error) {
        log_(std::string{"the published policy cannot be used: "} + error.what());
        failed_ = true;
    }
}

bool Housekeeping::stopping() {
    const std::lock_guard lock{mutex_};
    return over_ || stop_asked;
}

void Housekeeping::write_today() {
    try {
        if (History{database_, policy_.get()}.write_today(clock_(), [this] { return stopping(); }))
            log_("history to be judged");
    } catch (const std::exception& error) {
        log_(std::string{"counting the day failed: "} + error.what());
        failed_ = true;
    }
}

void Housekeeping::work_on_history() {
    std::unique_lock lock{mutex_};
    while (!over_) {
        lock.unlock();
        std::chrono::seconds rest = judging_interval;
        try {
            if (!stop_asked && database_.on_duty()) judge_history();
        } catch (const std::exception& error) {
            log_(std::string{"judging the history failed: "} + error.what());
            rest = failure_interval;
        }
        lock.lock();
        wake_.wait_for(lock, rest, [&] { return over_; });
    }
}

void Housekeeping::judge_history() {
    std::string first = DaysToJudge{database_}.next();
    if (first.empty()) return;
    log_("judging the history from=" + first);
    const auto stop = [this] { return stopping(); };
    for (; !first.empty(); first = History{database_, policy_.get()}.judge_next(stop)) look_for_policy();
    if (!stopping()) log_("history judged");
}

/// True when there are more.
bool Housekeeping::read_antivirus() {
    try {
        antivirus_behind_ = antivirus_behind_ && AntivirusProducts{database_}.catch_up();
        return antivirus_behind_;
    } catch (const std::exception& error) {
        log_(std::string{"reading antivirus products failed: "} + error.what());
        failed_ = true;
        return false;
    }
}

/// True when there are more.
bool Housekeeping::pack_bodies() {
    try {
        bodies_behind_ = bodies_behind_ && pack_older_bodies(database_);
        return bodies_behind_;
    } catch (const std::exception& error) {
        log_(std::string{"packing older reports failed: "} + error.what());
        failed_ = true;
        return false;
    }
}

void Housekeeping::look_after_commands() {
    try {
        const std::int64_t over = Waivers{database_}.end_of_time(clock_());
        if (over > 0) log_("waivers over devices=" + std::to_string(over));
        const std::int64_t ended = Commands{database_}.end_overdue(clock_(), clock_() - command_memory);
        if (ended > 0) log_("commands expired count=" + std::to_string(ended));
        const std::vector<std::string> updating = order_updates(database_, clock_());
        if (updating.empty()) return;
        log_("updates ordered devices=" + std::to_string(updating.size()));
    } catch (const std::exception& error) {
        log_(std::string{"looking after commands failed: "} + error.what());
    }
}

}  // namespace wardwatch

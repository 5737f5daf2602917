// The watcher's thread: looks for places, waits for the system, tells the board.
#include "agent/watch/change_watch.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "agent/watch/system_watch.h"
#include "collectors/core/background_thread.h"
#include "collectors/machine/real_machine.h"

namespace wardwatch {
namespace {

using WatchClock = std::chrono::steady_clock;

// Between two looks for new places, and after one: a profile's folder appears before its files, and a logon's notice
// before the logon is complete.
constexpr std::chrono::seconds settle{3};

/// What is watched, and when it is looked for anew.
class ChangeWatcher {
public:
    ChangeWatcher(ChangeBoard& board, const ChangeWatchPorts& ports) : board_(board), ports_(ports) {
        board_.on_look_again([this] {
            asked_ = true;
            system_.interrupt();
        });
    }
    ~ChangeWatcher() {
        board_.on_look_again([] {});
    }
    ChangeWatcher(const ChangeWatcher&) = delete;
    ChangeWatcher& operator=(const ChangeWatcher&) = delete;

    void run(const std::stop_token& stop) {
        const std::stop_callback wake(stop, [this] { system_.interrupt(); });
        due_ = WatchClock::now();
        while (!stop.stop_requested()) {
            if (due_ && WatchClock::now() >= *due_) look();
            bool changed = false;
            for (const ChangeKind kind : system_.wait(until_due())) {
                if (kind == ChangeKind::places)
                    changed = true;
                else
                    board_.noticed(kind);
            }
            if (asked_.exchange(false) || changed) look_soon();
        }
    }

private:
    void look() {
        const bool first = !since_;
        const WatchPlan plan = ports_.plan();
        Watched watched = system_.watch(plan.folders);
        watched.problems.insert(watched.problems.begin(), plan.problems.begin(), plan.problems.end());
        if (first) since_ = ports_.now();
        say(watched);
        board_.show({true, watched.places > 0 ? since_ : std::nullopt, watched.places, std::move(watched.problems)});
        // Something may have been saved there before it was watched.
        if (watched.new_files && !first) board_.noticed(ChangeKind::saved_passwords);
        last_look_ = WatchClock::now();
        due_ = std::exchange(once_more_, false) ? std::optional(last_look_ + settle) : std::nullopt;
    }

    void look_soon() {
        const WatchClock::time_point soon = std::max(WatchClock::now(), last_look_ + settle);
        due_ = due_ ? std::min(*due_, soon) : soon;
        once_more_ = true;
    }

    std::optional<Wait> until_due() const {
        if (!due_) return std::nullopt;
        return std::max(std::chrono::ceil<Wait>(*due_ - WatchClock::now()), Wait(0));
    }

    void say(const Watched& watched) {
        if (std::exchange(said_places_, watched.places) != watched.places)
            ports_.log->info("{} places are watched for changes", watched.places);
        if (std::exchange(said_problems_, watched.problems) == watched.problems) return;
        for (const std::string& problem : watched.problems) ports_.log->info("not watched for changes: {}", problem);
    }

    ChangeBoard& board_;
    const ChangeWatchPorts& ports_;
    SystemWatch system_;
    std::atomic<bool> asked_ = false;
    std::optional<Instant> since_;
    WatchClock::time_point last_look_;
    std::optional<WatchClock::time_point> due_;
    bool once_more_ = false;
    std::size_t said_places_ = 0;
    std::vector<std::string> said_problems_;
};

}  // namespace

WatchPlan plan_of_this_pc() {
    const std::unique_ptr<MachineOwner> owner = real_machine();
    WatchPlan plan = plan_watches(owner->machine());
    for (WatchedFolder& folder : system_folders()) plan.folders.push_back(std::move(folder));
    return plan;
}

void start_change_watch(std::shared_ptr<ChangeBoard> board, ChangeWatchPorts ports, std::stop_token stop) {
    start_background_thread([board = std::move(board), ports = std::move(ports), stop = std::move(stop)] {
        try {
            ChangeWatcher(*board, ports).run(stop);
        } catch (const std::exception& error) {
            ports.log->error("changes are not watched, the schedule goes on: {}", error.what());
            board->show({true, std::nullopt, 0, {error.what()}});
        }
    });
}

}  // namespace wardwatch

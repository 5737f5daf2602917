// Watches this PC for changes that a scan should see at once.
#pragma once

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <stop_token>

#include "agent/watch/change_board.h"
#include "agent/watch/watch_plan.h"

namespace wardwatch {

struct ChangeWatchPorts {
    std::function<WatchPlan()> plan;  ///< of this moment
    std::function<Instant()> now;
    std::shared_ptr<spdlog::logger> log;
};

/// The folders of the people of this PC, and of the system.
WatchPlan plan_of_this_pc();

/// Watches until the stop is requested, on a thread that nobody waits for: a folder on another computer may hang. It
/// sleeps while nothing changes. Folders and keys that come and go are followed: by their own changes, and when the
/// board is asked to look again.
void start_change_watch(std::shared_ptr<ChangeBoard> board, ChangeWatchPorts ports, std::stop_token stop);

}  // namespace wardwatch

// What the agent's loop knows about itself, for those who ask from other threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "agent/watch/change_board.h"
#include "collectors/core/fact.h"

namespace wardwatch {

/// One scan whose report is stored.
struct LastScan {
    Instant at;
    std::chrono::milliseconds took;  ///< the collectors' time, by the steady clock
    std::string trigger;
    std::string report_id;
    std::string verdict;  ///< name_of(Status)
};

/// As of the end of the loop's last step. Instants are of the system clock.
struct AgentStatus {
    Instant started_at;
    std::optional<LastScan> last_scan;  ///< of this run of the service
    std::optional<Instant> next_scan_at;
    std::optional<std::int64_t> outbox_depth;  ///< empty: the database is not open
    bool enrolled = false;
    std::optional<bool> centre_reachable;    ///< by the last exchange; empty: none since the service started
    std::optional<Instant> last_contact_at;  ///< of this run of the service
    std::optional<Instant> next_contact_at;
    std::string problem;  ///< with the centre; empty: none
    WatchStatus watch;
};

/// Thread safe.
class AgentStatusBoard {
public:
    void show(AgentStatus status) {
        const std::lock_guard lock(mutex_);
        status_ = std::move(status);
    }
    AgentStatus look() const {
        const std::lock_guard lock(mutex_);
        return status_;
    }

private:
    mutable std::mutex mutex_;
    AgentStatus status_;
};

}  // namespace wardwatch

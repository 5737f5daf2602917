// Where those who watch this PC for changes and the agent's loop meet.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// What a noticed change is about. `places`: there may be other folders to watch than before.
enum class ChangeKind { saved_passwords, accounts, policies, antivirus, places };

/// For the log: "saved passwords".
const char* name_of(ChangeKind kind);

struct WatchStatus {
    bool enabled = false;               ///< by the settings
    std::optional<Instant> since;       ///< empty: nothing is watched
    std::size_t places = 0;             ///< folders, registry keys and notifications
    std::vector<std::string> problems;  ///< what is not watched, and why, as sentences
};

/// Thread safe.
class ChangeBoard {
public:
    /// `wake` makes the loop look here; it is called on the watcher's thread.
    explicit ChangeBoard(std::function<void()> wake = [] {}) : wake_(std::move(wake)) {}

    // --- for the watcher ---
    void noticed(ChangeKind kind);
    void show(WatchStatus status);
    /// What `look_again` calls, until it is replaced.
    void on_look_again(std::function<void()> tell);

    // --- for the loop ---
    /// What was noticed since the last call.
    std::set<ChangeKind> take();
    WatchStatus status() const;
    /// Asks the watcher to look for places to watch that it has missed.
    void look_again();

private:
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::function<void()> tell_ = [] {};
    std::set<ChangeKind> noticed_;
    WatchStatus status_;
};

}  // namespace wardwatch

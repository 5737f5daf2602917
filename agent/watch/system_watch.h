// What the operating system says by itself about changes: of folders, of the registry, of accounts and of the
// antivirus.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/schedule/schedule.h"
#include "agent/watch/change_board.h"
#include "agent/watch/watch_plan.h"

namespace wardwatch {

struct Watched {
    std::size_t places = 0;
    bool new_files = false;             ///< a folder that holds files is watched that was not before
    std::vector<std::string> problems;  ///< what is not watched, and why
};

/// Used by one thread, also for its end; that thread must stay alive while it watches. Errors of single places are
/// sentences in Watched; the constructor throws std::runtime_error.
class SystemWatch {
public:
    SystemWatch();
    ~SystemWatch();
    SystemWatch(const SystemWatch&) = delete;
    SystemWatch& operator=(const SystemWatch&) = delete;

    /// Watches these folders, and what this system has besides, and no others. Those that are absent are left out;
    /// those that were watched before go on without a gap.
    Watched watch(const std::vector<WatchedFolder>& folders);

    /// Returns when something was noticed, after `longest`, or when interrupted, also before the call. Too many changes
    /// to be told one by one count as all kinds that the folder has.
    std::vector<ChangeKind> wait(std::optional<Wait> longest);

    /// From any thread.
    void interrupt();

private:
    struct Places;
    std::unique_ptr<Places> places_;
};

/// Makes the SystemWatch of this process notice `places`: somebody has logged on or off. From any thread.
void session_changed();

/// Folders outside people's homes that tell of accounts: /etc; none on Windows, where the registry does.
std::vector<WatchedFolder> system_folders();

}  // namespace wardwatch

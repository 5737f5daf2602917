// Which check a scan is in, on disk. What runs inside this program can end it: a component of Windows that crashes. The
// service manager starts it again; then the check is known, and a check that goes on doing so is left out, so that the
// others reach the centre.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/collector.h"

namespace wardwatch {

/// Thread safe. Never throws: a journal that cannot be written remembers nothing.
class ScanJournal {
public:
    /// An empty path: nothing is remembered.
    explicit ScanJournal(std::filesystem::path file);

    /// A scan begins, and no other runs. A check that an earlier process did not come out of is counted; one that ended
    /// it twice in a row is not asked for a day, and then again after each day in which it did so once more.
    std::vector<NotAsked> begin(Instant now);

    /// The scan comes to a check; it has come out of the one before.
    void entered(std::string_view check);

    /// The scan has come out of its last check.
    void ended();

    /// The program stops in good order while a scan may be running: that counts against no check.
    void stopped();

private:
    struct Ending {
        int times = 0;  ///< in a row
        Instant last;
    };

    void came_out();
    void load();
    void save() const;

    std::filesystem::path file_;
    std::mutex mutex_;
    bool stopped_ = false;
    std::string check_;                  ///< that the scan is in
    std::vector<NotAsked> not_asked_{};  ///< in this scan
    std::map<std::string, Ending> endings_;
};

}  // namespace wardwatch

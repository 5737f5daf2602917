// The long polls of PCs that wait for a command, and who wakes them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/news.h"

namespace wardwatch {

/// Thread safe. A wait costs an entry here: no thread, no question to the database.
class CommandWaits {
public:
    /// How many may wait at once; more are asked to come later.
    explicit CommandWaits(std::size_t limit = 10'000) : limit_(limit) {}
    CommandWaits(const CommandWaits&) = delete;
    CommandWaits& operator=(const CommandWaits&) = delete;

    /// To be taken before looking into the database for commands, and given to enter() when there are none.
    std::uint64_t rings() const { return rings_; }
    bool full() const;
    std::size_t count() const;  ///< polls that wait now
    /// `wake` is called when a command may be there for the PC; at once when somebody rang after `rings` was taken. The
    /// wait is over when what is returned is destroyed, which must be before this object is.
    std::shared_ptr<void> enter(const std::string& device_id, std::uint64_t rings, std::function<void()> wake);

    /// Commands for these PCs were queued. Must not be called with the lock of anything that `wake` needs.
    void ring(const std::vector<std::string>& device_ids);

    /// Blocks until somebody waits; false when `stop()` was called.
    bool until_somebody_waits();
    void stop();

private:
    using Wake = std::function<void()>;
    const std::size_t limit_;
    std::atomic<std::uint64_t> rings_{0};
    mutable std::mutex mutex_;
    std::condition_variable entered_;
    bool stopped_ = false;
    std::multimap<std::string, std::shared_ptr<Wake>> waiting_;
};

/// Rings when commands_news is told, in this process at once. A thread notices what was queued without that (by
/// `wardwatch-central scan` beside a database that is a file; where news of a server got lost): it asks the database
/// whether anything changed, for all PCs at once, only while somebody waits, four times a second where it is a file and
/// every three seconds where it is a server.
class CommandWatch {
public:
    CommandWatch(const sql::Database& database, CommandWaits& waits, Log log);
    ~CommandWatch();  ///< waits for the thread
    CommandWatch(const CommandWatch&) = delete;
    CommandWatch& operator=(const CommandWatch&) = delete;

private:
    void work();
    void ring(std::string_view device_ids);

    const sql::Database& database_;
    CommandWaits& waits_;
    Log log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    sql::Subscription news_;
    std::thread thread_;
};

}  // namespace wardwatch

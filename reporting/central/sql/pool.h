// The connections of one Database: one that writes, and as many that read as are used at the same time. Private to
// sql/.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reporting/central/sql/backend.h"
#include "reporting/central/sql/news.h"
#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

/// A connection with the statements that were prepared on it and are not running.
class PreparedConnection {
public:
    explicit PreparedConnection(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
    std::unique_ptr<Prepared> take(std::string_view text);
    void keep(const std::string& text, std::unique_ptr<Prepared> prepared) noexcept;
    Connection& connection() { return *connection_; }
    /// Puts another connection in the place of one that is lost.
    void renew(std::unique_ptr<Connection> connection);

private:
    std::unique_ptr<Connection> connection_;
    std::multimap<std::string, std::unique_ptr<Prepared>, std::less<>> idle_;  ///< of connection_, and gone before it
};

class Pool;

/// Holds a connection for one thread and gives it back at its end.
class Lease {
public:
    Lease(std::shared_ptr<Pool> pool, std::unique_ptr<PreparedConnection> reading);
    Lease(std::shared_ptr<Pool> pool, PreparedConnection& writing, std::unique_lock<std::mutex> lock);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    std::unique_ptr<Prepared> take(std::string_view text) { return used_->take(text); }
    void keep(const std::string& text, std::unique_ptr<Prepared> prepared) noexcept {
        used_->keep(text, std::move(prepared));
    }
    Connection& connection() { return used_->connection(); }
    /// Commits do not wait for the disk until the lease ends.
    void relax();

    bool in_transaction = false;

private:
    std::shared_ptr<Pool> pool_;  ///< first: the connections are gone before it
    std::unique_ptr<PreparedConnection> reading_;
    PreparedConnection* used_;
    std::unique_lock<std::mutex> lock_;
    bool relaxed_ = false;
};

struct Told {
    std::string topic;
    std::string text;
};

/// Hears what other processes tell.
class Listener {
public:
    Listener(std::unique_ptr<Connection> connection, std::string own_name);
    /// Waits for it, `at_most` so long. Throws ConnectionLost.
    std::vector<Told> heard(std::chrono::milliseconds at_most);

private:
    std::unique_ptr<Connection> connection_;
    std::string own_name_;
};

class Pool : public std::enable_shared_from_this<Pool> {
public:
    /// To read: no connection writes, and the schema stays as it is.
    Pool(Source source, Access access);
    std::shared_ptr<Lease> lease_reader();
    std::shared_ptr<Lease> lease_writer();
    void give_back(std::unique_ptr<PreparedConnection> reading) noexcept;
    std::int64_t version_of_others();
    bool on_duty();
    void tell(std::string_view topic, std::string_view text) noexcept;
    std::unique_ptr<Listener> listener();
    const std::shared_ptr<NewsBoard>& news_board() const { return news_board_; }
    const Source& source() const { return source_; }

private:
    std::unique_ptr<Connection> open(Access access);
    /// The one that writes, alive. The caller holds writing_mutex_.
    PreparedConnection& living_writer();

    Source source_;
    const std::string own_name_;  ///< before what this process tells: it need not hear that again
    const std::shared_ptr<NewsBoard> news_board_ = std::make_shared<NewsBoard>();
    std::atomic<bool> gone_ = false;   ///< the server was not there when it was asked last
    std::atomic<bool> known_ = false;  ///< the server has let us in
    std::mutex return_mutex_;          ///< of the one who looks whether it is back
    std::mutex writing_mutex_;
    std::unique_ptr<PreparedConnection> writing_;  ///< of a Database to read: none
    std::mutex duty_mutex_;
    std::unique_ptr<Connection> on_duty_;  ///< of a server: its end lets another process take over
    std::mutex idle_mutex_;
    std::vector<std::unique_ptr<PreparedConnection>> idle_;
};

}  // namespace wardwatch::sql

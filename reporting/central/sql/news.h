// What the processes on one database tell each other, so that nobody has to ask again and again: commands were queued,
// a policy was published, a PC was revoked. News is a hint, told after the commit and never instead of it: whoever
// keeps something of the database in memory looks there from time to time, too, for news may be lost.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch::sql {

/// What stands between spaces: a news' text may be a list.
std::vector<std::string> words_of(std::string_view text);

/// Who listens within this process. May be used from any thread.
class NewsBoard {
public:
    /// `text` says which; empty: any of the topic may be meant.
    using Heard = std::function<void(std::string_view text)>;

    void deliver(std::string_view topic, std::string_view text) noexcept;
    /// To everybody: something may have been told that nobody heard.
    void deliver_all() noexcept;

private:
    friend class Subscription;
    struct Ear {
        std::string topic;
        Heard heard;
    };
    std::shared_mutex mutex_;
    std::list<Ear> ears_;
};

/// From its begin to its end `heard` is called for what Database::tell tells of the topic: in this process at once, by
/// the thread that tells, and in others where there is a NewsFromOthers. It must be quick, tell nothing itself, and
/// what it throws is lost.
class Subscription {
public:
    Subscription(const Database& database, std::string topic, NewsBoard::Heard heard);
    ~Subscription();  ///< waits for a call that is under way
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

private:
    std::shared_ptr<NewsBoard> board_;
    std::list<NewsBoard::Ear>::iterator ear_;
};

/// A thread and a connection of its own that hear what other processes on a server's database tell. The connection is
/// made anew when it is lost, after longer and longer pauses; then everybody hears that something may have been missed.
/// Of a file's database it does nothing.
class NewsFromOthers {
public:
    using Log = std::function<void(const std::string&)>;
    NewsFromOthers(const Database& database, Log log);
    ~NewsFromOthers();  ///< waits for the thread
    NewsFromOthers(const NewsFromOthers&) = delete;
    NewsFromOthers& operator=(const NewsFromOthers&) = delete;

private:
    void work();
    void listen();
    bool over();

    const Database database_;
    const Log log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    bool away_ = false;  ///< said in the log
    std::chrono::milliseconds pause_{0};
    std::thread thread_;
};

}  // namespace wardwatch::sql

// Work that blocks, done beside the listeners: hashes, directories, large files.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "reporting/central/http/listener.h"
#include "reporting/tls/http.h"

namespace wardwatch {

/// So many threads, started when they are needed, and so many jobs that wait for one of them. Its threads run when the
/// process' others leave them the processor. May be used from any thread.
class WorkQueue {
public:
    WorkQueue(unsigned threads, std::size_t most_waiting) : most_threads_(threads), most_waiting_(most_waiting) {}
    ~WorkQueue();  ///< waits for what has begun; the rest is dropped
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    /// False when too many wait. The job must not throw.
    bool add(std::function<void()> job);
    /// The answer that `work` gives, which must not throw, or `late` when it took too long; nothing when too many wait.
    std::optional<LaterAnswer> answer_later(std::function<HttpResponse()> work, HttpResponse late);

private:
    void work();

    const unsigned most_threads_;
    const std::size_t most_waiting_;
    std::mutex mutex_;  ///< of the following
    std::condition_variable wake_;
    std::deque<std::function<void()>> waiting_;
    std::size_t jobs_ = 0;  ///< that wait or are being done
    bool over_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace wardwatch

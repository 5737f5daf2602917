// Threads that take jobs, and an answer that waits for its job.
#include "reporting/central/api/work_queue.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <utility>

namespace wardwatch {

namespace {

/// Far beyond the longest export of the largest office.
constexpr std::chrono::minutes longest_work{10};

/// On Linux each thread has a precedence of its own. Where the system refuses it, the work is done all the same.
void step_back() {
    constexpr int nice = 10;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice);
}

/// What a job and the request that waits for it share.
class Awaited {
public:
    void settle(HttpResponse response) {
        std::function<void()> wake;
        {
            const std::lock_guard lock{mutex_};
            response_ = std::move(response);
            wake = std::exchange(wake_, {});
        }
        if (wake) wake();
    }
    void wake_with(std::function<void()> wake) {
        {
            const std::lock_guard lock{mutex_};
            if (!response_) {
                wake_ = std::move(wake);
                return;
            }
        }
        wake();
    }
    /// Nobody waits any more.
    void leave() {
        const std::lock_guard lock{mutex_};
        wake_ = {};
        left_ = true;
    }
    bool left() {
        const std::lock_guard lock{mutex_};
        return left_;
    }
    std::optional<HttpResponse> take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(response_, std::nullopt);
    }

private:
    std::mutex mutex_;  ///< of the following
    std::optional<HttpResponse> response_;
    std::function<void()> wake_;
    bool left_ = false;
};

}  // namespace

WorkQueue::~WorkQueue() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
        waiting_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool WorkQueue::add(std::function<void()> job) {
    {
        const std::lock_guard lock{mutex_};
        if (jobs_ >= most_threads_ + most_waiting_) return false;
        if (jobs_ >= threads_.size() && threads_.size() < most_threads_) threads_.emplace_back([this] { work(); });
        waiting_.push_back(std::move(job));
        ++jobs_;
    }
    wake_.notify_one();
    return true;
}

void WorkQueue::work() {
    step_back();
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [&] { return over_ || !waiting_.empty(); });
        if (over_) return;
        std::function<void()> job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job();
        job = {};  // what it holds goes now
        lock.lock();
        --jobs_;
    }
}

std::optional<LaterAnswer> WorkQueue::answer_later(std::function<HttpResponse()> work, HttpResponse late) {
    const auto awaited = std::make_shared<Awaited>();
    const bool taken = add([awaited, work = std::move(work)] {
        if (!awaited->left()) awaited->settle(work());
    });
    if (!taken) return std::nullopt;
    LaterAnswer later;
    later.longest = longest_work;
    later.is_work = true;
    later.begin = [awaited](std::function<void()> wake) {
        awaited->wake_with(std::move(wake));
        return std::shared_ptr<void>{nullptr, [awaited](void*) { awaited->leave(); }};
    };
    later.finish = [awaited, late = std::move(late)](bool) { return awaited->take().value_or(late); };
    return later;
}

}  // namespace wardwatch

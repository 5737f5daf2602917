#include "collectors/windows/time_limit.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>

#include "collectors/core/background_thread.h"
#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// Shared by the caller and the thread: whoever leaves last frees it.
struct Call {
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false;
    bool abandoned = false;
    std::exception_ptr error;
};

void run_thread(Call& call, std::atomic<int>& abandoned, const std::function<void()>& work) {
    std::exception_ptr error;
    try {
        work();
    } catch (...) {
        error = std::current_exception();
    }
    const std::lock_guard lock(call.mutex);
    call.error = error;
    call.done = true;
    if (call.abandoned) --abandoned;
    call.ended.notify_one();
}

}  // namespace

void TimeLimit::run_for(std::chrono::seconds limit, std::function<void()> work) {
    if (*abandoned_ > 0) throw NoAnswer(reasons::still_hangs());
    const auto call = std::make_shared<Call>();
    start_background_thread(
        [call, abandoned = abandoned_, work = std::move(work)] { run_thread(*call, *abandoned, work); });
    std::unique_lock lock(call->mutex);
    if (!call->ended.wait_for(lock, limit, [&] { return call->done; })) {
        call->abandoned = true;
        ++*abandoned_;
        throw NoAnswer(reasons::timed_out(limit.count()));
    }
    if (call->error) std::rethrow_exception(call->error);
}

}  // namespace wardwatch

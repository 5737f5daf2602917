#include "collectors/core/background_thread.h"

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

namespace wardwatch {
namespace {

struct BackgroundThread {
    std::atomic<bool> ended{false};
    std::thread thread;
};

// A list: threads keep the address of their entry.
struct Started {
    std::mutex mutex;
    std::list<BackgroundThread> threads;
};

// Never destroyed: a thread that hangs may still run when the program ends.
Started& started() {
    static Started& one = *new Started;
    return one;
}

void join_ended(std::list<BackgroundThread>& threads) {
    threads.remove_if([](BackgroundThread& one) {
        if (!one.ended) return false;
        one.thread.join();
        return true;
    });
}

}  // namespace

void start_background_thread(std::function<void()> work) {
    const std::lock_guard lock(started().mutex);
    std::list<BackgroundThread>& threads = started().threads;
    join_ended(threads);
    BackgroundThread& added = threads.emplace_back();
    try {
        added.thread = std::thread([&added, work = std::move(work)]() mutable {
            work();
            work = nullptr;  // what it owns ends here, not at the next start
            added.ended = true;
        });
    } catch (...) {
        threads.pop_back();
        throw;
    }
}

}  // namespace wardwatch

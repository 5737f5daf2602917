#include "collectors/core/background_thread.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <memory>

using namespace wardwatch;

TEST_CASE("what the work owns ends with it") {
    std::promise<void> ended;
    const auto at_the_end = [&ended](const int* kept) {
        delete kept;
        ended.set_value();
    };
    start_background_thread([kept = std::shared_ptr<const int>(new int(7), at_the_end)] {});
    ended.get_future().wait();
    SUCCEED();
}

// With std::thread::detach this hangs or crashes as a Windows program on a busy machine.
TEST_CASE("every thread runs") {
    constexpr int count = 1000;
    std::atomic<int> ran = 0;
    for (int i = 0; i < count; ++i) {
        const auto work = std::make_shared<std::packaged_task<void()>>([&ran] { ++ran; });
        start_background_thread([work] { (*work)(); });
        work->get_future().wait();
    }
    CHECK(ran == count);
}

TEST_CASE("a thread that does not end holds up no other") {
    std::promise<void> release;
    start_background_thread([released = release.get_future().share()] { released.wait(); });
    std::promise<int> answer;
    start_background_thread([&answer] { answer.set_value(3); });
    CHECK(answer.get_future().get() == 3);
    release.set_value();
}

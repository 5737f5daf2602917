// What the loop sleeps on: every wake and every stop must end the wait, also one that comes in the moment of its end.
#include "agent/schedule/wakeup.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <stop_token>
#include <thread>

using namespace wardwatch;
using namespace std::chrono_literals;

TEST_CASE("a wake that came before the wait ends it, and so does a stop") {
    Wakeup wakeup;
    wakeup.wake();
    const auto began = std::chrono::steady_clock::now();
    wakeup.wait({}, 1h);
    CHECK(std::chrono::steady_clock::now() - began < 30min);
    std::stop_source stopped;
    stopped.request_stop();
    wakeup.wait(stopped.get_token(), 1h);
    CHECK(std::chrono::steady_clock::now() - began < 30min);
}

TEST_CASE("a stop ends every wait, whatever moment it comes in") {
    // GCC's own semaphore loses a wake-up where there is no futex: whoever ends the wait while the stop is being told
    // then waited for ever. It took some thousands of rounds.
    constexpr int rounds = 3000;
    int ended = 0;
    for (int round = 0; round < rounds; ++round) {
        Wakeup wakeup;
        std::jthread waits([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) wakeup.wait(stop, 1h);
            ++ended;
        });
        if (round % 3 == 0) wakeup.wake();  // the wait ends for this reason while the stop is under way
        waits.request_stop();
    }
    CHECK(ended == rounds);
}

// What the loop sleeps on: every wake and every stop must end the wait, also one that comes in the moment of its end.
#include "agent/schedule/wakeup.h"

#include <catch2/catch_test_macros.hpp>
#include <thread>

using namespace wardwatch;
using namespace std::chrono_literals;

TEST_CASE("a wake that came before the wait ends it") {
    Wakeup wakeup;
    wakeup.wake();
    wakeup.wait({}, 1h);
}

TEST_CASE("a stop ends every wait, whatever moment it comes in") {
    // GCC's own semaphore loses a wake-up where there is no futex: whoever ends the wait while the stop is being told
    // then waited for ever. It took some thousands of rounds.
    for (int round = 0; round < 3000; ++round) {
        Wakeup wakeup;
        std::jthread waits([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                wakeup.wait(stop, 1h);
            }
        });
        if (round % 3 == 0) {
            wakeup.wake();  // the wait ends for this reason while the stop is under way
        }
        waits.request_stop();
    }
}

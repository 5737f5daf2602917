#include "collectors/windows/time_limit.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "collectors/machine/machine.h"

using namespace wardwatch;
using namespace std::chrono_literals;
using Catch::Matchers::Message;

TEST_CASE("a call that ends gives its answer, from another thread") {
    TimeLimit time_limit;
    const std::thread::id caller = std::this_thread::get_id();
    const auto [answer, thread] =
        time_limit.run(600s, [] { return std::pair(std::string("answer"), std::this_thread::get_id()); });
    CHECK(answer == "answer");
    CHECK(thread != caller);
}

TEST_CASE("what a call throws reaches the caller, and the next call runs") {
    TimeLimit time_limit;
    CHECK_THROWS_MATCHES(time_limit.run(600s, []() -> int { throw std::runtime_error("broken"); }), std::runtime_error,
                         Message("broken"));
    CHECK(time_limit.run(600s, [] { return 7; }) == 7);
}

TEST_CASE("a call that hangs is given up, costs one thread, and is waited for by nobody") {
    TimeLimit time_limit;
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::promise<void> woken;

    // The call cannot end before `release`, so the outcome does not depend on time.
    CHECK_THROWS_MATCHES(time_limit.run(0s,
                                        [released, &woken] {
                                            released.wait();
                                            woken.set_value();
                                            return 1;
                                        }),
                         PortError, Message("timed out after 0 s"));
    bool ran = false;
    CHECK_THROWS_MATCHES(time_limit.run(600s, [&] { return ran = true; }), PortError,
                         Message("an earlier call still hangs"));
    CHECK_FALSE(ran);

    SECTION("another port is not held up") {
        TimeLimit other;
        CHECK(other.run(600s, [] { return 2; }) == 2);
    }
    SECTION("when the call ends after all, the port answers again") {
        release.set_value();
        woken.get_future().wait();
        // The thread has a few instructions to go until it is counted as ended.
        int answer = 0;
        while (answer == 0) {
            try {
                answer = time_limit.run(600s, [] { return 3; });
            } catch (const PortError&) {
                std::this_thread::yield();
            }
        }
        CHECK(answer == 3);
        return;
    }
    release.set_value();
    woken.get_future().wait();
}

TEST_CASE("a hanging call may outlive its time limit") {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::promise<int> ended;
    {
        TimeLimit time_limit;
        CHECK_THROWS_AS(time_limit.run(0s,
                                       [released, &ended] {
                                           released.wait();
                                           ended.set_value(4);
                                           return 4;
                                       }),
                        PortError);
    }
    release.set_value();
    CHECK(ended.get_future().get() == 4);
}

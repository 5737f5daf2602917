// Heartbeats that polls carry: who has them, and who sends them when nobody else does.
#include "agent/centre/heartbeat_board.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

using Time = HeartbeatBoard::Time;

Heartbeat heartbeat_of(const std::string& hash) {
    return {.agent_version = "0.1.0", .facts_hash = hash, .report_id = "r", .outbox_depth = 0};
}

}  // namespace

TEST_CASE("a heartbeat is taken when it is due, and what became of it told once") {
    int woken = 0;
    HeartbeatBoard board([&] { ++woken; });
    const Time start{};
    CHECK_FALSE(board.take(start).has_value());
    CHECK(board.due() == Time::max());
    board.show(heartbeat_of("a"), start + 15min, 15min);
    CHECK(board.due() == start + 15min);
    CHECK_FALSE(board.take(start + 14min).has_value());
    board.show(heartbeat_of("b"), start + 15min, 15min);
    REQUIRE(board.take(start + 16min).has_value());
    CHECK_FALSE(board.take(start + 16min).has_value());
    CHECK(board.due() == start + 31min);
    CHECK_FALSE(board.take_carried().has_value());
    board.answered({true, {2, true}});
    CHECK(woken == 1);
    const auto carried = board.take_carried();
    REQUIRE(carried.has_value());
    CHECK(carried->at == start + 16min);
    REQUIRE(carried->answer.has_value());
    CHECK(carried->answer->want_report);
    CHECK_FALSE(board.take_carried().has_value());
    board.lost();  // there is none
    CHECK(woken == 1);
}

TEST_CASE("the loop sends what is due where polls carry nothing, and later where they do") {
    HeartbeatBoard board;
    const Time due = Time{} + 1h;
    CHECK(board.due_for_loop(due) == due);
    board.polls_carry(true);
    CHECK(board.due_for_loop(due) == due + 90s);
    board.show(heartbeat_of("a"), due, 15min);
    REQUIRE(board.take(due).has_value());
    CHECK(board.due_for_loop(due) == Time::max());
    // What the loop shows meanwhile does not make it due again.
    board.show(heartbeat_of("a"), due, 15min);
    CHECK(board.due() == due + 15min);
    board.lost();
    const auto carried = board.take_carried();
    REQUIRE(carried.has_value());
    CHECK_FALSE(carried->answer.has_value());
    board.polls_carry(false);
    CHECK(board.due_for_loop(due) == due);
}

TEST_CASE("a PC that has nothing to say is not spoken for") {
    HeartbeatBoard board;
    board.show(heartbeat_of("a"), Time{}, 15min);
    board.hide();
    CHECK(board.due() == Time::max());
    CHECK_FALSE(board.take(Time{} + 1h).has_value());
}

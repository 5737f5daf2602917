// The agent's loop: what others see of it, and a store that fails.
#include "tests/agent/loop/agent_world.h"

using namespace wardwatch;

TEST_CASE("others see the state of the loop as of its last step") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    World::settle(agent);
    AgentStatus status = world.board->look();
    CHECK(status.started_at == noon);
    CHECK(status.enrolled);
    CHECK(status.next_scan_at == noon + 150s);
    CHECK(status.outbox_depth == 0);
    CHECK_FALSE(status.last_scan);
    CHECK_FALSE(status.centre_reachable);
    world.when_sending = [] { throw CentreUnreachable("nobody answers"); };
    world.elapsed = 150s;
    World::settle(agent);
    world.wait_for_scans(1);
    world.elapsed += 3s;
    World::settle(agent);
    status = world.board->look();
    REQUIRE(status.last_scan);
    CHECK(status.last_scan->at == noon + 150s);
    CHECK(status.last_scan->took == 3s);
    CHECK(status.last_scan->trigger == "startup");
    CHECK(status.last_scan->verdict == "unknown");
    CHECK(world.notes()["last_scan_trigger"] == "startup");
    CHECK(world.notes()["last_scan_ms"] == "3000");
    CHECK(status.next_scan_at == noon + 150s + 4h);
    CHECK(status.outbox_depth == 1);
    CHECK(status.centre_reachable == false);
    CHECK(status.problem == "nobody answers");
    CHECK(status.next_contact_at == noon + 153s + 3s);  // 2.5 s, rounded up
    CHECK_FALSE(status.last_contact_at);
    world.when_sending = [] {};
    world.elapsed += 10s;
    World::settle(agent);
    status = world.board->look();
    CHECK(status.outbox_depth == 0);
    CHECK(status.centre_reachable == true);
    CHECK(status.problem.empty());
    CHECK(status.last_contact_at == noon + 163s);
}

TEST_CASE("a store that fails is opened again in a minute, and what was found damaged is set aside then") {
    World world;
    const auto open = world.open_store;
    std::vector<std::string> openings;
    world.open_store = [&](const std::string& damage) -> std::unique_ptr<Store> {
        openings.push_back(damage);
        if (openings.size() == 1) throw std::runtime_error("the disk is full");
        if (openings.size() == 2) throw StoreDamaged("malformed");
        return open(damage);
    };
    Agent agent = world.agent();
    CHECK(agent.step() == 1min);
    world.elapsed = 59s;
    CHECK(agent.step() == 1s);
    CHECK(openings.size() == 1);
    world.elapsed = 1min;
    CHECK(agent.step() == 1min);
    world.elapsed = 2min;
    agent.step();
    CHECK(openings == std::vector<std::string>{"", "", "malformed"});
    world.first_scan(agent);
    CHECK(world.depth() == 1);
    CHECK(look_into_store(world.folder.path)->set_aside.size() == 1);
}

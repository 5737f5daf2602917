// The agent's loop: scans because something on the PC changed.
#include "tests/agent/loop/agent_world.h"

using namespace wardwatch;

TEST_CASE("a change is scanned when it has settled, and what it brought is sent at once") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    world.elapsed += 1h;
    World::settle(agent);
    const auto next_scan = world.board->look().next_scan_at;
    int looks = 0;
    world.changes->on_look_again([&] { ++looks; });
    world.changes->noticed(ChangeKind::saved_passwords);
    CHECK(World::settle(agent) == 5s);
    CHECK(world.scans() == 1);
    world.scan_side->os_build = 2;
    world.elapsed += 5s;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(looks == 1);
    CHECK(world.sent.size() == 2);
    CHECK(world.notes()["last_scan_trigger"] == "change");
    CHECK(world.board->look().last_scan->trigger == "change");
    CHECK(world.board->look().next_scan_at == next_scan);  // the schedule stays
    CHECK(World::settle(agent) == 15min);
}

TEST_CASE("a change that brought nothing new is not reported") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    world.elapsed += 1h;
    World::settle(agent);
    const std::size_t heartbeats = world.heartbeats.size();
    world.changes->noticed(ChangeKind::antivirus);
    World::settle(agent);
    world.elapsed += 5s;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.scans() == 2);
    CHECK(world.sent.size() == 1);
    CHECK(world.heartbeats.size() == heartbeats);
    CHECK(look_into_store(world.folder.path)->reports == 1);
    CHECK(world.board->look().last_scan->report_id == world.sent[0]);
    CHECK(world.board->look().last_scan->trigger == "change");
    // That it found nothing keeps the next one away for longer.
    world.changes->noticed(ChangeKind::antivirus);
    CHECK(World::settle(agent) == 20s);
}

TEST_CASE("changes before the first scan are left to it, and one that was asked for answers them") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.changes->noticed(ChangeKind::policies);
    CHECK(World::settle(agent) == 150s);
    world.first_scan(agent);
    CHECK(world.scans() == 1);
    CHECK(World::settle(agent) == 15min);
    world.elapsed += 1min;
    world.changes->noticed(ChangeKind::accounts);
    World::settle(agent);
    world.requests->ask("manual");
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.sent.size() == 2);  // a report, although nothing is new: somebody asked
    world.elapsed += 1min;
    World::settle(agent);
    CHECK(world.scans() == 2);
}

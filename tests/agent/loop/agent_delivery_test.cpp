// The agent's loop: reports and heartbeats on their way to the centre.
#include "tests/agent/loop/agent_world.h"

using namespace wardwatch;

TEST_CASE("a centre that does not know the newest report gets it again") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    world.want_report = true;
    world.elapsed += 15min;
    World::settle(agent);
    REQUIRE(world.sent.size() == 2);
    CHECK(world.sent[0] == world.sent[1]);
    CHECK(world.scans() == 1);
}

TEST_CASE("offline: reports are kept, attempts back off, and the oldest is sent first") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.when_sending = [] { throw CentreUnreachable("refused"); };
    world.first_scan(agent);
    CHECK(World::settle(agent) == 2500ms);
    world.elapsed += 2500ms;
    CHECK(World::settle(agent) == 5s);
    world.elapsed += 5s;
    CHECK(World::settle(agent) == 10s);
    CHECK(world.notes()["problem"] == "refused");
    for (int scan = 2; scan <= 3; ++scan) {
        world.scan_side->os_build = scan;
        world.elapsed += 5h;
        World::settle(agent);
        world.wait_for_scans(scan);
        World::settle(agent);
    }
    CHECK(world.depth() == 3);
    world.when_sending = [] {};
    world.elapsed += 30min;
    World::settle(agent);
    CHECK(world.sent.size() == 3);
    CHECK(std::is_sorted(world.sent.begin(), world.sent.end()));
    CHECK(world.notes()["problem"].empty());
}

TEST_CASE("Retry-After is honoured") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.when_sending = [] { throw CentreRefused(503, "busy", 100s); };
    world.first_scan(agent);
    CHECK(World::settle(agent) == 102500ms);
    world.when_sending = [] {};
    world.elapsed += 102s;
    World::settle(agent);
    CHECK(world.sent.empty());
    world.elapsed += 1s;
    World::settle(agent);
    CHECK(world.sent.size() == 1);
}

TEST_CASE("a report that the centre will never take does not hold up the next") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.when_sending = [] { throw CentreRefused(400, "bad_report: facts[0]", std::nullopt); };
    world.first_scan(agent);
    CHECK(world.depth() == 0);
    const StoreSummary summary = *look_into_store(world.folder.path);
    REQUIRE(summary.refused.size() == 1);
    CHECK(summary.refused[0].reason == "400: bad_report: facts[0]");
    CHECK(summary.reports == 1);
    world.when_sending = [] {};
    world.want_report = true;  // must not queue what was refused
    world.elapsed += 15min;
    World::settle(agent);
    CHECK(world.sent.empty());
    world.elapsed += 4h;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.sent.size() == 1);
}

TEST_CASE("a server that answers 404 or 500 is no reason to give up a report") {
    for (const unsigned status : {404u, 500u, 502u}) {
        World world;
        world.enrol();
        Agent agent = world.agent();
        world.when_sending = [status] { throw CentreRefused(status, "?", std::nullopt); };
        world.first_scan(agent);
        CHECK(world.depth() == 1);
        CHECK(World::settle(agent) == 2500ms);
    }
}

TEST_CASE("a centre out of reach for a day is an event, once a day") {
    World world;
    world.enrol();
    world.when_sending = [] { throw CentreUnreachable("no route"); };
    AgentPorts ports = world.ports();
    std::vector<std::string> hours;
    ports.event = [&](Event event, const std::vector<std::string>& texts) {
        if (event == Event::centre_unreachable) hours.push_back(texts.at(0));
    };
    world.identity.make_device_id([] { return device; });
    Agent agent({4h, 15min, 5min, {}}, world.identity, ports);
    world.first_scan(agent);
    for (int hour = 1; hour <= 50; ++hour) {
        world.elapsed += 1h;
        World::settle(agent);
    }
    CHECK(hours == std::vector<std::string>{"24", "48"});
}

TEST_CASE("a report of another device id is not sent") {
    World world;
    Agent agent = world.agent();
    world.first_scan(agent);
    world.enrol();
    std::filesystem::remove(world.folder.path / "device_id");
    world.identity.make_device_id([] { return "11111111-1111-4111-8111-111111111111"; });
    world.elapsed += 10s;
    World::settle(agent);
    CHECK(world.sent.empty());
    CHECK(world.depth() == 0);
    CHECK(look_into_store(world.folder.path)->refused[0].reason == "taken under another device id");
}

TEST_CASE("a report has the format that the centre takes, also after it became an older one") {
    World world;
    world.enrol();
    world.centre_offers = 2;
    Agent agent = world.agent();
    world.first_scan(agent);
    CHECK(world.sent_formats == std::vector{1});
    const auto scan_with_news = [&](int scan) {
        world.scan_side->os_build = scan;
        world.elapsed += 5h;
        World::settle(agent);
        world.wait_for_scans(scan);
        World::settle(agent);
    };
    scan_with_news(2);
    CHECK(world.sent_formats == std::vector{1, 2});
    // It waits in format 2, and meets a centre that was restored from an older version's backup.
    world.when_sending = [] { throw CentreUnreachable("refused"); };
    scan_with_news(3);
    world.when_sending = [] {};
    world.centre_takes = world.centre_offers = 1;
    world.elapsed += 30min;
    World::settle(agent);
    CHECK(world.sent_formats == std::vector{1, 2, 1});
    CHECK(look_into_store(world.folder.path)->refused.empty());
    scan_with_news(4);
    CHECK(world.sent_formats == std::vector{1, 2, 1, 1});
    // Heartbeats tell of an offer, too.
    world.centre_takes = world.centre_offers = 2;
    world.elapsed += 16min;
    World::settle(agent);
    scan_with_news(5);
    CHECK(world.sent_formats == std::vector{1, 2, 1, 1, 2});
}

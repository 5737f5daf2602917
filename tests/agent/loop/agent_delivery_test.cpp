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

TEST_CASE("a PC that turns out to be a copy takes an id of its own; what it has is the other's") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    REQUIRE(world.sent.size() == 1);
    world.want_report = true;
    world.new_identity = "a token";
    world.elapsed += 15min;
    World::settle(agent);
    CHECK(world.anew == std::vector<std::string>{"a token"});
    CHECK(world.sent.size() == 1);
    world.elapsed += 4h;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    REQUIRE(world.sent.size() == 2);  // nothing changed but the id: that is news
    CHECK(world.sent_devices[1] == "22222222-2222-4222-8222-222222222222");
    CHECK(world.anew.size() == 1);
}

TEST_CASE("an id and a certificate that a power cut left apart come together at the next start") {
    World world;
    world.enrol();
    world.identity.make_device_id([] { return "11111111-1111-4111-8111-111111111111"; });
    Agent agent({4h, 15min, 5min, {}}, world.identity, world.ports());
    world.first_scan(agent);
    CHECK(world.identity.device_id() == device);
    CHECK(world.sent.size() == 1);
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

TEST_CASE("a report is sent compressed when the centre has offered it, and as it is when it is refused so") {
    World world;
    world.enrol();
    world.centre_takes_deflate = true;
    world.centre_offers = 2;
    Agent agent = world.agent();
    world.first_scan(agent);
    const auto scan_with_news = [&](int scan) {
        world.scan_side->os_build = scan;
        world.elapsed += 5h;
        World::settle(agent);
        world.wait_for_scans(scan);
        World::settle(agent);
    };
    scan_with_news(2);
    CHECK(world.sent_deflated == std::vector{false, true});
    // It waits, and meets another centre: older, or restored.
    world.when_sending = [] { throw CentreUnreachable("refused"); };
    scan_with_news(3);
    world.when_sending = [] {};
    world.centre_takes_deflate = false;
    world.elapsed += 30min;
    World::settle(agent);
    CHECK(world.sent_deflated == std::vector{false, true, false});
    CHECK(look_into_store(world.folder.path)->refused.empty());
    scan_with_news(4);
    CHECK(world.sent_deflated == std::vector{false, true, false, false});
    CHECK(world.sent_formats == std::vector{1, 2, 1, 2});
}

TEST_CASE("a heartbeat that a poll carries is none for the loop to send") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    HeartbeatBoard& board = *world.heartbeat_board;
    board.polls_carry(true);
    world.elapsed += 16min;
    World::settle(agent);
    CHECK(world.heartbeats.empty());
    const auto now = [&] { return SteadyTime{} + 1h + world.elapsed; };
    const std::optional<Heartbeat> carried = board.take(now());
    REQUIRE(carried.has_value());
    const std::optional<NewestReport> newest = look_into_store(world.folder.path)->newest;
    CHECK(carried->facts_hash == newest->facts_hash);
    CHECK(carried->report_id == newest->report_id);
    world.elapsed += 5min;
    World::settle(agent);
    CHECK(world.heartbeats.empty());
    // Its answer is a contact, and may ask for the report.
    const std::size_t sent = world.sent.size();
    board.answered({true, {2, false}});
    World::settle(agent);
    CHECK(world.notes()["last_contact_at"] == format_instant(world.now()));
    CHECK(world.sent.size() == sent + 1);
    CHECK(world.notes()["report_format"] == "1");  // as the answer to the report said
    // The next is due a quarter of an hour after what was said last.
    CHECK(board.due() == now() + 15min);
}

TEST_CASE("a heartbeat that was lost is sent at once, and one that no poll takes a little later") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    HeartbeatBoard& board = *world.heartbeat_board;
    board.polls_carry(true);
    world.elapsed += 16min;
    World::settle(agent);
    REQUIRE(board.take(SteadyTime{} + 1h + world.elapsed).has_value());
    board.lost();
    world.when_sending = [] { throw CentreUnreachable("no network path leads there"); };
    World::settle(agent);
    CHECK(world.board->look().centre_reachable == false);
    CHECK(world.notes()["problem"] == "no network path leads there");
    world.when_sending = [] {};
    world.elapsed += 1min;
    World::settle(agent);
    CHECK(world.heartbeats.size() == 1);
    world.elapsed += 16min;
    CHECK(World::settle(agent) < 2min);
    CHECK(world.heartbeats.size() == 1);
    world.elapsed += 2min;
    World::settle(agent);
    CHECK(world.heartbeats.size() == 2);
}

// The agent's loop: when it scans, and who asked.
#include "agent/loop/delivery.h"
#include "agent/loop/hive_memory.h"
#include "tests/agent/loop/agent_world.h"

using namespace wardwatch;

TEST_CASE("a PC scans after the start-up spread, stores, sends, and says so") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    CHECK(World::settle(agent) == 150s);
    CHECK(world.sent.empty());
    world.first_scan(agent);
    CHECK(world.sent == std::vector<std::string>{"00000000-0000-4000-8000-000000000001"});
    CHECK(world.depth() == 0);
    CHECK(world.notes()["last_sent_at"] == "2026-11-22T12:02:30Z");
    CHECK(world.notes()["last_scan_at"] == "2026-11-22T12:02:30Z");
    CHECK(world.notes()["problem"].empty());
    CHECK(World::settle(agent) == 15min);
}

TEST_CASE("in between there are heartbeats, and scans on schedule") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    for (int quarter = 1; quarter < 16; ++quarter) {
        world.elapsed = 150s + 15min * quarter;
        World::settle(agent);
    }
    CHECK(world.heartbeats.size() == 15);
    CHECK(world.heartbeats[0].report_id == "00000000-0000-4000-8000-000000000001");
    CHECK(world.heartbeats[0].facts_hash.size() == 64);
    CHECK(world.heartbeats[0].outbox_depth == 0);
    CHECK(world.heartbeats[0].hardware == HardwareClaim{"board", "disk", "machine"});
    CHECK(world.heartbeats[0].reports == 1);
    CHECK(world.scans() == 1);
    world.scan_side->os_build = 2;
    world.elapsed = 150s + 4h;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.sent.size() == 2);
}

TEST_CASE("a scan of the schedule or of a start that finds the same is no report") {
    World world;
    world.enrol();
    {
        Agent agent = world.agent();
        world.first_scan(agent);
        world.elapsed += 4h;
        World::settle(agent);
        world.wait_for_scans(2);
        World::settle(agent);
        CHECK(world.notes()["last_scan_trigger"] == "schedule");
        CHECK(world.requests->status(2)->report_id == world.sent[0]);
    }
    Agent restarted = world.agent();
    World::settle(restarted);
    world.elapsed += 150s;
    World::settle(restarted);
    world.wait_for_scans(3);
    World::settle(restarted);
    CHECK(world.notes()["last_scan_trigger"] == "startup");
    CHECK(world.sent.size() == 1);
    CHECK(look_into_store(world.folder.path)->reports == 1);
}

TEST_CASE("what the centre refused, or another device sent, is reported again") {
    World world;
    world.enrol();
    const auto second_scan = [&](Agent& agent) {
        world.elapsed += 4h;
        World::settle(agent);
        world.wait_for_scans(2);
        World::settle(agent);
    };
    SECTION("refused") {
        world.when_sending = [] { throw CentreRefused(422, "no", std::nullopt); };
        Agent agent = world.agent();
        world.first_scan(agent);
        REQUIRE(look_into_store(world.folder.path)->refused.size() == 1);
        world.when_sending = [] {};
        second_scan(agent);
    }
    SECTION("by another device") {
        Agent agent = world.agent();
        world.first_scan(agent);
        world.sent.clear();
        std::filesystem::remove(world.folder.path / "device_id");
        world.identity.make_device_id([] { return "0b6f4a52-8c1d-4a0e-9f00-665544332211"; });
        second_scan(agent);
    }
    CHECK(world.sent.size() == 1);
    CHECK(look_into_store(world.folder.path)->reports == 2);
}

TEST_CASE("heartbeats do not confirm what no scan has found again") {
    World world;
    world.enrol();
    AgentPorts ports = world.ports();
    const auto fails = std::make_shared<std::atomic<bool>>(false);
    ports.take_report = [take = ports.take_report, fails](const ScanRequest& request, const Progress& progress) {
        if (*fails) throw std::runtime_error("out of memory");
        return take(request, progress);
    };
    world.identity.make_device_id([] { return device; });
    Agent agent({4h, 15min, 5min, {}}, world.identity, ports);
    world.first_scan(agent);
    *fails = true;
    const auto heartbeat_after = [&](std::chrono::milliseconds time) {
        world.elapsed = 150s + time;
        World::settle(agent);
        return world.heartbeats.back();
    };
    CHECK(heartbeat_after(3h).report_id == world.sent[0]);
    CHECK(heartbeat_after(32h).facts_hash.size() == 64);
    const Heartbeat later = heartbeat_after(32h + 15min);
    CHECK(later.report_id.empty());
    CHECK(later.facts_hash.empty());
}

TEST_CASE("a scan is told the facts of the newest stored report, also after a restart") {
    World world;
    std::vector<Facts> told;
    const auto remembering = [&] {
        AgentPorts ports = world.ports();
        ports.take_report = [&world, &told](const ScanRequest& request, const Progress&) {
            told.push_back(request.previous);
            Facts facts = {{"antivirus.licence_expires_at", "Bkav Pro", noon + std::chrono::days{told.size()}, "wsc"}};
            return Report{request.report_id, request.device_id, "0.1.0", request.trigger, request.now, facts};
        };
        world.identity.make_device_id([] { return device; });
        return Agent({4h, 15min, 5min, {}}, world.identity, std::move(ports));
    };
    {
        Agent agent = remembering();
        world.first_scan(agent);
    }
    Agent restarted = remembering();
    World::settle(restarted);
    world.elapsed += 150s;
    World::settle(restarted);
    world.wait_for_scans(2);
    World::settle(restarted);
    REQUIRE(told.size() == 2);
    CHECK(told[0].empty());
    CHECK(told[1] == Facts{{"antivirus.licence_expires_at", "Bkav Pro", noon + std::chrono::days{1}, "wsc"}});
    CHECK(newest_facts(world.folder.path).front().value == Value(noon + std::chrono::days{2}));
    CHECK(newest_facts(world.folder.path / "nowhere").empty());
}

TEST_CASE("what a scan saw of users' parts of the registry is told to the next one, also after a restart") {
    World world;
    std::vector<KnownHives> told;
    const auto remembering = [&] {
        AgentPorts ports = world.ports();
        ports.take_report = [&told](const ScanRequest& request, const Progress&) {
            told.push_back(*request.known_hives);
            request.known_hives->of_sid["S-1-5-21-1"]["Software\\X\\AppData"] = std::string("D:\\Đào");
            request.known_hives->of_sid["S-1-5-21-1"]["Software\\X\\Number"] = std::uint64_t{1};
            request.known_hives->of_sid["S-1-5-21-2"];
            return Report{request.report_id, request.device_id, "0.1.0", request.trigger, request.now, {}};
        };
        world.identity.make_device_id([] { return device; });
        return Agent({4h, 15min, 5min, {}}, world.identity, std::move(ports));
    };
    {
        Agent agent = remembering();
        world.first_scan(agent);
    }
    Agent restarted = remembering();
    World::settle(restarted);
    world.elapsed += 150s;
    World::settle(restarted);
    world.wait_for_scans(2);
    World::settle(restarted);
    REQUIRE(told.size() == 2);
    CHECK(told[0].of_sid.empty());
    REQUIRE(told[1].of_sid.size() == 2);
    CHECK(told[1].of_sid.at("S-1-5-21-1").at("Software\\X\\AppData") == RegistryData(std::string("D:\\Đào")));
    CHECK(told[1].of_sid.at("S-1-5-21-1").at("Software\\X\\Number") == RegistryData(std::uint64_t{1}));
    CHECK(told[1].of_sid.at("S-1-5-21-2").empty());
    CHECK(*known_hives(world.folder.path) == told[1]);
    CHECK(known_hives(world.folder.path / "nowhere")->of_sid.empty());
    CHECK(newest_scan_at(world.folder.path).has_value());
    CHECK_FALSE(newest_scan_at(world.folder.path / "nowhere").has_value());
}

TEST_CASE("after sleep the PC scans by the system clock") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    world.scan_side->os_build = 2;
    world.system_start += 60h;  // the steady clock slept too
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.scans() == 2);
    CHECK(world.sent.size() == 2);
    world.system_start -= 10'000h;  // the clock was corrected
    World::settle(agent);
    CHECK(world.scans() == 2);
}

TEST_CASE("a scan that hangs holds up nothing") {
    auto world = std::make_shared<World>();
    world->enrol();
    struct Gate {
        std::mutex mutex;
        std::condition_variable opened;
        bool open = false;
        bool passed = false;
    };
    const auto gate = std::make_shared<Gate>();
    AgentPorts ports = world->ports();
    ports.take_report = [gate](const ScanRequest& request, const Progress&) {
        std::unique_lock lock(gate->mutex);
        gate->opened.wait(lock, [&] { return gate->open; });
        return Report{request.report_id, request.device_id, "0.1.0", request.trigger, request.now, {}};
    };
    ports.wake = [gate] {
        const std::lock_guard lock(gate->mutex);
        gate->passed = true;
        gate->opened.notify_all();
    };
    {
        Agent agent({4h, 15min, 0s, {}}, world->identity, ports);
        World::settle(agent);
        world->elapsed += 16min;
        World::settle(agent);
        CHECK(world->heartbeats.size() == 1);
    }  // the agent ends while the scan runs
    std::unique_lock lock(gate->mutex);
    gate->open = true;
    gate->opened.notify_all();
    gate->opened.wait(lock, [&] { return gate->passed; });
    CHECK(world->sent.empty());
}

TEST_CASE("a scan that somebody asks for begins at once, and says what became of it") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    World::settle(agent);  // within the start-up spread
    const std::uint64_t number = world.requests->ask("manual");
    CHECK(world.asked == 1);
    World::settle(agent);
    world.wait_for_scans(1);
    CHECK(world.requests->status(number)->collector == "host");
    World::settle(agent);
    CHECK(world.requests->status(number)->state == ScanStatus::State::done);
    CHECK(world.requests->status(number)->trigger == "manual");
    CHECK(world.requests->status(number)->report_id == "00000000-0000-4000-8000-000000000001");
    CHECK(world.requests->status(number)->verdict == "unknown");
    world.elapsed += 4h + 25min;
    World::settle(agent);
    world.wait_for_scans(2);
    CHECK(world.requests->status(number + 1)->trigger == "schedule");
}

TEST_CASE("a scan that throws is tried again on schedule") {
    World world;
    world.enrol();
    AgentPorts ports = world.ports();
    ports.take_report = [](const ScanRequest&, const Progress&) -> Report {
        throw std::runtime_error("out of memory");
    };
    Agent agent({4h, 15min, 0s, {}}, world.identity, ports);
    World::settle(agent);
    world.wait_for_scans(1);
    World::settle(agent);
    CHECK(world.requests->status(1)->state == ScanStatus::State::failed);
    CHECK(world.requests->status(1)->problem == "out of memory");
    world.elapsed += 4h + 1s;
    World::settle(agent);
    world.wait_for_scans(2);
    CHECK(World::settle(agent) > 0s);
    CHECK(world.sent.empty());
}

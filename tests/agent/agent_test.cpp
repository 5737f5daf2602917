#include "agent/agent.h"

#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "agent/delivery.h"
#include "agent/log.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const Instant noon = parse_instant("2026-11-22T12:00:00Z");
const std::string device = "0b6f4a52-8c1d-4a0e-9f00-112233445566";

/// A PC with a clock that only the test moves, and a centre that answers as the test says.
struct World {
    TemporaryFolder folder;
    IdentityFiles identity{folder.path};
    std::chrono::milliseconds elapsed{0};
    Instant system_start = noon;
    double random = 0.5;
    int next_id = 0;
    int scans = 0;
    std::int64_t os_build = 1;
    std::function<void()> when_sending = [] {};  // throws what the centre answers
    std::vector<std::string> sent;
    bool want_report = false;
    std::vector<Heartbeat> heartbeats;
    int renewals = 0;
    std::function<std::unique_ptr<Store>(const std::string&)> open_store;
    int asked = 0;
    std::shared_ptr<AgentStatusBoard> board = std::make_shared<AgentStatusBoard>();
    std::shared_ptr<ScanRequests> requests = std::make_shared<ScanRequests>([this] { ++asked; });
    std::mutex mutex;
    std::condition_variable scan_ended;
    int scans_ended = 0;
    int scans_begun = 0;

    World() {
        open_store = [this](const std::string& damage) {
            StoreOptions options;
            options.known_damage = damage;
            options.folder = folder.path;
            options.may_set_aside = true;
            return std::make_unique<Store>(options, now());
        };
    }

    Instant now() const { return std::chrono::floor<std::chrono::seconds>(system_start + elapsed); }

    void enrol(std::chrono::days validity = std::chrono::days{90}) {
        const KeyAndCertificate authority = make_authority("test", noon - 24h, std::chrono::days{1000});
        const std::string key = make_private_key();
        const std::string certificate =
            sign_client_request(authority, make_signing_request(key, device), device, noon, validity);
        identity.save({key, certificate, authority.certificate_pem});
    }

    AgentPorts ports() {
        AgentPorts ports;
        ports.now = [this] { return now(); };
        ports.steady = [this] { return SteadyTime{} + 1h + elapsed; };
        ports.random = [this] { return random; };
        ports.new_uuid = [this]() -> std::string {
            const std::string number = std::to_string(++next_id);
            return "00000000-0000-4000-8000-" + std::string(12 - number.size(), '0') + number;
        };
        ports.open_store = [this](const std::string& damage) { return open_store(damage); };
        ports.connect = [this] { return centre(); };
        ports.take_report = [this](const ScanRequest& request, const Progress& progress) {
            if (progress) progress("host", 0, 1);
            ++scans;
            return Report{request.report_id, request.device_id, "0.1.0",
                          request.trigger,   request.now,       {{"host.os_build", "", os_build, "registry"}}};
        };
        ports.requests = requests;
        ports.status = board;
        ports.wake = [this] {
            const std::lock_guard lock(mutex);
            ++scans_ended;
            scan_ended.notify_all();
        };
        ports.log = no_log();
        return ports;
    }

    Centre centre() {
        return {
            [this](const Identity&, std::string_view json) {
                when_sending();
                sent.push_back(report_from_json(json).report_id);
            },
            [this](const Identity&, const Heartbeat& heartbeat) {
                when_sending();
                heartbeats.push_back(heartbeat);
                return std::exchange(want_report, false);
            },
            [this](const Identity& old) {
                ++renewals;
                Identity renewed = old;
                const KeyAndCertificate authority = make_authority("test", noon - 24h, std::chrono::days{1000});
                renewed.certificate_pem = sign_client_request(
                    authority, make_signing_request(old.private_key_pem, device), device, now(), std::chrono::days{90});
                return renewed;
            },
        };
    }

    Agent agent() {
        identity.make_device_id([] { return device; });
        return {{4h, 15min, 5min, {}}, identity, ports()};
    }

    void wait_for_scans(int count) {
        std::unique_lock lock(mutex);
        scan_ended.wait(lock, [&] { return scans_ended >= count; });
    }

    /// Steps until the agent wants to wait, then says for how long.
    static Wait settle(Agent& agent) {
        for (int i = 0; i < 1000; ++i)
            if (const Wait wait = agent.step(); wait > 0ms) return wait;
        return 0ms;
    }

    /// The first scan, at half the start-up spread.
    void first_scan(Agent& agent) {
        settle(agent);
        elapsed = 150s;
        settle(agent);
        wait_for_scans(1);
        settle(agent);
    }

    std::map<std::string, std::string> notes() const { return look_into_store(folder.path)->notes; }
    std::int64_t depth() const { return look_into_store(folder.path)->outbox_depth; }
};

}  // namespace

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
    CHECK(world.scans == 1);
    world.elapsed = 150s + 4h;
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.sent.size() == 2);
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
    CHECK(world.scans == 1);
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

TEST_CASE("a revoked PC tries slowly, says so, and goes on at once when it is enrolled anew") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    int attempts = 0;
    world.when_sending = [&attempts] {
        ++attempts;
        throw CentreRefused(403, "this device was revoked", std::nullopt);
    };
    world.first_scan(agent);
    CHECK(World::settle(agent) == 10s);  // only a look at the certificate
    world.elapsed += 44min;
    World::settle(agent);
    CHECK(attempts == 1);
    world.elapsed += 2min;
    World::settle(agent);
    CHECK(attempts == 2);
    CHECK(world.notes()["problem"] == "403: this device was revoked");
    world.when_sending = [] {};
    world.enrol();
    world.elapsed += 10s;
    World::settle(agent);
    CHECK(world.sent.size() == 1);
}

TEST_CASE("a PC that is not enrolled collects, and notices an enrolment without a restart") {
    World world;
    Agent agent = world.agent();
    world.first_scan(agent);
    CHECK(world.depth() == 1);
    CHECK(world.notes()["problem"].starts_with("not enrolled"));
    CHECK(World::settle(agent) == 10s);
    world.enrol();
    world.elapsed += 10s;
    World::settle(agent);
    CHECK(world.sent.size() == 1);
    CHECK(world.notes()["problem"].empty());
}

TEST_CASE("a PC whose installer left a token enrols itself") {
    World world;
    int attempts = 0;
    std::function<void()> enrol = [] { throw CentreUnreachable("no route"); };
    AgentPorts ports = world.ports();
    ports.enrolment_is_ordered = [&] { return world.identity.certificate().empty(); };
    ports.enrol = [&] {
        ++attempts;
        enrol();
    };
    std::vector<Event> events;
    ports.event = [&](Event event, const std::vector<std::string>&) { events.push_back(event); };
    world.identity.make_device_id([] { return device; });
    Agent agent({4h, 15min, 5min, {}}, world.identity, ports);
    World::settle(agent);
    CHECK(attempts == 0);  // the start-up spread holds
    world.first_scan(agent);
    CHECK(attempts == 1);
    CHECK(world.notes()["problem"] == "no route");
    World::settle(agent);
    CHECK(attempts == 1);
    enrol = [&] { world.enrol(); };
    world.elapsed += 10s;
    World::settle(agent);
    CHECK(attempts == 2);
    CHECK(world.sent.size() == 1);
    CHECK(world.notes()["problem"].empty());
    CHECK(events == std::vector<Event>{Event::scanned, Event::enrolled});
}

TEST_CASE("a refused token is not tried again and again, and the refusal is what status says") {
    World world;
    int attempts = 0;
    AgentPorts ports = world.ports();
    ports.enrolment_is_ordered = [] { return true; };
    ports.enrol = [&] {
        ++attempts;
        throw CentreRefused(403, "The enrolment token has expired", std::nullopt);
    };
    Agent agent({4h, 15min, 5min, {}}, world.identity, ports);
    world.first_scan(agent);
    for (int minute = 1; minute < 30; ++minute) {
        world.elapsed += 1min;
        World::settle(agent);
    }
    CHECK(attempts == 1);
    CHECK(world.notes()["problem"] == "403: The enrolment token has expired");
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

TEST_CASE("the certificate is renewed in the last third of its life, once") {
    World world;
    world.enrol(std::chrono::days{90});
    world.system_start = noon + 24h * 61;
    Agent agent = world.agent();
    world.first_scan(agent);
    CHECK(world.renewals == 1);
    CHECK(world.sent.size() == 1);
    CHECK(inspect_certificate(world.identity.certificate()).not_after > noon + 24h * 150);
    world.elapsed += 3h;
    World::settle(agent);
    CHECK(world.renewals == 1);
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

TEST_CASE("after sleep the PC scans by the system clock") {
    World world;
    world.enrol();
    Agent agent = world.agent();
    world.first_scan(agent);
    world.system_start += 60h;  // the steady clock slept too
    World::settle(agent);
    world.wait_for_scans(2);
    World::settle(agent);
    CHECK(world.scans == 2);
    CHECK(world.sent.size() == 2);
    world.system_start -= 10'000h;  // the clock was corrected
    World::settle(agent);
    CHECK(world.scans == 2);
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

// The agent's loop: enrolment, certificates, a PC that the centre does not want.
#include "reporting/tls/pki.h"
#include "tests/agent/loop/agent_world.h"

using namespace wardwatch;

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

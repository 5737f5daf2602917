// The command channel against a centre that answers as the test says. Only the test moves the clock.
#include "agent/commands/command_channel.h"

#include <catch2/catch_test_macros.hpp>
#include <deque>
#include <fstream>
#include <string>

#include "agent/log/log.h"
#include "reporting/tls/pki.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const Instant enrolled_at = parse_instant("2026-11-22T12:00:00Z");
const std::string this_pc = "0b6f4a52-8c1d-4a0e-9f00-112233445566";
const std::string first_id = "11111111-1111-4111-8111-111111111111";
const std::string second_id = "22222222-2222-4222-8222-222222222222";

struct ChannelWorld {
    TemporaryFolder folder;
    std::chrono::milliseconds elapsed{0};
    double random = 0.5;
    std::chrono::milliseconds poll_takes = 55s;
    std::function<void()> when_asked = [] {};  // throws what the centre answers
    std::deque<std::vector<ReceivedCommand>> answers;
    std::vector<Poll> polls;
    std::optional<std::chrono::seconds> offer;  ///< the centre's, to polls that know of none
    std::shared_ptr<HeartbeatBoard> heartbeats = std::make_shared<HeartbeatBoard>();
    std::function<void()> when_told = [] {};
    std::vector<std::pair<std::string, CommandReport>> told;
    int connections = 0;
    std::vector<std::string> signers;
    std::string restart;  ///< what an update waits for
    std::shared_ptr<ScanRequests> requests = std::make_shared<ScanRequests>([] {});

    void enrol() {
        const KeyAndCertificate authority = make_authority("test", enrolled_at - 24h, std::chrono::days{1000});
        const std::string key = make_private_key();
        const std::string certificate = sign_client_request(authority, make_signing_request(key, this_pc), this_pc,
                                                            enrolled_at, std::chrono::days{90});
        IdentityFiles(folder.path).save({key, certificate, authority.certificate_pem});
    }

    Centre centre() {
        Centre centre;
        centre.poll = [this](const Identity&, const Poll& poll) {
            polls.push_back(poll);
            when_asked();
            elapsed += std::min<std::chrono::milliseconds>(poll.wait, poll_takes);
            PollAnswer answer;
            if (poll.heartbeat)
                answer.heartbeat = HeartbeatAnswer{true, {2, true}};
            else if (poll.wait <= longest_old_wait)
                answer.longest_wait = offer;
            if (!answers.empty()) {
                answer.commands = answers.front();
                answers.pop_front();
            }
            return answer;
        };
        centre.update_piece = [](const Identity&, const std::string&, std::int64_t) { return "four"; };
        centre.report_command = [this](const Identity&, const std::string& id, const CommandReport& report) {
            when_told();
            told.emplace_back(id, report);
        };
        return centre;
    }

    /// A package of four bytes, as it is to be; its installation goes on and on.
    UpdaterPorts update_ports() {
        struct Endless : Installation {
            std::optional<int> exit_code() const override { return std::nullopt; }
        };
        return {"0.1.0",
                [this] { return signers; },
                [this](const std::filesystem::path&) {
                    return PackageInfo{"0.2.0", "{DBD17B1A-E8CA-5CB8-9B72-0DE6F4908BCE}", signers.at(0)};
                },
                [](const std::filesystem::path&, const std::filesystem::path&) { return std::make_unique<Endless>(); },
                [this] { return restart; },
                [this] { return SteadyTime{} + 1h + elapsed; },
                [this] { return random; },
                no_log()};
    }

    CommandChannel channel(std::chrono::seconds spread = 0s) {
        return {folder.path,
                spread,
                {[this] { return SteadyTime{} + 1h + elapsed; }, [this] { return random; },
                 [this] {
                     ++connections;
                     return centre();
                 },
                 requests, heartbeats, no_log(), update_ports()}};
    }

    SteadyTime now() const { return SteadyTime{} + 1h + elapsed; }
    void heartbeat_is_due(SteadyTime when) const { heartbeats->show({"0.1.0", "hash", "report", 0}, when, 15min); }

    ReceivedCommand scan(const std::string& id) const { return {id, this_pc, "scan"}; }
    /// What the agent's loop does: scans and ends well.
    std::uint64_t scan_begins() {
        REQUIRE(requests->wanted() == "centre");
        return requests->begin("centre").number;
    }
};

using State = CommandReport::State;

}  // namespace

TEST_CASE("without an enrolment nothing is asked, after one at once") {
    ChannelWorld world;
    CommandChannel channel = world.channel(300s);
    CHECK(channel.step() == 10s);
    CHECK(world.polls.empty());
    world.enrol();
    CHECK(channel.step() == 0ms);
    REQUIRE(world.polls.size() == 1);
    CHECK(world.polls[0].wait == 55s);
    CHECK(world.polls[0].has.empty());
}

TEST_CASE("the first poll of an enrolled PC comes within the spread") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel(300s);
    CHECK(channel.step() == 10s);
    world.elapsed = 149s;
    CHECK(channel.step() == 1s);
    CHECK(world.polls.empty());
    world.elapsed = 150s;
    channel.step();
    CHECK(world.polls.size() == 1);
}

TEST_CASE("a scan is asked for, its course told, its end remembered") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({world.scan(first_id)});
    CHECK(channel.step() == 0ms);
    const std::uint64_t number = world.scan_begins();
    world.requests->progress(number, "accounts", 1, 5);
    channel.step();
    REQUIRE(world.told.size() == 1);
    CHECK(world.told[0].first == first_id);
    CHECK(world.told[0].second == CommandReport{State::running, "accounts", 1, 5, "", ""});
    CHECK(world.polls.back().wait == 1s);
    CHECK(world.polls.back().has == std::vector{first_id});
    channel.step();
    CHECK(world.told.size() == 1);  // nothing new
    world.elapsed += 30s;
    channel.step();
    CHECK(world.told.size() == 2);  // a sign of life
    world.requests->done(number, second_id, "pass");
    channel.step();
    REQUIRE(world.told.size() == 3);
    CHECK(world.told[2].second == CommandReport{State::done, "", 0, 0, second_id, ""});
    CHECK(world.polls.back().wait == 55s);
    CHECK(world.polls.back().has.empty());

    // It comes again, also after a restart: answered as before, not run.
    CommandChannel restarted = world.channel();
    for (CommandChannel* each : {&channel, &restarted}) {
        world.answers.push_back({world.scan(first_id)});
        each->step();
        CHECK(world.told.back().second == CommandReport{State::done, "", 0, 0, second_id, ""});
        CHECK_FALSE(world.requests->wanted().has_value());
    }
}

TEST_CASE("a command that was not finished runs again after a restart") {
    ChannelWorld world;
    world.enrol();
    {
        CommandChannel killed = world.channel();
        world.answers.push_back({world.scan(first_id)});
        killed.step();
        world.scan_begins();
    }
    world.requests = std::make_shared<ScanRequests>([] {});
    CommandChannel channel = world.channel();
    world.answers.push_back({world.scan(first_id)});
    channel.step();
    CHECK(world.requests->wanted() == "centre");
}

TEST_CASE("a second command while one runs gets the next scan") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({world.scan(first_id)});
    channel.step();
    const std::uint64_t first = world.scan_begins();
    world.answers.push_back({world.scan(first_id), world.scan(second_id)});
    channel.step();
    CHECK(world.polls.back().has == std::vector{first_id});
    world.requests->done(first, "r1", "pass");
    channel.step();
    CHECK(world.polls.back().has == std::vector{second_id});
    const std::uint64_t second = world.scan_begins();
    world.requests->failed(second, "the disk\nis full");
    channel.step();
    CHECK(world.told.back() == std::pair{second_id, CommandReport{State::failed, "", 0, 0, "", "the disk is full"}});
}

TEST_CASE("an unknown kind fails, and another PC's command is left alone") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({{first_id, this_pc, "format"}});
    channel.step();
    REQUIRE(world.told.size() == 1);
    CHECK(world.told[0].second.state == State::failed);
    CHECK(world.told[0].second.problem == "this agent's version does not know the command");
    world.answers.push_back({{second_id, "99999999-8c1d-4a0e-9f00-112233445566", "scan"}, {"../x", this_pc, "scan"}});
    channel.step();
    CHECK(world.told.size() == 1);
    CHECK_FALSE(world.requests->wanted().has_value());
}

TEST_CASE("an end that could not be told is told later") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({world.scan(first_id)});
    channel.step();
    world.requests->done(world.scan_begins(), "r1", "pass");
    world.when_told = [] { throw CentreUnreachable("away"); };
    const Wait wait = channel.step();
    CHECK(wait == 2500ms);
    CHECK(world.told.empty());
    world.when_told = [] {};
    world.elapsed += wait;
    channel.step();
    REQUIRE(world.told.size() == 1);
    CHECK(world.told[0].second.report_id == "r1");
}

TEST_CASE("a centre that wants to hear no more of a command is not told again") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({world.scan(first_id)});
    channel.step();
    world.requests->progress(world.scan_begins(), "accounts", 0, 5);
    int refusals = 0;
    world.when_told = [&] {
        ++refusals;
        throw CentreRefused(409, "ended", std::nullopt);
    };
    channel.step();
    channel.step();
    CHECK(refusals == 1);
    CHECK(world.polls.back().wait == 55s);
}

TEST_CASE("what fails is tried again later") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    // step() returns early to look for an enrolment; the polls tell when it really asks.
    const auto asks_again_after = [&](std::chrono::seconds wait) {
        channel.step();
        const std::size_t before = world.polls.size();
        const auto began = world.elapsed;
        world.elapsed = began + wait - 1ms;
        channel.step();
        CHECK(world.polls.size() == before);
        world.elapsed = began + wait;
        world.when_asked = [] {};
        channel.step();
        CHECK(world.polls.size() == before + 1);
    };
    SECTION("a centre of an older version") {
        world.when_asked = [] { throw CentreRefused(404, "not_found", std::nullopt); };
        asks_again_after(30min);
    }
    SECTION("a centre that does not want this PC") {
        world.when_asked = [] { throw CentreRefused(403, "revoked", std::nullopt); };
        asks_again_after(45min);
    }
    SECTION("a centre that asks to come later") {
        world.random = 0;
        world.when_asked = [] { throw CentreRefused(503, "too many", 60s); };
        asks_again_after(60s);
    }
    SECTION("a new enrolment ends every wait") {
        world.when_asked = [] { throw CentreRefused(403, "revoked", std::nullopt); };
        CHECK(channel.step() == 10s);
        world.when_asked = [] {};
        world.enrol();
        channel.step();
        CHECK(world.polls.size() == 2);
        CHECK(world.connections == 2);
    }
}

TEST_CASE("a centre that answers at once does not make the channel run hot") {
    ChannelWorld world;
    world.enrol();
    world.poll_takes = 1ms;
    CommandChannel channel = world.channel();
    CHECK(channel.step() == 499ms);
    CHECK(channel.step() == 499ms);
    CHECK(world.polls.size() == 1);
}

TEST_CASE("a memory that somebody broke counts as empty") {
    ChannelWorld world;
    CommandMemory memory(world.folder.path);
    memory.remember(first_id, {State::failed, "", 0, 0, "", "why"});
    CHECK(CommandMemory(world.folder.path).end_of(first_id)->problem == "why");
    std::filesystem::resize_file(world.folder.path / "commands.json", 5);
    CHECK_FALSE(CommandMemory(world.folder.path).end_of(first_id).has_value());
    for (int i = 0; i < 501; ++i) memory.remember(std::to_string(i), {State::done, "", 0, 0, "r", ""});
    CHECK_FALSE(memory.end_of("0").has_value());
    CHECK(CommandMemory(world.folder.path).end_of("1")->state == State::done);
}

TEST_CASE("an update that is not taken ends its command with the reason") {
    ChannelWorld world;
    world.enrol();
    CommandChannel channel = world.channel();
    world.answers.push_back({{first_id, this_pc, "update", OfferedUpdate{"0.2.0", 10, std::string(64, 'a')}}});
    channel.step();
    REQUIRE(world.told.size() == 2);
    CHECK(world.told[0].second == CommandReport{State::running, "download", 0, 0, "", ""});
    CHECK(world.told[1].second.state == State::failed);
    CHECK(world.told[1].second.problem.find("takes no updates") != std::string::npos);
    channel.step();
    CHECK(world.polls.back().has.empty());
}

TEST_CASE("an update that the restart ended is told first, once") {
    ChannelWorld world;
    world.enrol();
    std::ofstream(world.folder.path / "update.json") << R"({"command_id": ")" + first_id + R"(", "version": "0.1.0"})";
    CommandChannel channel = world.channel();
    channel.step();
    REQUIRE(world.told.size() == 1);
    CHECK(world.told[0].first == first_id);
    CHECK(world.told[0].second == CommandReport{State::done, "", 0, 0, "", ""});
    channel.step();
    CHECK(world.told.size() == 1);
    // The centre did not hear it: the same end again, and nothing is run.
    world.answers.push_back({{first_id, this_pc, "update", OfferedUpdate{"0.1.0", 10, std::string(64, 'a')}}});
    channel.step();
    REQUIRE(world.told.size() == 2);
    CHECK(world.told[1].second.state == State::done);
}

TEST_CASE("an update that waits for a restart is told about, without a poll each second") {
    ChannelWorld world;
    world.enrol();
    world.signers = {std::string(64, 'a')};
    world.offer = 500s;
    world.restart = "WindowsUpdate\\Auto Update\\RebootRequired";
    CommandChannel channel = world.channel();
    ReceivedCommand command{first_id, this_pc, "update"};
    command.update = OfferedUpdate{"0.2.0", 4, sha256_hex("four")};
    world.answers.push_back({command});
    channel.step();
    for (int i = 0; i < 3; ++i) channel.step();
    CHECK(world.polls.back().wait == 55s);
    CHECK(world.polls.back().has == std::vector{first_id});
    CHECK(world.told.back().second.collector == waits_for_restart);
    const std::size_t told = world.told.size();
    channel.step();
    CHECK(world.told.size() == told + 1);  // within the 90 s after which the centre counts it as lost
    world.restart.clear();
    channel.step();
    CHECK(world.told.back().second.collector == "install");
    CHECK(world.polls.back().wait == 1s);
}

TEST_CASE("polls wait as long as the centre offers, and carry the heartbeat that is due") {
    ChannelWorld world;
    world.enrol();
    world.poll_takes = 1h;
    world.offer = 330s;
    CommandChannel channel = world.channel();
    world.heartbeat_is_due(world.now() + 10min);
    channel.step();
    CHECK(world.polls.back().wait == 55s);  // nothing was offered yet
    CHECK(world.heartbeats->due_for_loop(world.now()) > world.now());
    channel.step();
    CHECK(world.polls.back().wait == 330s);
    CHECK_FALSE(world.polls.back().heartbeat.has_value());
    channel.step();
    CHECK(world.polls.back().wait == 600s - 55s - 330s);
    channel.step();
    REQUIRE(world.polls.back().heartbeat.has_value());
    CHECK(world.polls.back().heartbeat->facts_hash == "hash");
    CHECK(world.polls.back().wait == 330s);
    const auto carried = world.heartbeats->take_carried();
    REQUIRE(carried.has_value());
    REQUIRE(carried->answer.has_value());
    CHECK(carried->answer->want_report);
    // The next is due a quarter of an hour after that one.
    for (const std::chrono::seconds wait : {330s, 240s}) {
        channel.step();
        CHECK(world.polls.back().wait == wait);
        CHECK_FALSE(world.polls.back().heartbeat.has_value());
    }
    channel.step();
    CHECK(world.polls.back().heartbeat.has_value());
}

TEST_CASE("a command at work is told about each second, whatever the centre offers") {
    ChannelWorld world;
    world.enrol();
    world.offer = 330s;
    CommandChannel channel = world.channel();
    channel.step();
    world.answers.push_back({world.scan(first_id)});
    channel.step();
    world.scan_begins();
    channel.step();
    CHECK(world.polls.back().wait == 1s);
}

TEST_CASE("a centre that is older than before gets polls as it knows them, at once") {
    ChannelWorld world;
    world.enrol();
    world.offer = 330s;
    CommandChannel channel = world.channel();
    channel.step();
    world.heartbeat_is_due(world.now());
    world.when_asked = [] { throw CentreRefused(400, "unexpected member \"heartbeat\"", std::nullopt); };
    CHECK(channel.step() == 0ms);
    CHECK(world.polls.back().heartbeat.has_value());
    // The loop sends that one, and those to come.
    const auto carried = world.heartbeats->take_carried();
    REQUIRE(carried.has_value());
    CHECK_FALSE(carried->answer.has_value());
    CHECK(world.heartbeats->due_for_loop(world.now()) == world.now());
    world.when_asked = [] {};
    world.offer.reset();
    channel.step();
    CHECK(world.polls.back().wait == 55s);
    CHECK_FALSE(world.polls.back().heartbeat.has_value());
    // Refused again, there is nothing to forget.
    world.when_asked = [] { throw CentreRefused(400, "no", std::nullopt); };
    CHECK(channel.step() > 0ms);
}

TEST_CASE("connections that do not last make polls shorter") {
    ChannelWorld world;
    world.enrol();
    world.random = 0;
    world.offer = 330s;
    CommandChannel channel = world.channel();
    channel.step();
    world.when_asked = [&] {
        world.elapsed += 61s;
        throw CentreUnreachable("closed");
    };
    for (const std::chrono::seconds wait : {330s, 330s, 165s, 165s, 82s, 82s}) {
        channel.step();
        CHECK(world.polls.back().wait == wait);
    }
    world.when_asked = [] {};
    for (int i = 0; i < 2; ++i) {
        channel.step();
        CHECK(world.polls.back().wait == 55s);
    }
}

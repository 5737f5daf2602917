// Commands for PCs: queued, handed out, answered, over their time; and the long poll's waiting, without sockets.
#include <algorithm>
#include <atomic>
#include <future>

#include "reporting/central/commands/scans.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/commands/waits.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

struct CommandOffice : Centre {
    std::string scan(const std::vector<std::string>& devices, hours life = default_scan_life) {
        return order_scan(database, {devices, "", false}, "an", now, life).batch_id;
    }
    /// The ids that a poll brings.
    std::vector<std::string> ids(const Pc& pc, const std::vector<std::string>& has = {}) const {
        const HttpResponse answer = poll(pc, has);
        REQUIRE(answer.status == 200);
        std::vector<std::string> ids;
        const json body = body_of(answer);
        for (const json& command : body.at("commands")) {
            CHECK(command.at("device_id") == pc.device_id);
            CHECK(command.at("kind") == "scan");
            ids.push_back(command.at("id").get<std::string>());
        }
        return ids;
    }
    Report send_report(const Pc& pc) const {
        const Report report = report_of(pc, now, good_facts(now, now));
        CHECK(post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        return report;
    }
    json shown(const std::string& batch) const { return scan_json(find_scan(database, batch, now).value()); }
    std::string state(const std::string& batch) const {
        return shown(batch).at("devices").at(0).at("state").get<std::string>();
    }
};

json done(const std::string& report_id) { return {{"state", "done"}, {"report_id", report_id}}; }

}  // namespace

TEST_CASE("a poll that finds nothing does not wait for whoever writes") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const sql::Writer writing = office.database.writer();
    // It would never end.
    CHECK(std::async(std::launch::async, [&] { return office.poll(pc).status; }).get() == 200);
}

TEST_CASE("a command goes from the queue to its report") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    CHECK(office.ids(pc).empty());
    const std::string batch = office.scan({pc.device_id});
    CHECK(office.state(batch) == "waiting");
    office.now += seconds{6};
    CHECK(office.state(batch) == "offline");
    const std::vector<std::string> ids = office.ids(pc);
    REQUIRE(ids.size() == 1);
    CHECK(office.state(batch) == "delivered");
    CHECK(office.ids(pc, ids).empty());

    const json running{{"state", "running"}, {"collector", "accounts"}, {"position", 1}, {"count", 5}};
    CHECK(office.tell(pc, ids[0], running).status == 200);
    json shown = office.shown(batch).at("devices").at(0);
    CHECK(shown.at("state") == "running");
    CHECK(shown.at("collector") == "accounts");
    CHECK(shown.at("position") == 1);
    CHECK(shown.at("count") == 5);
    office.now += seconds{91};
    CHECK(office.state(batch) == "offline");
    CHECK(office.tell(pc, ids[0], running).status == 200);
    CHECK(office.state(batch) == "running");

    SECTION("the report comes first") {
        const Report report = office.send_report(pc);
        CHECK(office.tell(pc, ids[0], done(report.report_id)).status == 200);
        CHECK(office.state(batch) == "done");
        CHECK(office.tell(pc, ids[0], done(report.report_id)).status == 200);
        CHECK(office.shown(batch).at("devices").at(0).at("report_id") == report.report_id);
    }
    SECTION("the report comes later") {
        const Report report = report_of(pc, office.now, good_facts(office.now, office.now));
        CHECK(office.tell(pc, ids[0], done(report.report_id)).status == 200);
        CHECK(office.state(batch) == "sending");
        CHECK(office.shown(batch).at("finished") == false);
        office.send_report(pc);  // another one
        CHECK(office.state(batch) == "sending");
        CHECK(office.post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        CHECK(office.state(batch) == "done");
        CHECK(office.tell(pc, ids[0], done(report.report_id)).status == 200);
    }
    CHECK(office.state(batch) == "done");
    CHECK(office.shown(batch).at("finished") == true);
    CHECK(office.ids(pc).empty());
}

TEST_CASE("a command that was handed out and not begun or finished is handed out again") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id});
    const std::vector<std::string> first = office.ids(pc);
    CHECK(office.ids(pc) == first);  // the answer was lost
    CHECK(
        office.tell(pc, first.at(0), {{"state", "running"}, {"collector", ""}, {"position", 0}, {"count", 0}}).status ==
        200);
    CHECK(office.state(batch) == "running");
    office.now += std::chrono::seconds{1};
    CHECK(office.ids(pc) == first);  // the agent was killed while it scanned
    CHECK(office.state(batch) == "delivered");
}

TEST_CASE("a finished command stays as it ended and is never handed out again") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id});
    const std::string id = office.ids(pc).at(0);
    CHECK(office.tell(pc, id, {{"state", "failed"}, {"problem", "the disk is full"}}).status == 200);
    CHECK(office.tell(pc, id, {{"state", "failed"}, {"problem", "another reason"}}).status == 200);
    CHECK(office.shown(batch).at("devices").at(0).at("problem") == "the disk is full");
    const HttpResponse late = office.tell(pc, id, done(random_uuid()));
    CHECK(late.status == 409);
    CHECK(error_of(late) == "command_finished");
    CHECK(office.ids(pc).empty());
    CHECK(office.shown(batch).at("failed") == 1);

    const Report report = office.send_report(pc);
    const std::string other = office.scan({pc.device_id});
    const std::string other_id = office.ids(pc).at(0);
    CHECK(office.tell(pc, other_id, done(report.report_id)).status == 200);
    CHECK(office.tell(pc, other_id, {{"state", "failed"}, {"problem", "no"}}).status == 409);
    CHECK(office.tell(pc, other_id, done(random_uuid())).status == 409);
    CHECK(office.state(other) == "done");
}

TEST_CASE("a command belongs to its PC alone") {
    CommandOffice office;
    const Pc mine = office.enrolled_pc();
    const Pc other = office.enrolled_pc();
    const std::string batch = office.scan({mine.device_id});
    CHECK(office.ids(other).empty());
    const std::string id = office.ids(mine).at(0);
    const HttpResponse meddling = office.tell(other, id, {{"state", "failed"}, {"problem", "x"}});
    CHECK(meddling.status == 404);
    CHECK(error_of(meddling) == "command_unknown");
    CHECK(office.state(batch) == "delivered");
    CHECK(office.post("/v1/commands", R"({"wait_seconds":0,"has":[]})").status == 401);
}

TEST_CASE("a revoked PC gets nothing") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id});
    Enrolments{office.database}.revoke_device(pc.device_id, office.now);
    CHECK(office.poll(pc).status == 403);
    CHECK(error_of(office.poll(pc)) == "device_revoked");
    CHECK(office.state(batch) == "failed");
    CHECK_THROWS_AS(office.scan({pc.device_id}), StoreError);
    CHECK_THROWS_AS(
        Commands{office.database}.add(
            {random_uuid(), "scan", "", "an", office.now, office.now + hours{1}, {{random_uuid(), pc.device_id}}}),
        StoreError);
}

TEST_CASE("what is over its time is not handed out, and a late end is still true") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id}, hours{1});
    const std::string begun = office.scan({pc.device_id}, hours{1});
    const std::vector<std::string> ids = office.ids(pc);
    REQUIRE(ids.size() == 2);
    const std::string never = office.scan({pc.device_id}, hours{1});
    office.now += hours{1};
    CHECK(office.ids(pc).empty());
    CHECK(office.state(never) == "expired");  // also before housekeeping comes by
    CHECK(Commands{office.database}.end_overdue(office.now, office.now - hours{24}) == 3);
    CHECK(Commands{office.database}.end_overdue(office.now, office.now - hours{24}) == 0);
    for (const std::string& each : {batch, begun, never}) CHECK(office.shown(each).at("expired") == 1);
    CHECK(office.shown(never).at("finished") == true);

    CHECK(office.tell(pc, ids[0], {{"state", "running"}, {"collector", "x"}, {"position", 0}, {"count", 1}}).status ==
          200);
    CHECK(office.ids(pc).empty());
    const Report report = office.send_report(pc);
    CHECK(office.tell(pc, ids[0], done(report.report_id)).status == 200);
    const bool first = office.state(batch) == "done";
    CHECK(office.state(first ? batch : begun) == "done");
    CHECK(office.state(first ? begun : batch) == "expired");
}

TEST_CASE("why a command failed is told in both languages") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id});
    const std::string said = "the agent lost track of this scan";
    CHECK(office.tell(pc, office.ids(pc).at(0), {{"state", "failed"}, {"problem", said}}).status == 200);
    const json shown = office.shown(batch).at("devices").at(0);
    CHECK(shown.at("problem") == said);
    CHECK(shown.at("problem_text").at("vi") == "phần mềm trên máy không còn biết lần quét này; yêu cầu quét lại");
    CHECK(shown.at("problem_text").at("en") == said + "; ask for another");
}

TEST_CASE("finished commands are forgotten after a while, unfinished ones are not") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    const std::string batch = office.scan({pc.device_id});
    CHECK(office.tell(pc, office.ids(pc).at(0), {{"state", "failed"}, {"problem", "x"}}).status == 200);
    const std::string open = office.scan({pc.device_id}, hours{720});
    Commands{office.database}.end_overdue(office.now, office.now);
    CHECK(find_scan(office.database, batch, office.now).has_value());
    Commands{office.database}.end_overdue(office.now, office.now + seconds{1});
    CHECK_FALSE(find_scan(office.database, batch, office.now).has_value());
    CHECK(office.shown(open).at("total") == 1);
    CHECK(office.tell(pc, random_uuid(), {{"state", "failed"}, {"problem", "x"}}).status == 404);
}

TEST_CASE("a PC has at most a hundred commands at once") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    for (int i = 0; i < 103; ++i) office.scan({pc.device_id});
    const std::vector<std::string> first = office.ids(pc);
    CHECK(first.size() == 100);
    CHECK(office.ids(pc, first).empty());
    CHECK(office.ids(pc, {first.begin(), first.begin() + 98}).size() == 2);
}

TEST_CASE("polls and news are checked") {
    CommandOffice office;
    const Pc pc = office.enrolled_pc();
    office.scan({pc.device_id});
    const std::string id = office.ids(pc).at(0);
    for (const char* body :
         {"", "[]", "{}", R"({"wait_seconds":0})", R"({"wait_seconds":-1,"has":[]})",
          R"({"wait_seconds":501,"has":[]})", R"({"wait_seconds":1.5,"has":[]})", R"({"wait_seconds":0,"has":"x"})",
          R"({"wait_seconds":0,"has":["x"]})", R"({"wait_seconds":0,"has":[],"more":1})",
          R"({"wait_seconds":0,"has":[],"heartbeat":"x"})",
          R"({"wait_seconds":0,"has":[],"heartbeat":{"agent_version":"1","facts_hash":"","report_id":""}})"}) {
        INFO(body);
        CHECK(office.post("/v1/commands", body, pc.certificate).status == 400);
    }
    for (const char* body :
         {"{}", R"({"state":"queued"})", R"({"state":"done"})", R"({"state":"done","report_id":"x"})",
          R"({"state":"failed"})", R"({"state":"failed","problem":""})", R"({"state":"running"})",
          R"({"state":"running","collector":"a","position":-1,"count":2})",
          R"({"state":"failed","problem":"x","report_id":"y"})"}) {
        INFO(body);
        CHECK(office.post("/v1/commands/" + id, body, pc.certificate).status == 400);
    }
    HttpRequest get;
    get.method = "GET";
    get.target = "/v1/commands";
    get.client_certificate = shown(pc.certificate);
    CHECK(office.agents.handle(get).status == 405);
}

TEST_CASE("a scan is for PCs by id or name, for a unit with those below, or for all") {
    CommandOffice office;
    const std::int64_t below = Units{office.database}.add("Văn phòng", office.unit, by_test);
    const std::int64_t beside = Units{office.database}.add("Phường khác", std::nullopt, by_test);
    const Pc above = office.enrolled_pc();
    office.unit = below;
    const Pc inside = office.enrolled_pc();
    office.unit = beside;
    const Pc outside = office.enrolled_pc();
    const auto meant = [&](const ScanTargets& targets) {
        auto ids = order_scan(office.database, targets, "an", office.now, hours{1}).device_ids;
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    const auto sorted = [](std::vector<std::string> ids) {
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    CHECK(meant({{}, "", true}) == sorted({above.device_id, inside.device_id, outside.device_id}));
    CHECK(meant({{}, "Phường Bến Thành", false}) == sorted({above.device_id, inside.device_id}));
    CHECK(meant({{}, "Văn phòng", false}) == sorted({inside.device_id}));
    CHECK(meant({{outside.device_id, outside.device_id}, "", false}) == sorted({outside.device_id}));
    CHECK_THROWS_AS(meant({{"PC-01"}, "", false}), StoreError);  // all three are called so
    CHECK_THROWS_AS(meant({{"PC-02"}, "", false}), StoreError);
    CHECK_THROWS_AS(meant({{}, "Ở đâu", false}), StoreError);
    Enrolments{office.database}.revoke_device(above.device_id, office.now);
    Enrolments{office.database}.revoke_device(inside.device_id, office.now);
    CHECK(meant({{"PC-01", outside.device_id}, "", false}) == sorted({outside.device_id}));
    CHECK(meant({{}, "", true}) == sorted({outside.device_id}));
    CHECK_THROWS_AS(meant({{}, "Phường Bến Thành", false}), StoreError);
}

namespace {

/// The agents' API with waiting, and one poll of `pc` that waits or is answered.
struct WaitingOffice : CommandOffice {
    CommandWaits waits{2};
    AgentApi waiting{
        database, policy, {authority(), std::chrono::days{365}, 1u << 20, [this] { return now; }, logger(), &waits}};

    std::variant<HttpResponse, LaterAnswer> wait(const Pc& pc, int seconds = 30,
                                                 const json& heartbeat = nullptr) const {
        HttpRequest request;
        request.method = "POST";
        request.target = "/v1/commands";
        json body{{"wait_seconds", seconds}, {"has", json::array()}};
        if (!heartbeat.is_null()) body["heartbeat"] = heartbeat;
        request.body = body.dump();
        request.client_certificate = test::shown(pc.certificate);
        return waiting.handle_waiting(request);
    }
};

}  // namespace

TEST_CASE("longer polls and heartbeats are offered to polls that know of neither") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    const json offer{{"commands", json::array()}, {"longest_wait_seconds", 500}};
    CHECK(body_of(office.poll(pc)) == offer);
    const auto brief = office.wait(pc, 55);
    CHECK(body_of(std::get<LaterAnswer>(brief).finish(false)) == offer);
    const auto longer = office.wait(pc, 500);
    CHECK(std::get<LaterAnswer>(longer).longest == seconds{500});
    CHECK(body_of(std::get<LaterAnswer>(longer).finish(false)) == json{{"commands", json::array()}});
    CHECK_FALSE(office.poll(pc).headers.contains("Cache-Control"));
}

TEST_CASE("a poll that carries a heartbeat is one, and answered at once only when the report is wanted") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    const json unknown{{"agent_version", "9.9"}, {"facts_hash", "x"}, {"report_id", "r"}, {"outbox_depth", 7}};
    const auto wanted = office.wait(pc, 500, unknown);
    REQUIRE(std::holds_alternative<HttpResponse>(wanted));
    CHECK(
        body_of(std::get<HttpResponse>(wanted)) ==
        json{{"commands", json::array()}, {"want_report", true}, {"report_format", 2}, {"report_encoding", "deflate"}});
    const Device device = Devices{office.database}.find(pc.device_id).value();
    CHECK(device.agent_version == "9.9");
    CHECK(device.outbox_depth == 7);
    const Report report = office.send_report(pc);
    office.now += hours{1};
    const json known{{"agent_version", "9.9"},
                     {"facts_hash", facts_hash(report.facts)},
                     {"report_id", report.report_id},
                     {"outbox_depth", 0}};
    const auto waits = office.wait(pc, 500, known);
    REQUIRE(std::holds_alternative<LaterAnswer>(waits));
    CHECK(Devices{office.database}.find(pc.device_id)->last_seen_at == office.now);
    const LaterAnswer& later = std::get<LaterAnswer>(waits);
    CHECK(body_of(later.finish(false)).at("want_report") == false);
    const std::string batch = office.scan({pc.device_id});
    const json woken = body_of(later.finish(true));
    CHECK(woken.at("commands").size() == 1);
    CHECK(woken.at("want_report") == false);
    // What holds for heartbeats holds here.
    Enrolments{office.database}.revoke_device(pc.device_id, office.now);
    CHECK(error_of(std::get<HttpResponse>(office.wait(pc, 500, known))) == "device_revoked");
}

TEST_CASE("a poll waits until its PC is rung for") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    const Pc other = office.enrolled_pc();
    auto answer = office.wait(pc);
    REQUIRE(std::holds_alternative<LaterAnswer>(answer));
    const LaterAnswer& later = std::get<LaterAnswer>(answer);
    CHECK(later.longest == seconds{30});
    int woken = 0;
    std::shared_ptr<void> waiting = later.begin([&] { ++woken; });
    office.waits.ring({other.device_id});
    CHECK(woken == 0);
    CHECK(body_of(later.finish(false)).at("commands").empty());
    const std::string batch = office.scan({pc.device_id});
    office.waits.ring({other.device_id, pc.device_id});
    CHECK(woken == 1);
    CHECK(body_of(later.finish(true)).at("commands").size() == 1);
    waiting.reset();
    office.waits.ring({pc.device_id});
    CHECK(woken == 1);

    SECTION("a PC that was revoked meanwhile hears so") {
        Enrolments{office.database}.revoke_device(pc.device_id, office.now);
        CHECK(later.finish(true).status == 403);
    }
    SECTION("what is there already is answered at once") {
        CHECK(std::holds_alternative<HttpResponse>(office.wait(pc)));
    }
    SECTION("no time to wait is answered at once") {
        CHECK(std::holds_alternative<HttpResponse>(office.wait(other, 0)));
    }
    SECTION("errors are answered at once") { CHECK(std::get<HttpResponse>(office.wait(pc, 999)).status == 400); }
}

TEST_CASE("a command that is queued while a poll is about to wait is not missed") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    const auto answer = office.wait(pc);
    const LaterAnswer& later = std::get<LaterAnswer>(answer);
    office.scan({pc.device_id});
    office.waits.ring({pc.device_id});  // nobody waits yet
    int woken = 0;
    const std::shared_ptr<void> waiting = later.begin([&] { ++woken; });
    CHECK(woken == 1);
}

TEST_CASE("too many polls are asked to come later") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    const std::shared_ptr<void> one = office.waits.enter(pc.device_id, office.waits.rings(), [] {});
    std::shared_ptr<void> two = office.waits.enter(pc.device_id, office.waits.rings(), [] {});
    const auto refused = office.wait(pc);
    REQUIRE(std::holds_alternative<HttpResponse>(refused));
    CHECK(std::get<HttpResponse>(refused).status == 503);
    CHECK(std::stoi(std::get<HttpResponse>(refused).headers.at("Retry-After")) >= 60);
    two.reset();
    CHECK(std::holds_alternative<LaterAnswer>(office.wait(pc)));
}

TEST_CASE("what another process queues is noticed") {
    WaitingOffice office;
    const Pc pc = office.enrolled_pc();
    std::atomic<int> woken{0};
    const CommandWatch watch{office.database, office.waits, office.logger()};
    const std::shared_ptr<void> waiting = office.waits.enter(pc.device_id, office.waits.rings(), [&] {
        ++woken;
        woken.notify_all();
    });
    sql::Database other_process{stored(office.folder.path() / "central.db")};
    order_scan(other_process, {{pc.device_id}, "", false}, "cli", office.now, hours{1});
    woken.wait(0);
    CHECK(woken >= 1);
}

// PCs that are not what they say: told apart by their hardware, shown to people, never refused.
#include "reporting/central/devices/hardware.h"
#include "reporting/central/devices/hardware_store.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/notes/store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

/// As a PC hashes a part of its hardware.
std::string part(const std::string& text) { return text.empty() ? "" : sha256_hex(text); }

json hardware(const std::string& system, const std::string& disk, const std::string& machine,
              std::optional<std::int64_t> reports = std::nullopt) {
    json said{{"system", part(system)}, {"disk", part(disk)}, {"machine", part(machine)}};
    if (reports) said["reports"] = *reports;
    return said;
}

struct IdentityOffice : Office {
    HttpResponse beat(const Pc& pc, const json& hardware = nullptr) {
        json body{{"agent_version", "0.2.0"}, {"facts_hash", ""}, {"report_id", ""}, {"outbox_depth", 0}};
        if (!hardware.is_null()) body["hardware"] = hardware;
        now += minutes{15};
        return post("/v1/heartbeat", body.dump(), pc.certificate);
    }
    void heard(const Pc& pc, const json& hardware) { CHECK(beat(pc, hardware).status == 200); }
    /// Kinds and how often; those that are settled in ( ).
    std::string notices_of(const Pc& pc) {
        std::string text;
        std::map<std::string, Notice> by_name;
        for (const Notice& each : Notices{database}.of(pc.device_id)) by_name[std::string{name_of(each.kind)}] = each;
        for (const auto& [name, each] : by_name) {
            const std::string shown = name + " " + std::to_string(each.times);
            text += (text.empty() ? "" : ", ") + (each.settled_at ? "(" + shown + ")" : shown);
        }
        return text;
    }
    HttpResponse report(const Pc& pc, Instant taken_at, Facts facts) {
        return post("/v1/reports", to_json(report_of(pc, taken_at, std::move(facts))).dump(), pc.certificate);
    }
};

}  // namespace

TEST_CASE("the board decides, else the disk, else the installation; what is not said is no difference") {
    const Hardware known{"b1", "d1", "m1"};
    CHECK(match(known, {"b1", "d1", "m1"}) == HardwareMatch::same);
    CHECK(match(known, {"b1", "", ""}) == HardwareMatch::same);
    CHECK(match(known, {"b1", "d2", "m1"}) == HardwareMatch::changed);
    CHECK(match(known, {"b1", "d2", "m2"}) == HardwareMatch::changed);
    CHECK(match(known, {"b2", "d1", "m1"}) == HardwareMatch::other);
    CHECK(match(known, {"", "d1", "m2"}) == HardwareMatch::changed);
    CHECK(match(known, {"", "d2", "m1"}) == HardwareMatch::other);
    CHECK(match(known, {"", "", "m2"}) == HardwareMatch::other);
    CHECK(match({}, known) == HardwareMatch::same);
    CHECK(updated(known, {"", "d2", ""}) == Hardware{"b1", "d2", "m1"});
}

TEST_CASE("what a PC says of its hardware is kept under the centre's key, and refused where it is no hash") {
    const json body{{"hardware", hardware("board", "disk", "", 7)}};
    const std::optional<HardwareSaid> said = read_hardware(body, "key");
    REQUIRE(said);
    CHECK(said->reports == 7);
    CHECK(said->hardware.machine.empty());
    CHECK(said->hardware.system.size() == 64);
    CHECK(said->hardware.system != part("board"));
    CHECK(read_hardware(body, "key")->hardware == said->hardware);
    CHECK(read_hardware(body, "another key")->hardware.system != said->hardware.system);
    // printf 'system:<sha256 of board>' | openssl dgst -sha256 -hmac key
    CHECK(said->hardware.system == "9d798cea3d559a3b5ec25a4155140f005635d5fccdd86eb1296303e6db4c75bd");
    // The same text as another part is another hash.
    const std::string text = part("one text");
    const auto both = read_hardware({{"hardware", {{"system", text}, {"disk", text}}}}, "key");
    CHECK(both->hardware.system != both->hardware.disk);
    CHECK_FALSE(read_hardware(body, ""));
    CHECK_FALSE(read_hardware(json::object(), "key"));
    CHECK_FALSE(read_hardware({{"hardware", hardware("", "", "")}}, "key"));
    CHECK(read_hardware({{"hardware", {{"system", text}, {"of_a_newer_agent", 1}}}}, "key"));

    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    for (const json& bad : {json("x"), json{{"system", "ABC"}}, json{{"disk", 1}},
                            json{{"system", part("b")}, {"reports", -1}}, json{{"machine", std::string(64, 'A')}}}) {
        CAPTURE(bad.dump());
        CHECK(office.beat(pc, bad).status == 400);
    }
    CHECK(office.beat(pc).status == 200);  // an older agent
    CHECK(office.database.reader().number("SELECT count(*) FROM device_hardware") == 0);
    office.heard(pc, hardware("board", "disk", "machine"));
    CHECK_FALSE(
        office.database.reader().any("SELECT 1 FROM device_hardware WHERE system = $1 OR disk = $2 OR machine = $3",
                                     part("board"), part("disk"), part("machine")));
}

TEST_CASE("a clone is noticed when the PC that it was copied from comes again, and nobody is refused") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    const json original = hardware("b1", "d1", "m1", 5);
    const json copy = hardware("b2", "d2", "m1", 5);
    office.heard(pc, original);
    office.heard(pc, original);
    CHECK(office.notices_of(pc).empty());
    office.heard(pc, copy);
    CHECK(office.notices_of(pc) == "hardware_changed 1");
    office.heard(pc, original);
    CHECK(office.notices_of(pc) == "clone 1");
    office.heard(pc, copy);
    office.heard(pc, original);
    CHECK(office.notices_of(pc) == "clone 2");
}

TEST_CASE(
    "a clone is told apart: it gets a token for an id of its own, in the unit of the PC that it was copied from") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    const json original = hardware("b1", "d1", "m1", 5);
    const json copy = hardware("b2", "d2", "m1", 5);
    office.heard(pc, original);
    CHECK_FALSE(body_of(office.beat(pc, copy)).contains("new_identity"));  // perhaps a repair
    CHECK_FALSE(body_of(office.beat(pc, original)).contains("new_identity"));
    const json told = body_of(office.beat(pc, copy));
    REQUIRE(told.contains("new_identity"));
    CHECK(told.contains("want_report"));
    CHECK_FALSE(body_of(office.beat(pc, copy)).contains("new_identity"));  // within the hour
    Pc second;
    const HttpResponse enrolled = office.enrol(second, told.at("new_identity").get<std::string>());
    REQUIRE(enrolled.status == 200);
    second.certificate = body_of(enrolled).at("certificate").get<std::string>();
    office.heard(second, copy);
    CHECK(Devices{office.database}.find(second.device_id)->unit_id == office.unit);
    CHECK(office.notices_of(second).empty());
    // A frozen copy comes again under the old id, and gets no third one.
    office.now += hours{2};
    CHECK_FALSE(body_of(office.beat(pc, copy)).contains("new_identity"));
    CHECK_FALSE(body_of(office.beat(pc, original)).contains("new_identity"));
}

TEST_CASE("a poll that carries a heartbeat tells a clone, too") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    for (const char* board : {"b1", "b2", "b1"}) office.heard(pc, hardware(board, "", "", 5));
    json beat{{"agent_version", "0.2.0"}, {"facts_hash", ""}, {"report_id", ""}, {"outbox_depth", 0}};
    beat["hardware"] = hardware("b2", "", "", 5);
    const HttpResponse answer = office.post(
        "/v1/commands", json{{"wait_seconds", 60}, {"has", json::array()}, {"heartbeat", beat}}.dump(), pc.certificate);
    REQUIRE(answer.status == 200);
    CHECK(body_of(answer).contains("new_identity"));
}

TEST_CASE("a repaired PC is one whose hardware changed, and is known by it after a week") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    office.heard(pc, hardware("b1", "d1", "m1", 5));
    office.heard(pc, hardware("b1", "d2", "m1", 6));
    CHECK(office.notices_of(pc) == "hardware_changed 1");
    CHECK(Notices{office.database}.settle(pc.device_id, NoticeKind::hardware_changed, by_test));
    office.heard(pc, hardware("b1", "d2", "m1", 7));
    CHECK(office.notices_of(pc) == "(hardware_changed 1)");
    // Another board: alone for a week, then its own.
    office.heard(pc, hardware("b9", "d2", "m1", 8));
    office.now += days{8};
    office.heard(pc, hardware("b9", "d2", "m1", 9));
    office.heard(pc, hardware("b9", "d2", "m1", 10));
    CHECK(office.database.reader().number("SELECT count(*) FROM device_hardware") == 1);
    CHECK(office.notices_of(pc) == "hardware_changed 2");
}

TEST_CASE("a frozen PC forgets, at each restart, and is one PC") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    for (int restart = 0; restart < 3; ++restart) {
        office.heard(pc, hardware("b1", "d1", "m1", 1));
        office.heard(pc, hardware("b1", "d1", "m1", 4));
    }
    CHECK(office.notices_of(pc) == "forgets 2");
    Notices{office.database}.settle(pc.device_id, NoticeKind::forgets, by_test);
    office.heard(pc, hardware("b1", "d1", "m1", 1));
    CHECK(office.notices_of(pc) == "(forgets 3)");
    // An agent that does not count says nothing about it.
    office.heard(pc, hardware("b1", "d1", "m1"));
    CHECK(office.notices_of(pc) == "(forgets 3)");
}

TEST_CASE("counts that jump, and reports of the future, are shown") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    office.heard(pc, hardware("b1", "d1", "m1", 5));
    office.heard(pc, hardware("b1", "d1", "m1", 1900));
    CHECK(office.notices_of(pc).empty());
    office.heard(pc, hardware("b1", "d1", "m1", 5000));
    CHECK(office.notices_of(pc) == "count_jumps 1");
    const Pc early = office.enrolled_pc();
    CHECK(office.report(early, office.now + minutes{9}, good_facts(office.now, office.now)).status == 201);
    CHECK(office.notices_of(early).empty());
    CHECK(office.report(early, office.now + hours{1}, good_facts(office.now, office.now)).status == 201);
    CHECK(office.notices_of(early) == "from_the_future 1");
}

TEST_CASE("an agent that loses checks is shown until they are back") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    const Facts all = good_facts(office.now, office.now);
    Facts fewer;
    for (const Fact& fact : all)
        if (!fact.id.starts_with("antivirus")) fewer.push_back(fact);
    fewer.push_back({"antivirus", "", Unknown{in_words("switched off by the settings")}, "settings"});
    std::sort(fewer.begin(), fewer.end(), [](const Fact& a, const Fact& b) { return a.id < b.id; });
    CHECK(office.report(pc, office.now, all).status == 201);
    CHECK(office.notices_of(pc).empty());
    for (int i = 1; i <= 2; ++i) {
        office.now += minutes{1};
        CHECK(office.report(pc, office.now, fewer).status == 201);
        REQUIRE(Notices{office.database}.of(pc.device_id).size() == 1);
        CHECK(Notices{office.database}.of(pc.device_id)[0].about == "antivirus");
    }
    office.now += minutes{1};
    CHECK(office.report(pc, office.now, all).status == 201);
    CHECK(office.notices_of(pc).empty());
}

TEST_CASE("a PC that was set up anew takes over its place; another PC's it cannot") {
    IdentityOffice office;
    const Pc before = office.enrolled_pc();
    office.heard(before, hardware("b1", "d1", "m1", 40));
    const std::int64_t room = Units{office.database}.add("Phòng Nội vụ", office.unit, by_test);
    Devices{office.database}.move({before.device_id}, room, by_test);
    Notes{office.database}.add(before.device_id, "máy của lãnh đạo", by_test);
    Notes{office.database}.describe(before.device_id, {"Nguyễn Văn An", "101", std::nullopt}, std::nullopt, by_test);
    Waiver waiver;
    waiver.rule = "password-age";
    waiver.device_id = before.device_id;
    waiver.reason = "chờ thay";
    waiver.approved_by = "an";
    waiver.created_at = office.now;
    waiver.ends_at = office.now + days{30};
    Waivers{office.database}.add(waiver);

    const Pc anew = office.enrolled_pc();
    const Pc stranger = office.enrolled_pc();
    office.heard(anew, hardware("b1", "d1", "m2", 1));
    office.heard(stranger, hardware("b7", "d7", "m7", 1));
    CHECK(office.notices_of(anew) == "same_hardware 1");
    CHECK(office.notices_of(stranger).empty());
    const Pc numbered_alike = office.enrolled_pc();
    office.heard(numbered_alike, hardware("b1", "d8", "m8", 1));
    CHECK(office.notices_of(numbered_alike).empty());
    REQUIRE(office.log_in().status == 200);
    const json listed = body_of(office.call("GET", "/api/v1/notices")).at("notices");
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at("kind") == "same_hardware");
    CHECK(listed[0].at("other_device_id") == before.device_id);
    CHECK(listed[0].at("text").at("en").get<std::string>().find("PC-01") != std::string::npos);
    CHECK(body_of(office.call("GET", "/api/v1/devices/" + anew.device_id)).at("notices") == listed);

    const auto take_over = [&](const Pc& to, const Pc& from) {
        return office.call("POST", "/api/v1/devices/" + to.device_id + "/take-over", {{"from", from.device_id}});
    };
    CHECK(error_of(take_over(stranger, before)) == "not_the_same_pc");
    CHECK(error_of(take_over(anew, anew)) == "not_the_same_pc");
    CHECK(take_over(anew, Pc{}).status == 404);
    REQUIRE(take_over(anew, before).status == 200);
    CHECK(Devices{office.database}.find(anew.device_id)->unit_id == room);
    CHECK(Devices{office.database}.find(before.device_id)->revoked_at);
    CHECK(Notes{office.database}.of(anew.device_id).at(0).text == "máy của lãnh đạo");
    CHECK(Notes{office.database}.card(anew.device_id).owner == "Nguyễn Văn An");
    CHECK(Waivers{office.database}.about(anew.device_id, room).size() == 1);
    CHECK(office.notices_of(anew).empty());
    CHECK(error_of(take_over(anew, before)) == "not_the_same_pc");
    CHECK(office.beat(before).status == 403);
    CHECK(office.beat(anew).status == 200);
}

TEST_CASE("a notice is settled by an administrator, and then shown with those that are settled only") {
    IdentityOffice office;
    const Pc pc = office.enrolled_pc();
    office.heard(pc, hardware("b1", "d1", "m1", 9));
    office.heard(pc, hardware("b1", "d1", "m1", 2));
    REQUIRE(office.log_in().status == 200);
    const std::string path = "/api/v1/devices/" + pc.device_id + "/notices/";
    CHECK(error_of(office.call("POST", path + "clone/settle")) == "notice_unknown");
    CHECK(error_of(office.call("POST", path + "nonsense/settle")) == "notice_unknown");
    const json settled = body_of(office.call("POST", path + "forgets/settle")).at("notices");
    CHECK(settled.at(0).at("settled_by") == "an");
    CHECK(body_of(office.call("GET", "/api/v1/notices")).at("notices").empty());
    CHECK(body_of(office.call("GET", "/api/v1/notices?settled=true")).at("notices") == settled);
    // Of other units nobody hears.
    const std::int64_t other = Units{office.database}.add("Phường khác", std::nullopt, by_test);
    office.add_person("binh", Role::unit_manager, other);
    REQUIRE(office.log_in("binh").status == 200);
    CHECK(body_of(office.call("GET", "/api/v1/notices?settled=true")).at("notices").empty());
    CHECK(office.call("POST", path + "forgets/settle").status == 403);
}

// Waivers: a failure that may stand until a day is shown as waived, never as passed.
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/policy_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Lines = std::vector<std::string>;

namespace {

json order(const json& members) {
    json body = {{"rule", "password-age"}, {"reason", "Máy chờ thay"}, {"ends_on", "2026-11-30"}};
    body.update(members);
    return body;
}

json verdict_on(PolicyOffice& office, const Pc& pc, const std::string& rule) {
    const json verdicts = body_of(office.call("GET", "/api/v1/devices/" + pc.device_id + "/verdicts"));
    for (const json& verdict : verdicts.at("verdicts")) {
        if (verdict.at("rule") == rule) return verdict;
    }
    FAIL("no verdict on " << rule);
    return {};
}

}  // namespace

TEST_CASE("waivers: a waived failure is neither failed nor passed, at once and in every answer") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(100);
    const Pc other = office.pc_with_password(100);
    CHECK(office.device(pc).status == Status::fail);
    const HttpResponse made = office.call("POST", "/api/v1/waivers", order({{"device_id", pc.device_id}}));
    REQUIRE(made.status == 201);
    CHECK(body_of(made) == json{{"id", 1},
                                {"rule", "password-age"},
                                {"instance", nullptr},
                                {"device_id", pc.device_id},
                                {"host_name", "PC-01"},
                                {"unit_id", nullptr},
                                {"unit", nullptr},
                                {"reason", "Máy chờ thay"},
                                {"approved_by", "admin"},
                                {"created_at", format_instant(start)},
                                {"ends_on", "2026-11-30"},
                                {"ended_at", nullptr},
                                {"ended_by", nullptr},
                                {"in_force", true}});
    const Device device = office.device(pc);
    CHECK(device.status == Status::pass);
    CHECK(device.failed == 0);
    CHECK(device.waived == 1);
    CHECK(office.device(other).failed == 1);
    CHECK(office.changes(pc) == Lines{"password-age an.nguyen: fail > waived"});
    const json verdict = verdict_on(office, pc, "password-age");
    CHECK(verdict.at("status") == "fail");
    CHECK(verdict.at("waived") == true);
    CHECK(verdict.at("waiver_id") == 1);
    CHECK(verdict_on(office, other, "password-age").at("waived") == false);
    CHECK(body_of(office.call("GET", "/api/v1/devices/" + pc.device_id)).at("waived") == 1);
    // A report that arrives meanwhile is judged with it, and keeps the status that it had.
    office.now += hours{1};
    office.pass(minutes{1});
    office.send(pc, good_facts(office.now - days{101}, office.now));
    CHECK(office.device(pc).waived == 1);
    REQUIRE(office.call("DELETE", "/api/v1/waivers/1").status == 200);
    CHECK(office.device(pc).status == Status::fail);
    CHECK(office.changes(pc).back() == "password-age an.nguyen: waived > fail");
    const json reports = body_of(office.call("GET", "/api/v1/devices/" + pc.device_id + "/reports")).at("reports");
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].at("status") == "pass");
    CHECK(reports[1].at("status") == "fail");
    CHECK(error_of(office.call("DELETE", "/api/v1/waivers/1")) == "waiver_ended");
    CHECK(error_of(office.call("DELETE", "/api/v1/waivers/2")) == "waiver_unknown");
    const json all = body_of(office.call("GET", "/api/v1/waivers")).at("waivers");
    REQUIRE(all.size() == 1);
    CHECK(all[0].at("ended_by") == "admin");
    CHECK(body_of(office.call("GET", "/api/v1/waivers?active=true")).at("waivers").empty());
}

TEST_CASE("waivers: one ends at the office's midnight after its last day") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(100);
    REQUIRE(office.call("POST", "/api/v1/waivers", order({{"device_id", pc.device_id}, {"ends_on", "2026-11-22"}}))
                .status == 201);
    const Instant midnight = parse_instant("2026-11-22T17:00:00Z");  // 24:00 at Hà Nội
    office.now = midnight - std::chrono::seconds{1};
    CHECK(Waivers{office.database}.end_of_time(office.now) == 0);
    office.judge_due();
    CHECK(office.device(pc).waived == 1);
    office.now = midnight;
    CHECK(Waivers{office.database}.end_of_time(office.now) == 1);
    CHECK(Waivers{office.database}.end_of_time(office.now) == 0);
    office.judge_due();
    CHECK(office.device(pc).waived == 0);
    CHECK(office.device(pc).status == Status::fail);
    CHECK(office.changes(pc).back() == "password-age an.nguyen: waived > fail");
}

TEST_CASE("waivers: for a unit with all below, for all units, for one subject") {
    PolicyOffice office;
    const std::int64_t room = Units{office.database}.add("Văn phòng", office.unit, by_test);
    const std::int64_t elsewhere = Units{office.database}.add("Phường Khác", std::nullopt, by_test);
    const Pc below = office.pc_with_password(100);
    const Pc away = office.pc_with_password(100);
    Devices{office.database}.move({below.device_id}, room, by_test);
    Devices{office.database}.move({away.device_id}, elsewhere, by_test);
    const auto waived = [&](const Pc& pc) { return office.device(pc).waived; };
    REQUIRE(office.call("POST", "/api/v1/waivers", order({{"unit_id", office.unit}})).status == 201);
    CHECK(waived(below) == 1);
    CHECK(waived(away) == 0);
    // Who moves out of the unit leaves its waivers, who moves in gets them; so does a unit with all below.
    Devices{office.database}.move({below.device_id}, elsewhere, by_test);
    office.judge_due();
    CHECK(waived(below) == 0);
    Units{office.database}.move(elsewhere, office.unit, by_test, unit_followers());
    office.judge_due();
    CHECK(waived(below) == 1);
    CHECK(waived(away) == 1);
    Units{office.database}.move(elsewhere, std::nullopt, by_test, unit_followers());
    office.judge_due();
    CHECK(waived(away) == 0);
    // A merge takes the waivers along.
    const MergedUnits merged = Units{office.database}.merge(office.unit, elsewhere, by_test, unit_followers());
    CHECK(merged.waivers == 1);
    office.judge_due();
    CHECK(waived(away) == 1);
    CHECK(Waivers{office.database}.all().at(0).unit_id == elsewhere);
    REQUIRE(office.call("DELETE", "/api/v1/waivers/1").status == 200);
    CHECK(waived(away) == 0);

    REQUIRE(office.call("POST", "/api/v1/waivers", order({{"instance", "binh.tran"}})).status == 201);
    CHECK(waived(away) == 0);
    REQUIRE(office.call("POST", "/api/v1/waivers", order({{"instance", "an.nguyen"}})).status == 201);
    CHECK(waived(away) == 1);
    CHECK(waived(below) == 1);
}

TEST_CASE("waivers: a rule is failed while one of its failures is not waived, and unknown is never waived") {
    Judgement judgement;
    const auto add = [&](const char* rule, const char* instance, Status status, Severity severity) {
        judgement.verdicts.push_back({rule, instance, status, std::nullopt, {}});
        judgement.severities.push_back(severity);
        judgement.clause_of.push_back(severity == Severity::advice ? "c" : rule[0] == 'a' ? "a" : "b");
    };
    add("age", "an", Status::fail, Severity::grave);
    add("age", "binh", Status::fail, Severity::grave);
    add("length", "", Status::unknown, Severity::violation);
    add("hint", "", Status::fail, Severity::advice);
    Waiver waiver;
    waiver.id = 7;
    waiver.rule = "age";
    waiver.instance = "an";
    apply_waivers(judgement, {waiver});
    CHECK(judgement.failed == 1);
    CHECK(judgement.grave == 1);
    CHECK(judgement.waived == 0);
    CHECK(judgement.status == Status::fail);
    CHECK(judgement.clauses == ClauseStandings{{"a", Standing::fail}, {"b", Standing::unknown}});
    Waiver all = waiver;
    all.instance.reset();
    Waiver length = all;
    length.rule = "length";
    apply_waivers(judgement, {all, length});
    CHECK(judgement.failed == 0);
    CHECK(judgement.grave == 0);
    CHECK(judgement.waived == 1);
    CHECK(judgement.unknown == 1);
    CHECK(judgement.status == Status::unknown);
    CHECK_FALSE(judgement.waiver_ids[2].has_value());
    CHECK(judgement.clauses == ClauseStandings{{"a", Standing::waived}, {"b", Standing::unknown}});
    CHECK(clause_standings_from(text_of(judgement.clauses)) == judgement.clauses);
    CHECK(clause_standings_from("").empty());
}

TEST_CASE("waivers: what is asked for is checked") {
    PolicyOffice office;
    const Pc pc = office.enrolled_pc();
    const auto refused = [&](const json& members, unsigned status, const std::string& code) {
        CAPTURE(members.dump());
        const HttpResponse response = office.call("POST", "/api/v1/waivers", order(members));
        CHECK(response.status == status);
        CHECK(error_of(response) == code);
    };
    refused({{"rule", "no-such-rule"}}, 400, "bad_request");
    refused({{"reason", " "}}, 400, "bad_request");
    refused({{"reason", ""}}, 400, "bad_request");
    refused({{"ends_on", "2026-11-21"}}, 400, "bad_request");
    refused({{"ends_on", "2027-11-24"}}, 400, "bad_request");
    refused({{"ends_on", "2026-11-31"}}, 400, "bad_request");
    refused({{"ends_on", "31/12/2026"}}, 400, "bad_request");
    refused({{"until", "2026-12-01"}}, 400, "bad_request");
    refused({{"device_id", pc.device_id}, {"unit_id", office.unit}}, 400, "bad_request");
    refused({{"device_id", random_uuid()}}, 404, "device_unknown");
    refused({{"unit_id", 99}}, 404, "unit_unknown");
    CHECK(Waivers{office.database}.all().empty());
    CHECK(office.call("POST", "/api/v1/waivers", order({{"ends_on", "2027-11-23"}})).status == 201);
}

TEST_CASE("waivers: only administrators make and end them, and people see those of their own units") {
    PolicyOffice office;
    const std::int64_t room = Units{office.database}.add("Văn phòng", office.unit, by_test);
    const std::int64_t elsewhere = Units{office.database}.add("Phường Khác", std::nullopt, by_test);
    const Pc here = office.pc_with_password(100);
    const Pc away = office.pc_with_password(100);
    Devices{office.database}.move({here.device_id}, room, by_test);
    Devices{office.database}.move({away.device_id}, elsewhere, by_test);
    for (const json& members : {json{{"device_id", here.device_id}}, json{{"device_id", away.device_id}},
                                json{{"unit_id", office.unit}}, json{{"unit_id", elsewhere}}, json::object()})
        REQUIRE(office.call("POST", "/api/v1/waivers", order(members)).status == 201);
    const auto seen = [&] {
        std::vector<int> ids;
        const json answer = body_of(office.call("GET", "/api/v1/waivers"));
        for (const json& waiver : answer.at("waivers")) ids.push_back(waiver.at("id").get<int>());
        return ids;
    };
    CHECK(seen() == std::vector{1, 2, 3, 4, 5});
    office.sign_in("auditor", Role::auditor, std::nullopt);
    CHECK(seen() == std::vector{1, 2, 3, 4, 5});
    office.sign_in("operator", Role::operator_, std::nullopt);
    CHECK(error_of(office.call("POST", "/api/v1/waivers", order(json::object()))) == "not_allowed");
    CHECK(error_of(office.call("DELETE", "/api/v1/waivers/1")) == "not_allowed");
    // The waiver of the unit above and the one for all units are why this manager's PCs are waived.
    office.sign_in("manager", Role::unit_manager, room);
    CHECK(seen() == std::vector{1, 3, 5});
    CHECK(error_of(office.call("POST", "/api/v1/waivers", order({{"device_id", here.device_id}}))) == "not_allowed");
    CHECK(error_of(office.call("DELETE", "/api/v1/waivers/1")) == "not_allowed");
    office.who = "";
    CHECK(office.call("GET", "/api/v1/waivers").status == 401);
}

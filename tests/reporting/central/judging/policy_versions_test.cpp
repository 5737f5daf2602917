// Other versions of the policy: what they would change, publishing, and who judges with them.
#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <atomic>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/history/history.h"
#include "reporting/central/judging/policy_changes.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/policy_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;

namespace {

const json sixty_days = {{"parameters", {{"max_password_age_days", 60}}}};

/// The change with a reason.
json order(json change) {
    change["reason"] = "Công văn mới";
    return change;
}

/// facts_of: a policy of at most 60 days fails Windows' 90 days, too; this PC's password policy is as strict as that.
Facts strict_facts(Instant password_changed, Instant now) {
    return changed(good_facts(password_changed, now), "password_policy.maximum_age_days", std::int64_t{30});
}

struct Three {
    PolicyOffice office;
    Pc fresh = office.enrolled_pc();
    Pc ageing = office.enrolled_pc();
    Pc old = office.enrolled_pc();

    Three() {
        office.send(fresh, strict_facts(start - days{10}, start));
        office.send(ageing, strict_facts(start - days{70}, start));
        office.send(old, strict_facts(start - days{100}, start));
    }
};

}  // namespace

TEST_CASE("policy: the preview names exactly the PCs that fail once it is published") {
    Three three;
    PolicyOffice& office = three.office;
    const HttpResponse answer = office.call("POST", "/api/v1/policy/preview", sixty_days);
    REQUIRE(answer.status == 200);
    const json preview = body_of(answer);
    CHECK(preview.at("devices") == 3);
    CHECK(preview.at("before") == json{{"pass", 2}, {"fail", 1}, {"unknown", 0}});
    CHECK(preview.at("after") == json{{"pass", 1}, {"fail", 2}, {"unknown", 0}});
    CHECK(preview.at("newly_failing") == 1);
    CHECK(preview.at("newly_passing") == 0);
    CHECK(preview.at("rules") == json::array({{{"rule", "password-age"},
                                               {"before", {{"fail", 1}, {"pass", 2}}},
                                               {"after", {{"fail", 2}, {"pass", 1}}}}}));
    REQUIRE(preview.at("examples").size() == 1);
    CHECK(preview.at("examples")[0].at("device_id") == three.ageing.device_id);
    CHECK(preview.at("examples")[0].at("unit") == "Phường Bến Thành");
    CHECK(preview.at("examples")[0].at("rules") == json::array({"password-age"}));
    // It was a question only.
    CHECK(office.device(three.ageing).status == Status::pass);
    CHECK(office.number("SELECT count(*) FROM policies") == 0);

    const HttpResponse published = office.call("POST", "/api/v1/policy/versions", order(sixty_days));
    REQUIRE(published.status == 201);
    CHECK(body_of(published) == json{{"number", 2},
                                     {"policy_version", baseline().version + "+2"},
                                     {"created_by", "admin"},
                                     {"created_at", format_instant(start)},
                                     {"reason", "Công văn mới"},
                                     {"rejudged", false},
                                     {"in_force", true}});
    CHECK(body_of(office.call("GET", "/api/v1/policy/versions")).at("judging").at("devices") == 3);
    office.judge_due();
    CHECK(body_of(office.call("GET", "/api/v1/policy/versions")).at("judging").at("devices") == 0);
    CHECK(office.device(three.fresh).status == Status::pass);
    CHECK(office.device(three.ageing).status == Status::fail);
    CHECK(office.device(three.old).status == Status::fail);
    CHECK(office.device(three.ageing).policy_version == baseline().version + "+2");
    CHECK(office.changes(three.ageing) == std::vector<std::string>{"password-age an.nguyen: pass > fail"});
    CHECK(office.changes(three.old).empty());
    // What arrives now is judged with it, and every text says so.
    const Pc next = office.pc_with_password(70);
    CHECK(office.device(next).failed == 2);
    const json verdicts = body_of(office.call("GET", "/api/v1/devices/" + three.ageing.device_id + "/verdicts"));
    CHECK(verdicts.at("verdicts")[0].at("required").at("en") == "changed within the last 60 days");
    CHECK(body_of(office.call("GET", "/api/v1/policy")).at("parameters").at("max_password_age_days") == 60);
    // The old reports keep what they were.
    const json reports = body_of(office.call("GET", "/api/v1/devices/" + three.ageing.device_id + "/reports"));
    CHECK(reports.at("reports")[0].at("status") == "pass");
}

TEST_CASE("policy: a preview leaves silent PCs out, takes waivers in, and keeps to a unit") {
    Three three;
    PolicyOffice& office = three.office;
    const std::int64_t other = Units{office.database}.add("Phường Khác", std::nullopt, by_test);
    Devices{office.database}.move({three.old.device_id}, other, by_test);
    json body = sixty_days;
    body["unit"] = other;
    CHECK(body_of(office.call("POST", "/api/v1/policy/preview", body)).at("devices") == 1);
    body["unit"] = 99;
    CHECK(error_of(office.call("POST", "/api/v1/policy/preview", body)) == "unit_unknown");
    REQUIRE(office
                .call("POST", "/api/v1/waivers",
                      {{"rule", "password-age"}, {"unit_id", office.unit}, {"reason", "x"}, {"ends_on", "2026-12-31"}})
                .status == 201);
    CHECK(body_of(office.call("POST", "/api/v1/policy/preview", sixty_days)).at("newly_failing") == 0);
    office.pass(days{8});
    const json late = body_of(office.call("POST", "/api/v1/policy/preview", sixty_days));
    CHECK(late.at("devices") == 0);
    CHECK(late.at("silent") == 3);
}

TEST_CASE("policy: severities, rules that are off, and the way back") {
    Three three;
    PolicyOffice& office = three.office;
    REQUIRE(
        office.call("POST", "/api/v1/policy/versions", order({{"severities", {{"password-age", "advice"}}}})).status ==
        201);
    office.judge_due();
    CHECK(office.device(three.old).status == Status::pass);
    CHECK(office.device(three.old).failed == 0);
    REQUIRE(office
                .call("POST", "/api/v1/policy/versions",
                      order({{"severities", {{"password-age", "grave"}}}, {"disabled", {"password-length"}}}))
                .status == 201);
    office.judge_due();
    CHECK(office.device(three.old).grave == 1);
    for (const StoredVerdict& stored : Verdicts{office.database}.of(three.old.device_id))
        CHECK(stored.verdict.rule_id != "password-length");
    const json policy = body_of(office.call("GET", "/api/v1/policy"));
    CHECK(policy.at("number") == 3);
    CHECK(policy.at("rules").size() == baseline().rules.size());
    CHECK(policy.at("rules").back().at("id") == "password-length");
    CHECK(policy.at("rules").back().at("disabled") == true);
    CHECK(policy.at("rules").front().at("disabled") == false);
    // From the built-in policy everything begins anew.
    json back = order({{"from_built_in", true}});
    REQUIRE(office.call("POST", "/api/v1/policy/versions", back).status == 201);
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", back)) == "nothing_changed");
    office.judge_due();
    const std::vector<StoredVerdict> again = Verdicts{office.database}.of(three.old.device_id);
    CHECK(std::count_if(again.begin(), again.end(),
                        [](const StoredVerdict& stored) { return stored.verdict.rule_id == "password-length"; }) == 1);
    const json versions = body_of(office.call("GET", "/api/v1/policy/versions")).at("versions");
    REQUIRE(versions.size() == 4);
    CHECK(versions[0].at("in_force") == true);
    CHECK(versions[3].at("created_at") == nullptr);
    // Each is kept whole, the built-in one too.
    const json second = body_of(office.call("GET", "/api/v1/policy/versions/2"));
    CHECK(parse_policy(second.dump()).version == baseline().version + "+2");
    CHECK(body_of(office.call("GET", "/api/v1/policy/versions/1")).at("version") == baseline().version);
    CHECK(office.call("GET", "/api/v1/policy/versions/5").status == 404);
    CHECK(office.call("GET", "/api/v1/policy/versions/x").status == 404);
}

TEST_CASE("policy: what cannot be changed is refused with a reason, and nothing is published") {
    PolicyOffice office;
    const auto refused = [&](const json& change, const std::string& code) {
        CAPTURE(change.dump());
        CHECK(error_of(office.call("POST", "/api/v1/policy/versions", order(change))) == code);
        CHECK(error_of(office.call("POST", "/api/v1/policy/preview", change)) == code);
    };
    refused({{"parameters", {{"max_age", 60}}}}, "bad_policy");
    refused({{"parameters", {{"max_password_age_days", -1}}}}, "bad_policy");
    refused({{"parameters", {{"max_password_age_days", "60"}}}}, "bad_request");
    refused({{"severities", {{"no-such-rule", "grave"}}}}, "bad_policy");
    refused({{"severities", {{"password-age", "serious"}}}}, "bad_policy");
    refused({{"disabled", {"no-such-rule"}}}, "bad_policy");
    refused({{"official_hosts", {"*.gov.vn"}}}, "bad_request");
    refused({{"thresholds", {}}}, "bad_request");
    json all = json::array();
    for (const Rule& rule : baseline().rules) all.push_back(rule.id);
    refused({{"disabled", all}}, "bad_policy");
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", sixty_days)) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions",
                               {{"reason", " "}, {"parameters", {{"max_password_age_days", 60}}}})) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", order(json::object()))) == "nothing_changed");
    CHECK(Policies{office.database}.newest() == 1);
}

TEST_CASE("policy: of two who publish at once one is told that it changed meanwhile") {
    PolicyOffice office;
    json first = order(sixty_days);
    first["based_on"] = 1;
    json second = order({{"parameters", {{"max_unused_days", 30}}}});
    second["based_on"] = 1;
    CHECK(office.call("POST", "/api/v1/policy/versions", first).status == 201);
    const HttpResponse late = office.call("POST", "/api/v1/policy/versions", second);
    CHECK(late.status == 409);
    CHECK(error_of(late) == "policy_changed");

    // From many threads and through a connection of its own, as another process has: exactly one of each number.
    sql::Database other{stored(office.folder.path() / "central.db")};
    std::atomic<int> published{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            CurrentPolicy current;
            PolicyVersion version;
            version.number = 3;
            version.created_at = start;
            version.reason = "race";
            PolicyChange change;
            change.parameters["max_unused_days"] = 10 + i;
            const Publishing outcome = publish(i % 2 == 0 ? office.database : other, current, change, version);
            published += outcome == Publishing::published ? 1 : 0;
            refused += outcome == Publishing::changed_meanwhile ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(published == 1);
    CHECK(refused == 3);
    CHECK(office.policy.get().number == 2);
    CHECK(office.policy.refresh(office.database));
    CHECK(office.policy.get().number == 3);
    CHECK_FALSE(office.policy.refresh(office.database));
    CHECK(CurrentPolicy{other}.get().hash == office.policy.get().hash);
}

TEST_CASE("policy: the history stays, or is judged again, as was asked") {
    Three three;
    PolicyOffice& office = three.office;
    const auto go_on = [] { return false; };
    const std::string first = office_day(start);
    History{office.database, office.policy.get()}.write_today(office.now, go_on);
    office.pass(days{1});
    History{office.database, office.policy.get()}.write_today(office.now, go_on);
    const Days written{office.database};
    REQUIRE(office.call("POST", "/api/v1/policy/versions", order(sixty_days)).status == 201);
    office.judge_due();
    History{office.database, office.policy.get()}.write_today(office.now, go_on);
    CHECK(History{office.database, office.policy.get()}.judge_next(go_on).empty());
    CHECK(unit_day(written, first, office.unit) == pcs(2, 1, 0, 0));
    CHECK(unit_day(written, add_days(first, 1), office.unit) == pcs(1, 2, 0, 0));

    json again = order({{"parameters", {{"max_password_age_days", 65}}}, {"rejudge_history", true}});
    REQUIRE(office.call("POST", "/api/v1/policy/versions", again).status == 201);
    CHECK(body_of(office.call("GET", "/api/v1/policy/versions")).at("judging").at("day") == first);
    CHECK(History{office.database, office.policy.get()}.judge_next(go_on) == first);
    CHECK(History{office.database, office.policy.get()}.judge_next(go_on).empty());
    CHECK(unit_day(written, first, office.unit) == pcs(1, 2, 0, 0));
    CHECK(clause_day(written, first, office.unit, "1a") == pcs_on_clause(1, 2, 0, 0));
    CHECK(body_of(office.call("GET", "/api/v1/policy/versions")).at("versions")[0].at("rejudged") == true);
}

TEST_CASE("policy: everybody reads it, only administrators try and publish") {
    PolicyOffice office;
    office.sign_in("auditor", Role::auditor, std::nullopt);
    CHECK(office.call("GET", "/api/v1/policy/versions").status == 200);
    CHECK(error_of(office.call("POST", "/api/v1/policy/preview", sixty_days)) == "not_allowed");
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", order(sixty_days))) == "not_allowed");
    office.sign_in("manager", Role::unit_manager, office.unit);
    CHECK(office.call("GET", "/api/v1/policy").status == 200);
    CHECK(office.call("GET", "/api/v1/policy/versions/1").status == 200);
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", order(sixty_days))) == "not_allowed");
    office.who = "";
    CHECK(office.call("GET", "/api/v1/policy/versions").status == 401);
}

TEST_CASE("policy: a database of a program before verdict changes, with reports, is judged on as if nothing were",
          "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    const Pc pc;
    const Report report = report_of(pc, start - days{3}, good_facts(start - days{100}, start));
    {
        SQLite::Database database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        for (std::size_t step = 0; step < 5; ++step) database.exec(std::string{sql::schema_steps()[step]});
        database.exec("PRAGMA user_version = 5");
        database.exec("INSERT INTO units(id, name, position) VALUES (1, 'Phường A', 0)");
        const std::int64_t then = (start - days{3}).time_since_epoch().count();
        const std::string time = std::to_string(then);
        database.exec(
            "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, "
            "enrolled_at, last_seen_at, confirmed_at, judged_at, policy_hash, status, failed) VALUES ('" +
            pc.device_id + "', 1, 'PC-01', '0.1.0', 'k', " + time + ", " + time + ", " + time + ", " + time +
            ", 'old', 'fail', 1)");
        SQLite::Statement insert{database,
                                 "INSERT INTO reports(id, device_id, report_id, trigger, taken_at, received_at, "
                                 "ordered_at, facts_hash, content_hash, status, body) VALUES (1, $1, $2, 'schedule', "
                                 "$3, $3, $3, 'f', 'c', 'fail', $4)"};
        insert.bind(1, pc.device_id);
        insert.bind(2, report.report_id);
        insert.bind(3, then);
        const std::string body = to_json(report).dump();
        insert.bind(4, body.data(), static_cast<int>(body.size()));
        insert.exec();
        database.exec("UPDATE devices SET newest_report = 1");
        database.exec("INSERT INTO verdicts VALUES ('" + pc.device_id +
                      "', 0, 'password-age', 'an.nguyen', 'fail', 'violation', NULL, '', " + time + ")");
    }
    sql::Database database{file};
    CurrentPolicy policy{database};
    CHECK(policy.get().number == 1);
    judge_stale_devices(database, policy.get(), start, [](const auto&, const auto&) { FAIL(); });
    const Device device = Devices{database}.find(pc.device_id).value();
    CHECK(device.status == Status::fail);
    CHECK(device.waived == 0);
    CHECK(Verdicts{database}.of(pc.device_id)[0].since == start - days{3});
    CHECK(Reports{database}.list(pc.device_id, 1)[0].status == Status::fail);
    // No change was seen on the rule that was known before, and the trend begins with the oldest report.
    const sql::Reader reader = database.reader();
    CHECK(reader.number("SELECT count(*) FROM verdict_changes WHERE rule = 'password-age'") == 0);
    CHECK(History{database, policy.get()}.write_today(start, [] { return false; }));
    while (!History{database, policy.get()}.judge_next([] { return false; }).empty()) {
    }
    CHECK(reader.number("SELECT count(*) FROM unit_days WHERE fail = 1") == 4);
}

// What is recorded when a verdict becomes another, and how the units stand day by day.
#include <algorithm>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/history/history.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/random_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;
using std::chrono::hours;
using Lines = std::vector<std::string>;

namespace {

constexpr auto go_on = [] { return false; };

History history(PolicyOffice& office) { return {office.database, office.policy.get()}; }

}  // namespace

TEST_CASE("changes: the first judgement is none, later ones are, also those that only time brings") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(89);
    CHECK(office.changes(pc).empty());
    office.send(
        pc, changed(good_facts(office.now - days{89}, office.now), "password_policy.minimum_length", std::int64_t{8}));
    CHECK(office.changes(pc) == Lines{"password-length : pass > fail"});
    office.now += days{2};
    office.judge_due();
    CHECK(office.changes(pc) == Lines{"password-length : pass > fail", "password-age an.nguyen: pass > fail"});
    CHECK(office.number("SELECT max(at) FROM verdict_changes") == office.now.time_since_epoch().count());
    office.judge_due();
    office.send(pc, good_facts(office.now, office.now));
    CHECK(office.changes(pc) == Lines{"password-length : pass > fail", "password-age an.nguyen: pass > fail",
                                      "password-age an.nguyen: fail > pass", "password-length : fail > pass"});
    CHECK(office.number("SELECT count(*) FROM verdict_changes WHERE unit_id <> " + std::to_string(office.unit)) == 0);
}

TEST_CASE("changes: a new or vanished subject counts only where somebody has to act") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(10);
    Facts facts = changed(good_facts(office.now, office.now), "browser_credentials.profiles", std::int64_t{2});
    const auto add_profile = [&](const std::string& profile, std::int64_t saved) {
        facts.push_back({"browser_credentials.store_status", profile, std::string{"ok"}, "file"});
        facts.push_back({"browser_credentials.saved", profile, saved, "file"});
        facts.push_back({"browser_credentials.official", profile, std::int64_t{0}, "file"});
        facts.push_back({"browser_credentials.account_store_saved", profile, std::int64_t{0}, "file"});
    };
    add_profile("an.nguyen/chrome/Default", 4);
    add_profile("an.nguyen/edge/Default", 0);
    std::sort(facts.begin(), facts.end(),
              [](const Fact& a, const Fact& b) { return std::tie(a.id, a.instance) < std::tie(b.id, b.instance); });
    office.send(pc, facts);
    CHECK(office.changes(pc) == Lines{"saved-credentials an.nguyen/chrome/Default:  > fail"});
    office.send(pc, good_facts(office.now, office.now));
    CHECK(office.changes(pc).back() == "saved-credentials an.nguyen/chrome/Default: fail > ");
    CHECK(office.changes(pc).size() == 2);
}

TEST_CASE("changes: a report that comes late is not the newest and changes nothing") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(10);
    const Report late = report_of(pc, office.now - days{1}, {});
    REQUIRE(office.post("/v1/reports", to_json(late).dump(), pc.certificate).status == 201);
    CHECK(office.changes(pc).empty());
}

TEST_CASE("days: units and clauses count their own PCs, silent ones in no clause, waived failures as waived") {
    PolicyOffice office;
    const Pc old = office.pc_with_password(100);
    const Pc good = office.pc_with_password(1);
    const Pc waived = office.pc_with_password(100);
    const Pc silent = office.pc_with_password(1);
    const Pc mute = office.enrolled_pc();
    office.call(
        "POST", "/api/v1/waivers",
        {{"rule", "password-age"}, {"device_id", waived.device_id}, {"reason", "thay máy"}, {"ends_on", "2026-12-31"}});
    office.now += days{8};
    for (const Pc* pc : {&old, &good, &waived}) {
        const StoredReport report = Reports{office.database}.newest(pc->device_id).value();
        Devices{office.database}.touch(pc->device_id,
                                       {"", facts_hash(report_from_json(report.body).facts), std::nullopt}, office.now);
    }
    CHECK(history(office).write_today(office.now, go_on));
    const Days written{office.database};
    const std::string today = office_day(office.now);
    CHECK(unit_day(written, today, office.unit) == pcs(2, 1, 0, 2));
    CHECK(clause_day(written, today, office.unit, "1a") == pcs_on_clause(1, 1, 0, 1));
    CHECK(clause_day(written, today, office.unit, "2") == pcs_on_clause(3, 0, 0, 0));
    // A day is written again; the last time stands.
    Enrolments{office.database}.revoke_device(old.device_id, office.now);
    history(office).write_today(office.now, go_on);
    CHECK(unit_day(written, today, office.unit) == pcs(2, 0, 0, 2));
    CHECK(clause_day(written, today, office.unit, "1a") == pcs_on_clause(1, 0, 0, 1));
}

TEST_CASE("days: a PC without a report is unknown on every clause, and advice makes no clause") {
    CHECK(nothing_known(baseline()).at("1a") == Standing::unknown);
    Policy advice = baseline();
    for (Rule& rule : advice.rules) rule.severity = Severity::advice;
    CHECK(nothing_known(advice).empty());
    CHECK(judge_report({advice, "advice"}, report_of(Pc{}, start, good_facts(start, start)), start).clauses.empty());
}

TEST_CASE("days: those on which the centre did not run are filled in from the reports until PCs would be silent") {
    PolicyOffice office;
    office.pc_with_password(85);
    history(office).write_today(office.now, go_on);
    office.now += days{20};
    history(office).write_today(office.now, go_on);
    const Days written{office.database};
    const auto day = [&](int after) { return unit_day(written, add_days(office_day(start), after), office.unit); };
    CHECK(day(0) == pcs(1, 0, 0, 0));
    CHECK(day(4) == pcs(1, 0, 0, 0));
    CHECK(day(5) == pcs(0, 1, 0, 0));  // 85 days and five, at midnight
    CHECK(day(6) == pcs(0, 1, 0, 0));
    CHECK(day(7) == pcs(0, 0, 0, 1));
    CHECK_FALSE(day(8).has_value());
    CHECK(day(20) == pcs(0, 0, 0, 1));
}

TEST_CASE("days: a PC that confirmed its report for weeks before it sent another was not silent") {
    PolicyOffice office;
    const Pc pc = office.enrolled_pc();
    const Facts facts = good_facts(office.now, office.now);
    const Report report = office.send(pc, facts);
    for (int day = 1; day <= 20; ++day) {
        office.now += days{1};
        const nlohmann::json beat{{"agent_version", "0.1.0"},
                                  {"facts_hash", facts_hash(facts)},
                                  {"report_id", report.report_id},
                                  {"outbox_depth", 0}};
        REQUIRE(office.post("/v1/heartbeat", beat.dump(), pc.certificate).status == 200);
    }
    office.now += days{20};
    office.send(pc, changed(facts, "password_policy.minimum_length", std::int64_t{6}));
    DaysToJudge{office.database}.ask(office.now);
    while (!history(office).judge_next(go_on).empty()) {
    }
    const Days written{office.database};
    const auto day = [&](int after) { return unit_day(written, add_days(office_day(start), after), office.unit); };
    CHECK(day(1) == pcs(1, 0, 0, 0));
    CHECK(day(26) == pcs(1, 0, 0, 0));
    CHECK(day(28) == pcs(0, 0, 0, 1));
    CHECK(day(39) == pcs(0, 0, 0, 1));
}

TEST_CASE("days: the past is judged from the reports of then, in the unit of then") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(1);
    const std::int64_t other = Units{office.database}.add("Phường Khác", std::nullopt, by_test);
    office.now += days{3};
    office.send(pc, changed(good_facts(office.now, office.now), "password_policy.minimum_length", std::int64_t{6}));
    office.now += days{1};
    Devices{office.database}.move({pc.device_id}, other, {"test", office.now});
    office.now += days{1};
    DaysToJudge{office.database}.ask(office.now);
    const std::string first = office_day(start);
    CHECK(history(office).judge_next(go_on) == first);
    CHECK(history(office).judge_next(go_on).empty());
    CHECK(DaysToJudge{office.database}.next().empty());
    const Days written{office.database};
    CHECK(unit_day(written, first, office.unit) == pcs(1, 0, 0, 0));
    CHECK(unit_day(written, add_days(first, 2), office.unit) == pcs(1, 0, 0, 0));
    CHECK(unit_day(written, add_days(first, 3), office.unit) == pcs(0, 1, 0, 0));
    CHECK(unit_day(written, add_days(first, 4), other) == pcs(0, 1, 0, 0));
    CHECK_FALSE(unit_day(written, add_days(first, 4), office.unit).has_value());
    // Where old reports were deleted, nothing is made up.
    Settings{office.database}.set(reports_whole_since_setting, format_instant(start + days{3}));
    DaysToJudge{office.database}.ask(office.now);
    CHECK(history(office).judge_next(go_on) == add_days(first, 3));
    CHECK(history(office).judge_next(go_on).empty());
    // Who stops loses nothing.
    DaysToJudge{office.database}.ask(office.now);
    CHECK(history(office).judge_next([] { return true; }).empty());
    CHECK(DaysToJudge{office.database}.next() == add_days(first, 4));
}

TEST_CASE("days: judged as one stretch they are what each is alone") {
    RandomOffice chance{8};
    PolicyOffice& office = chance.office;
    const std::string first = office_day(office.now);
    for (int day = 0; day < 40; ++day) {
        office.now += hours{chance.up_to(23)};
        chance.something_happens();
        office.now = start_of_day(add_days(office_day(office.now), 1));
    }
    const std::string last = add_days(first, 39);
    REQUIRE(history(office).judge_days(first, last, go_on));
    const Days written{office.database};
    std::map<std::string, DayCounts> stretch;
    for (std::string day = first; day <= last; day = add_days(day, 1)) stretch[day] = written.of(day);
    std::set<Standing> seen;
    for (const auto& [day, counts] : stretch) {
        CAPTURE(day);
        REQUIRE(history(office).judge_days(day, day, go_on));
        const DayCounts alone = written.of(day);
        CHECK(alone.units == counts.units);
        CHECK(alone.clauses == counts.clauses);
        for (const auto& [unit, counted] : counts.units)
            for (const Standing standing : standings_of_pcs)
                if (counted.of(standing) > 0) seen.insert(standing);
        for (const auto& [key, counted] : counts.clauses)
            if (counted.of(Standing::waived) > 0) seen.insert(Standing::waived);
    }
    // Every way to stand was met.
    CHECK(seen.contains(Standing::pass));
    CHECK(seen.contains(Standing::fail));
    CHECK(seen.contains(Standing::silent));
    CHECK(seen.contains(Standing::waived));
}

// Judging at the centre: at arrival, when reports come late, as time passes, and when the policy changed.
#include <algorithm>

#include "embedded/reasons.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/views/device_page.h"
#include "reporting/central/views/listed_devices.h"
#include "reporting/central/views/units.h"
#include "reporting/policy/reasons.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

namespace {

HttpResponse send(Centre& centre, const Pc& pc, const Report& report) {
    return centre.post("/v1/reports", to_json(report).dump(), pc.certificate);
}

StoredVerdict verdict_on(const Centre& centre, const Pc& pc, std::string_view rule) {
    const std::vector<StoredVerdict> all = Verdicts{centre.database}.of(pc.device_id);
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const StoredVerdict& stored) { return stored.verdict.rule_id == rule; });
    REQUIRE(found != all.end());
    return *found;
}

View view_of(const Centre& centre, days silent_after = days{7}) {
    return {centre.database, centre.policy.get().policy, centre.now, silent_after};
}

void judge_stale(Centre& centre) {
    judge_stale_devices(centre.database, centre.policy.get(), centre.now,
                        [](const std::string& device, const std::string& why) { FAIL(device << why); });
}

Facts with(Facts facts, std::string_view id, Value value) {
    const auto fact = std::find_if(facts.begin(), facts.end(), [&](const Fact& one) { return one.id == id; });
    REQUIRE(fact != facts.end());
    fact->value = std::move(value);
    return facts;
}

}  // namespace

TEST_CASE("a report is judged when it arrives, as the pure function judges it") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Report report = report_of(pc, start, good_facts(start - days{10}, start));
    REQUIRE(send(centre, pc, report).status == 201);
    const std::vector<Verdict> expected = judge(baseline(), report, start);
    const std::vector<StoredVerdict> stored = Verdicts{centre.database}.of(pc.device_id);
    REQUIRE(stored.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(stored[i].verdict == expected[i]);
        CHECK(stored[i].since == start);
    }
    const Device device = Devices{centre.database}.find(pc.device_id).value();
    CHECK(device.status == Status::pass);
    CHECK(device.failed == 0);
    CHECK(device.judged_at == start);
    CHECK(device.policy_version == baseline().version);
}

TEST_CASE("a password that grows old fails without a new report, from the day it is judged so") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    REQUIRE(send(centre, pc, report_of(pc, start, good_facts(start - days{89}, start))).status == 201);
    CHECK(verdict_on(centre, pc, "password-age").verdict.status == Status::pass);

    centre.now = start + hours{23};
    judge_stale(centre);
    CHECK(Devices{centre.database}.find(pc.device_id)->judged_at == start);
    centre.now = start + days{3};
    judge_stale(centre);
    const StoredVerdict failed = verdict_on(centre, pc, "password-age");
    CHECK(failed.verdict.status == Status::fail);
    CHECK(failed.since == centre.now);
    CHECK(verdict_on(centre, pc, "password-length").since == start);
    CHECK(Devices{centre.database}.find(pc.device_id)->status == Status::fail);
    CHECK(Devices{centre.database}.find(pc.device_id)->failed == 1);
    const Device judged = Devices{centre.database}.find(pc.device_id).value();
    CHECK(to_json(device_verdicts(view_of(centre), judged)).at("judged_at") == format_instant(centre.now));

    const Instant failed_at = centre.now;
    centre.now += days{2};
    judge_stale(centre);
    CHECK(verdict_on(centre, pc, "password-age").since == failed_at);
}

TEST_CASE("since is when the report that changed the status was taken") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Facts good = good_facts(start, start);
    const Facts bad = with(good, "password_policy.minimum_length", std::int64_t{6});
    REQUIRE(send(centre, pc, report_of(pc, start, good)).status == 201);
    centre.now = start + hours{5};
    REQUIRE(send(centre, pc, report_of(pc, start + hours{4}, bad)).status == 201);
    CHECK(verdict_on(centre, pc, "password-length").since == start + hours{4});
    CHECK(verdict_on(centre, pc, "password-length").verdict.status == Status::fail);
    centre.now = start + hours{9};
    REQUIRE(send(centre, pc, report_of(pc, start + hours{8}, bad)).status == 201);
    CHECK(verdict_on(centre, pc, "password-length").since == start + hours{4});
    CHECK(verdict_on(centre, pc, "password-complexity").since == start);
}

TEST_CASE("a late report is kept but replaces nothing") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Facts good = good_facts(start, start);
    centre.now = start + hours{10};
    const Report newest = report_of(pc, start + hours{9}, good);
    REQUIRE(send(centre, pc, newest).status == 201);
    REQUIRE(
        send(centre, pc, report_of(pc, start + hours{1}, with(good, "password_policy.minimum_length", std::int64_t{6})))
            .status == 201);
    CHECK(Reports{centre.database}.newest(pc.device_id)->report_id == newest.report_id);
    CHECK(verdict_on(centre, pc, "password-length").verdict.status == Status::pass);
    const std::vector<StoredReport> reports = Reports{centre.database}.list(pc.device_id, 10);
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].report_id == newest.report_id);
    CHECK(reports[1].status == Status::fail);
    CHECK(Devices{centre.database}.find(pc.device_id)->last_report_at == newest.taken_at);
}

TEST_CASE("a clock that runs years ahead does not hide later reports") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    REQUIRE(send(centre, pc, report_of(pc, start + days{3650}, good_facts(start, start))).status == 201);
    centre.now = start + hours{1};
    const Report right = report_of(pc, start + hours{1}, good_facts(start, start));
    REQUIRE(send(centre, pc, right).status == 201);
    CHECK(Reports{centre.database}.newest(pc.device_id)->report_id == right.report_id);
}

TEST_CASE("another policy judges everything again") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    REQUIRE(send(centre, pc, report_of(pc, start, good_facts(start, start))).status == 201);
    Policy stricter = baseline();
    stricter.rules.erase(std::remove_if(stricter.rules.begin(), stricter.rules.end(),
                                        [](const Rule& rule) { return rule.id != "password-length"; }),
                         stricter.rules.end());
    stricter.version = "next";
    centre.now = start + hours{1};
    const auto none = [](const std::string& device, const std::string& why) { FAIL(device << why); };
    CHECK(judge_stale_devices(centre.database, {stricter, "other hash"}, centre.now, none) == 1);
    CHECK(Verdicts{centre.database}.of(pc.device_id).size() == 1);
    CHECK(Devices{centre.database}.find(pc.device_id)->policy_version == "next");
    CHECK(Verdicts{centre.database}.of(pc.device_id)[0].since == start);
    CHECK(judge_stale_devices(centre.database, {stricter, "other hash"}, centre.now, none) == 0);
}

TEST_CASE("a report that is no longer the newest is not judged again") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Report old = report_of(pc, start, good_facts(start, start));
    REQUIRE(send(centre, pc, old).status == 201);
    REQUIRE(send(centre, pc, report_of(pc, start + hours{1}, {})).status == 201);
    const Judgement judgement = judge_report(centre.policy.get(), old, start + hours{2});
    Verdicts{centre.database}.judge_again(pc.device_id, old.report_id, judgement);
    CHECK(Devices{centre.database}.find(pc.device_id)->judged_at == start);
}

TEST_CASE("unknown facts are unknown, not failed, and rules are counted once") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Facts facts =
        with(good_facts(start, start), "password_policy.minimum_length", Unknown{in_words("NetUserModalsGet failed")});
    REQUIRE(send(centre, pc, report_of(pc, start, facts)).status == 201);
    const Device device = Devices{centre.database}.find(pc.device_id).value();
    CHECK(device.status == Status::unknown);
    CHECK(device.unknown == 1);
    CHECK(device.failed == 0);
    CHECK(sentence_of(verdict_on(centre, pc, "password-length").verdict.reason).find("NetUserModalsGet") !=
          std::string::npos);
}

TEST_CASE("a code beside the sentence is kept, so that its words are the reader's, whatever the sentence was") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Report report =
        report_of(pc, start,
                  with(good_facts(start, start), "password_policy.minimum_length",
                       Unknown{reasons::failed_call("NetUserModalsGet", "error 5", reasons::access_denied())}));
    json sent = to_json(report, 2);
    for (json& fact : sent["facts"])
        if (fact.contains("unknown")) fact["unknown"] = "as a later version would say it";
    REQUIRE(centre.post("/v1/reports", sent.dump(), pc.certificate).status == 201);
    const Reason reason = verdict_on(centre, pc, "password-length").verdict.reason;
    CHECK(sentence_of(reason) == "as a later version would say it");
    CHECK(reason.code == "failed_call");
    CHECK(reason_text(baseline(), reason, Language::vi) ==
          "không có quyền, hãy chạy với quyền quản trị (NetUserModalsGet: lỗi 5)");
    // What an older agent sent, or an older version of this program stored: the sentence alone.
    centre.database.writer().run(
        "UPDATE verdicts SET reason_code = '', reason = 'timed out after 20 s' WHERE rule = 'password-length'");
    const Reason stored = verdict_on(centre, pc, "password-length").verdict.reason;
    CHECK(stored.code.empty());
    CHECK(reason_text(baseline(), stored, Language::vi) ==
          "không trả lời sau 20 giây (khởi động lại máy rồi quét lại)");
}

TEST_CASE("saved credentials of official systems count as grave") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Facts facts = with(good_facts(start, start), "browser_credentials.profiles", std::int64_t{1});
    const std::string profile = "an.nguyen/chrome/Default";
    facts.push_back({"browser_credentials.store_status", profile, std::string{"ok"}, "file"});
    facts.push_back({"browser_credentials.saved", profile, std::int64_t{4}, "file"});
    facts.push_back({"browser_credentials.official", profile, std::int64_t{2}, "file"});
    facts.push_back({"browser_credentials.account_store_saved", profile, std::int64_t{0}, "file"});
    std::sort(facts.begin(), facts.end(),
              [](const Fact& a, const Fact& b) { return std::tie(a.id, a.instance) < std::tie(b.id, b.instance); });
    REQUIRE(send(centre, pc, report_of(pc, start, facts)).status == 201);
    const Device device = Devices{centre.database}.find(pc.device_id).value();
    CHECK(device.status == Status::fail);
    CHECK(device.grave == 1);
    CHECK(device.failed == 2);
    const StoredVerdict saved = verdict_on(centre, pc, "saved-official");
    CHECK(saved.severity == Severity::grave);
    CHECK(saved.verdict.instance == profile);
    CHECK(saved.verdict.observed->value == Value{std::int64_t{2}});
}

TEST_CASE("a PC without news becomes silent; a heartbeat that confirms its facts keeps it heard") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    CHECK(shown_standing(view_of(centre), *Devices{centre.database}.find(pc.device_id)) == Standing::unknown);
    const Report report = report_of(pc, start, good_facts(start, start));
    REQUIRE(send(centre, pc, report).status == 201);
    const auto shown = [&] { return shown_standing(view_of(centre), *Devices{centre.database}.find(pc.device_id)); };
    CHECK(shown() == Standing::pass);
    centre.now = start + days{7};
    CHECK(shown() == Standing::pass);
    Devices{centre.database}.touch(pc.device_id, {"", facts_hash(report.facts), std::nullopt}, start + days{6});
    centre.now = start + days{8};
    CHECK(shown() == Standing::pass);
    Devices{centre.database}.touch(pc.device_id, {"", "other facts", std::nullopt}, start + days{8});
    centre.now = start + days{14};
    CHECK(shown() == Standing::silent);
    CHECK(counted_units(view_of(centre)).at(0).counts.shown.of(Standing::silent) == 1);
    CHECK(counted_units(view_of(centre)).at(0).counts.shown.of(Standing::pass) == 0);
}

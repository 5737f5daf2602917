// One PC as its page shows it: certificate, moves, waivers, old reports, changes, commands; not for foreign eyes.
#include "reporting/central/api/roles.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

namespace {

struct Page : ViewsOffice {
    std::int64_t ward = unit_at("Thành phố/Phường A");
    std::int64_t room = unit_at("Thành phố/Phường A/Phòng 1");
    std::int64_t other = unit_at("Thành phố/Phường B");
    std::string pc = reporting_pc("A-1", room, with_old_password(now));
    std::string path = "/api/v1/devices/" + pc;
    std::string foreign = reporting_pc("B-1", other, passing(now));
};

}  // namespace

TEST_CASE("a PC's page has its certificate, moves and waivers") {
    Page office;
    json page = office.get(office.path);
    CHECK(page.at("certificate").is_null());
    CHECK(page.at("moves").empty());
    CHECK(page.at("waivers").empty());
    CHECK(page.at("waived") == 0);
    const json& age = page.at("verdicts").at(0);
    CHECK(age.at("rule") == "password-age");
    CHECK(age.at("waived") == false);
    CHECK(age.at("waiver").is_null());

    Enrolments{office.database}.add_certificate(office.pc, {"old", "01", office.now + days{10}},
                                                office.now - days{300});
    Enrolments{office.database}.add_certificate(office.pc, {"new", "02", office.now + days{365}}, office.now);
    Devices{office.database}.move({office.pc}, office.other, {"chi", office.now});
    Devices{office.database}.move({office.pc}, office.room, {"chi", office.now + hours{1}});
    office.waive(office.pc, "password-age");
    office.write(
        "INSERT INTO waivers(id, rule, unit_id, reason, approved_by, created_at, ends_at, ended_at, ended_by) "
        "VALUES (8, 'antivirus-on', $1, 'cũ', 'chi', 1, 2, 2, 'an')",
        Units{office.database}.find("Thành phố").id);
    office.write(
        "INSERT INTO waivers(id, rule, unit_id, reason, approved_by, created_at, ends_at) "
        "VALUES (9, 'antivirus-on', $1, 'khác', 'chi', 1, 2)",
        office.other);
    page = office.get(office.path);
    CHECK(page.at("certificate") == json{{"sha256", "new"},
                                         {"serial", "02"},
                                         {"issued_at", "2026-11-22T03:00:00Z"},
                                         {"not_after", "2027-11-22T03:00:00Z"}});
    REQUIRE(page.at("moves").size() == 2);
    CHECK(page.at("moves").at(0) == json{{"at", "2026-11-22T03:00:00Z"},
                                         {"from", "Thành phố/Phường A/Phòng 1"},
                                         {"to", "Thành phố/Phường B"},
                                         {"actor", "chi"}});
    CHECK(page.at("status") == "pass");
    CHECK(page.at("waived") == 1);
    REQUIRE(page.at("waivers").size() == 2);
    CHECK(page.at("waivers").at(0).at("id") == 8);
    CHECK(page.at("waivers").at(0).at("unit") == "Thành phố");
    CHECK(page.at("waivers").at(0).at("active") == false);
    const json& waiver = page.at("waivers").at(1);
    CHECK(waiver.at("active") == true);
    CHECK(waiver.at("ends_on") == "2026-12-31");
    CHECK(waiver.at("host_name") == "A-1");
    CHECK(waiver.at("ended_by").is_null());
    CHECK(page.at("verdicts").at(0).at("status") == "fail");
    CHECK(page.at("verdicts").at(0).at("waived") == true);
    CHECK(page.at("verdicts").at(0).at("waiver") == waiver);
    CHECK(office.get(office.path + "/verdicts").at("verdicts") == page.at("verdicts"));
}

TEST_CASE("an old report keeps its facts and is judged by today's policy at its own time") {
    Page office;
    const std::string old = office.get(office.path).at("report").at("report_id").get<std::string>();
    office.wait(days{200});
    office.report(office.pc, passing(office.now));
    const json report = office.get(office.path + "/reports/" + old);
    CHECK(report.at("report_id") == old);
    CHECK(report.at("taken_at") == "2026-11-22T03:00:00Z");
    CHECK(report.at("status") == "fail");
    CHECK(report.at("status_now") == "fail");
    CHECK(report.at("judged_at") == "2026-11-22T03:00:00Z");
    CHECK(report.at("policy").at("id") == "hanoi-dispatch");
    const json& fact = report.at("facts").at(4);
    CHECK(fact.at("source") == "netapi");
    CHECK(fact.at("text").at("en").get<std::string>().find("100 days ago") != std::string::npos);
    const json& age = report.at("verdicts").at(0);
    CHECK(age.at("clause") == "1a");
    CHECK(age.at("status") == "fail");
    CHECK(age.at("since").is_null());
    CHECK(age.at("required").at("en").get<std::string>().find("90") != std::string::npos);
    // 200 days later everything old would be overdue; it was not.
    for (const json& verdict : report.at("verdicts")) {
        if (verdict.at("rule") != "password-age") CHECK(verdict.at("status") != "fail");
    }
    CHECK(office.get(office.path + "/reports").at("reports").size() == 2);
    CHECK(error_of(office.call("GET", office.path + "/reports/none")) == "report_unknown");
    CHECK(error_of(office.call("GET", "/api/v1/devices/" + office.foreign + "/reports/" + old)) == "report_unknown");
}

TEST_CASE("a PC's changes come newest first and in pages") {
    Page office;
    for (int i = 0; i < 5; ++i) office.change(office.pc, "password-age", "pass", "fail", office.now + hours{i});
    office.change(office.foreign, "password-age", "pass", "fail", office.now);
    const json page = office.get(office.path + "/changes?limit=2&offset=1");
    CHECK(page.at("total") == 5);
    REQUIRE(page.at("changes").size() == 2);
    CHECK(page.at("changes").at(0).at("at") == "2026-11-22T06:00:00Z");
    CHECK(page.at("changes").at(0).at("instance") == "an.nguyen");
    CHECK(office.get(office.path + "/changes?offset=5").at("changes").empty());
    CHECK(error_of(office.call("GET", office.path + "/changes?limit=0")) == "bad_request");
}

TEST_CASE("a PC's commands are scans and updates, newest first") {
    Page office;
    REQUIRE(office.call("POST", "/api/v1/scans", {{"devices", {office.pc}}}).status == 201);
    Commands{office.database}.add(
        {"batch", "update", "2.0.0", "chi", office.now + hours{1}, office.now + hours{2}, {{"id", office.pc}}});
    office.wait(hours{3});
    const json commands = office.get(office.path + "/commands").at("commands");
    REQUIRE(commands.size() == 2);
    CHECK(commands.at(0).at("kind") == "update");
    CHECK(commands.at(0).at("argument") == "2.0.0");
    CHECK(commands.at(0).at("state") == "expired");
    CHECK(commands.at(1).at("kind") == "scan");
    CHECK(commands.at(1).at("state") == "offline");
    CHECK(commands.at(1).at("created_by") == "chi");
    // What an update asks of PCs is no scan.
    CHECK(office.get("/api/v1/scans").at("scans").size() == 1);
}

TEST_CASE("a unit manager sees the own PCs' pages, and names of what lies outside") {
    Page office;
    Devices{office.database}.move({office.pc}, office.other, {"chi", office.now});
    Devices{office.database}.move({office.pc}, office.room, {"chi", office.now});
    office.write(
        "INSERT INTO waivers(id, rule, unit_id, reason, approved_by, created_at, ends_at) "
        "VALUES (8, 'antivirus-on', $1, 'chung', 'chi', 1, 99999999999)",
        Units{office.database}.find("Thành phố").id);
    const std::string report = office.get(office.path).at("report").at("report_id").get<std::string>();
    const std::string foreign = "/api/v1/devices/" + office.foreign;
    office.be("quan.ly", Role::unit_manager, office.ward);
    const json page = office.get(office.path);
    CHECK(page.at("unit") == "Phường A/Phòng 1");
    CHECK(page.at("moves").at(0).at("from") == "Phường A/Phòng 1");
    CHECK(page.at("moves").at(0).at("to") == "Phường B");
    CHECK(page.at("waivers").at(0).at("unit") == "Thành phố");
    for (const char* part : {"", "/verdicts", "/reports", "/changes", "/commands"}) {
        INFO(part);
        CHECK(office.call("GET", office.path + part).status == 200);
        CHECK(error_of(office.call("GET", foreign + part)) == "device_unknown");
    }
    CHECK(office.call("GET", office.path + "/reports/" + report).status == 200);
    CHECK(error_of(office.call("GET", foreign + "/reports/" + report)) == "device_unknown");
}

TEST_CASE("a PC that has not reported, and one that is revoked, have a page") {
    Page office;
    const std::string fresh = office.add_pc("NEW", office.ward);
    const json page = office.get("/api/v1/devices/" + fresh);
    CHECK(page.at("report").is_null());
    CHECK(page.at("verdicts").empty());
    CHECK(page.at("status") == "unknown");
    CHECK(office.get("/api/v1/devices/" + fresh + "/changes").at("total") == 0);
    Enrolments{office.database}.revoke_device(office.pc, office.now);
    CHECK(office.get(office.path).at("revoked") == true);
}

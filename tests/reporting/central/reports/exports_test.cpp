// Exports and the printed report: figures of a period, files without formulas, and a page that may load nothing.
#include <algorithm>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/office_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;

namespace {

struct ExportOffice : OfficeApi {
    std::int64_t room = Units{database}.add("Văn phòng", unit, by_test);
    std::int64_t foreign = Units{database}.add("Phường Sài Gòn", std::nullopt, by_test);

    ExportOffice() { be("an", Role::administrator); }

    Pc add_pc(std::int64_t at, Instant password_changed) {
        Pc pc = enrolled_pc();
        Devices{database}.move({pc.device_id}, at, by_test);
        const Report report = report_of(pc, now, good_facts(password_changed, now));
        REQUIRE(post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        return pc;
    }
    void run(const std::string& statement) { database.writer().run(statement); }
    ComplianceReport report(const Period& period, std::optional<std::int64_t> of = std::nullopt, Scope scope = {}) {
        return compliance_report({database, policy.get().policy, now, days{7}, std::move(scope)}, of, period,
                                 Language::vi);
    }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const Period november{"2026-11-01", "2026-11-22"};

}  // namespace

TEST_CASE("a report counts PCs by unit and clause as they stand") {
    ExportOffice office;
    office.add_pc(office.room, start - days{10});
    office.add_pc(office.unit, start - days{200});
    office.add_pc(office.foreign, start - days{200});
    const ComplianceReport all = office.report(november);
    REQUIRE(all.rows.size() == 2);
    CHECK(all.rows[0].name == "Phường Bến Thành");
    CHECK(all.rows[0].figures.pcs.all() == 2);
    CHECK(all.rows[0].figures.pcs.of(Standing::pass) == 1);
    CHECK(all.rows[0].figures.pcs.of(Standing::fail) == 1);
    CHECK(all.rows[0].figures.clauses.at("1a").of(Standing::fail) == 1);
    CHECK(all.rows[0].figures.clauses.at("1b").of(Standing::pass) == 2);
    CHECK(all.rows[0].figures.pcs.compliant_share() == 0.5);
    CHECK(all.sum.pcs.of(Standing::fail) == 2);
    CHECK(all.unit.empty());
    CHECK_FALSE(all.before);

    const ComplianceReport ward = office.report(november, office.unit);
    REQUIRE(ward.rows.size() == 2);
    CHECK(ward.rows[0].name == "Phường Bến Thành (trực thuộc)");
    CHECK(ward.rows[0].figures.pcs.of(Standing::fail) == 1);
    CHECK(ward.rows[1].name == "Văn phòng");
    CHECK(ward.rows[1].figures.pcs.of(Standing::pass) == 1);
    REQUIRE(ward.pcs.size() == 2);
    REQUIRE(ward.pcs[0].findings.size() == 1);
    CHECK(ward.pcs[0].findings[0].clause == "1a");
    // A unit without PCs of its own has no row of its own.
    Devices{office.database}.move({ward.pcs[0].device.device_id}, office.room, by_test);
    CHECK(office.report(november, office.unit).rows.size() == 1);
    // A manager's report begins at the manager's unit.
    const ComplianceReport own = office.report(november, std::nullopt, Scope{{office.unit, office.room}});
    CHECK(own.unit == "Phường Bến Thành");
    CHECK(own.sum.pcs.all() == 2);
    CHECK_THROWS_AS(office.report(november, office.foreign, Scope{{office.unit, office.room}}), StoreError);

    // Silent PCs count in no clause.
    office.now += days{8};
    const ComplianceReport later = office.report({"2026-11-01", "2026-11-30"});
    CHECK(later.sum.pcs.of(Standing::silent) == 3);
    CHECK(later.sum.clauses.empty());
    CHECK_FALSE(later.sum.pcs.compliant_share());
}

TEST_CASE("what is waived is neither passed nor failed") {
    ExportOffice office;
    const Pc pc = office.add_pc(office.unit, start - days{200});
    office.run(
        "INSERT INTO waivers (rule, device_id, reason, approved_by, created_at, ends_at) VALUES ('password-age', '" +
        pc.device_id + "', 'x', 'an', 1, 9999999999)");
    office.run("UPDATE verdicts SET waiver_id = 1 WHERE rule = 'password-age'");
    const ComplianceReport report = office.report(november);
    CHECK(report.sum.clauses.at("1a").of(Standing::waived) == 1);
    CHECK(report.sum.clauses.at("1a").of(Standing::fail) == 0);
    CHECK(report.sum.clauses.at("1a").of(Standing::pass) == 0);
    CHECK(report.pcs.at(0).findings.at(0).standing == Standing::waived);
}

TEST_CASE("past days come from what was written then, also after a merge") {
    ExportOffice office;
    const Pc pc = office.add_pc(office.unit, start - days{10});
    const std::string unit = std::to_string(office.unit);
    const std::string other = std::to_string(office.foreign);
    office.run("INSERT INTO unit_days VALUES ('2026-09-30', " + unit + ", 10, 4, 5, 1, 0), ('2026-10-31', " + unit +
               ", 10, 5, 4, 1, 0), ('2026-10-31', " + other + ", 3, 3, 0, 0, 0)");
    office.run("INSERT INTO clause_days VALUES ('2026-10-31', " + unit + ", '1a', 6, 4, 0, 0), ('2026-10-31', " +
               other + ", '1a', 3, 0, 0, 0)");
    // It failed until 10 November; an account that failed, too, is gone since.
    const std::string at = std::to_string(parse_instant("2026-11-10T03:00:00Z").time_since_epoch().count());
    office.run(
        "INSERT INTO verdict_changes (device_id, unit_id, rule, instance, from_status, to_status, at) VALUES ('" +
        pc.device_id + "', " + unit + ", 'password-age', 'an.nguyen', 'fail', 'pass', " + at + ")");
    office.run("UPDATE devices SET enrolled_at = 0");

    const ComplianceReport now = office.report(november);
    REQUIRE(now.before);
    CHECK(now.before_day == "2026-10-31");
    CHECK(now.before->pcs.all() == 13);
    CHECK(now.before->pcs.compliant_share() == 8.0 / 13.0);
    CHECK(now.got_better == 1);
    CHECK(now.got_worse == 0);
    CHECK(now.sum.pcs.all() == 1);

    const ComplianceReport october = office.report({"2026-10-01", "2026-10-31"});
    CHECK(october.day == "2026-10-31");
    CHECK(october.before_day == "2026-09-30");
    CHECK(october.sum.pcs.all() == 13);
    CHECK(october.sum.clauses.at("1a").of(Standing::fail) == 4);
    CHECK(october.got_better == 0);
    REQUIRE(october.pcs.size() == 1);
    CHECK(october.pcs[0].status == Standing::fail);
    CHECK(october.pcs[0].clauses.at("1a") == Standing::fail);
    // A day without figures shows those of the last day that has some.
    CHECK(office.report({"2026-11-01", "2026-11-05"}).day == "2026-10-31");

    Units{office.database}.merge(office.foreign, office.unit, by_test, unit_followers());
    const ComplianceReport merged = office.report({"2026-10-01", "2026-10-31"}, office.unit);
    CHECK(merged.sum.pcs.all() == 13);
    CHECK(merged.sum.clauses.at("1a").of(Standing::pass) == 9);
}

TEST_CASE("files are what they say, hold no formula, and show only what may be seen") {
    ExportOffice office;
    office.add_pc(office.unit, start - days{200});
    office.add_pc(office.foreign, start - days{10});
    office.run("UPDATE devices SET host_name = '=1+1' WHERE unit_id = " + std::to_string(office.foreign));
    const HttpResponse csv = office.get("/api/v1/exports/devices.csv");
    CHECK(csv.status == 200);
    CHECK(csv.headers.at("Content-Disposition") == "attachment; filename=\"devices.csv\"");
    CHECK(csv.body.starts_with("\xEF\xBB\xBFMáy,Đơn vị,Trạng thái,"));
    CHECK(holds(csv.body, "\r\n'=1+1,Phường Sài Gòn,Đạt,0,0,0,0.1.0,22/11/2026 10:00,"));
    CHECK(holds(office.get("/api/v1/exports/devices.csv?lang=en").body, "PC,Unit,Status,"));
    CHECK(holds(csv.body, ",Người sử dụng,Phòng,Điện thoại,Ghi chú mới nhất\r\n"));
    CHECK(holds(csv.body, "22/11/2026 10:00,,,,\r\n"));
    const auto lines = [&](const std::string& query) {
        const std::string body = office.get("/api/v1/exports/devices.csv?" + query).body;
        return std::count(body.begin(), body.end(), '\n');
    };
    CHECK(lines("") == 3);
    CHECK(lines("status=fail") == 2);
    CHECK(lines("status=silent") == 1);
    CHECK(lines("q=ben%20thanh") == 2);
    CHECK(lines("clause=1a&verdict=fail") == 2);
    CHECK(lines("clause=1a&verdict=pass") == 2);
    CHECK(lines("rule=password-length&verdict=fail") == 1);
    CHECK(office.get("/api/v1/exports/devices.xlsx").body.starts_with("PK\x03\x04"));
    CHECK(office.get("/api/v1/exports/compliance.xlsx").body.starts_with("PK\x03\x04"));
    CHECK(holds(office.get("/api/v1/exports/compliance.csv").body,
                "Phường Bến Thành,1a,Đổi mật khẩu định kỳ 3 tháng một lần.,0,1,0,0,1,0,22/11/2026"));
    CHECK(office.get("/api/v1/exports/compliance.csv?from=2026-13-01").status == 400);
    CHECK(office.get("/api/v1/exports/compliance.csv?from=2026-11-20&to=2026-11-10").status == 400);
    CHECK(office.get("/api/v1/exports/compliance.csv?unit=99").status == 404);

    office.be("manager", Role::unit_manager, office.unit);
    for (const char* path : {"devices.csv", "compliance.csv", "report.html"}) {
        const HttpResponse own = office.get(std::string{"/api/v1/exports/"} + path);
        CHECK(own.status == 200);
        CHECK(holds(own.body, "Bến Thành"));
        CHECK_FALSE(holds(own.body, "Sài Gòn"));
    }
    CHECK(office.get("/api/v1/exports/compliance.xlsx?unit=" + std::to_string(office.foreign)).status == 404);
    CHECK(office.get("/api/v1/exports/report.html?unit=" + std::to_string(office.foreign)).status == 404);
    CHECK_FALSE(holds(office.get("/api/v1/exports/devices.csv?unit=" + std::to_string(office.foreign)).body, "=1+1"));
}

TEST_CASE("the list of PCs leaves with owner, room, telephone and the newest note, none of them a formula") {
    ExportOffice office;
    const std::string described = office.add_pc(office.unit, start - days{10}).device_id;
    Notes notes{office.database};
    notes.describe(described, {"=Lan", "P.203", "+84 24 3825"}, std::nullopt, by_test);
    notes.add(described, "cũ", by_test);
    notes.add(described, "@mới\nhai dòng", by_test);
    CHECK(holds(office.get("/api/v1/exports/devices.csv").body, ",'=Lan,P.203,'+84 24 3825,\"'@mới\nhai dòng\"\r\n"));
    const ExportedDevices exported{office.database, {described}};
    const std::string book =
        devices_xlsx({office.database, office.policy.get().policy, office.now}, exported, Language::en);
    CHECK(book.starts_with("PK\x03\x04"));
}

TEST_CASE("the printed report says what the office typed, escaped, and may load nothing") {
    ExportOffice office;
    office.add_pc(office.unit, start - days{200});
    office.run("UPDATE devices SET host_name = '<script>alert(1)</script>'");
    const HttpResponse page = office.get(
        "/api/v1/exports/report.html?from=2026-11-01&to=2026-11-22&number=45&place=H%C3%A0+N%E1%BB%99i&"
        "title=%3Cb%3E&signer=Tr%E1%BA%A7n%20A&recipients=UBND%20TP;S%E1%BB%9F%20TTTT");
    REQUIRE(page.status == 200);
    CHECK(page.headers.at("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.headers.at("Content-Security-Policy") == report_page_policy());
    CHECK(holds(page.headers.at("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-"));
    CHECK_FALSE(holds(page.body, "<script"));
    CHECK_FALSE(holds(page.body, "http"));
    CHECK_FALSE(holds(page.body, " style="));
    for (const char* part :
         {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 45/BC-",
          "Hà Nội, ngày 22 tháng 11 năm 2026", "BÁO CÁO", "từ ngày 01/11/2026 đến ngày 22/11/2026", "&lt;b&gt;",
          "Trần A", "- UBND TP;", "- Sở TTTT;", "PHỤ LỤC", "&lt;script&gt;alert(1)", "Nơi nhận:"}) {
        INFO(part);
        CHECK(holds(page.body, part));
    }
    const HttpResponse english = office.get("/api/v1/exports/report.html?lang=en");
    CHECK(holds(english.body, "working copy"));
    CHECK(holds(english.body, "<html lang=\"en\">"));
    CHECK(office.get("/api/v1/exports/report.html?lang=fr").status == 400);
}

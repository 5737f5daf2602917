// Who asks changes nothing: every GET of the people's API leaves the database as it was, but for the audit log.
#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/reports/schedule_store.h"
#include "tests/reporting/central/office_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;

namespace {

/// Something of each subject.
struct FullOffice : OfficeApi {
    Pc pc = enrolled_pc();
    std::string report_id;
    std::string scan;

    FullOffice() {
        be("an", Role::administrator);
        const Report report = report_of(pc, now, good_facts(now - days{200}, now));
        report_id = report.report_id;
        REQUIRE(post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        scan = body_of(post_json("/api/v1/scans", {{"devices", {pc.device_id}}})).at("batch_id").get<std::string>();
        Licences{database}.add({0, "Bkav Pro", "HĐ-01", 1, "2027-01-01", std::nullopt, ""});
        WebRegister accounts{database};
        WebSystem system;
        system.name = "Một cửa";
        accounts.import(accounts.add_system(system, now), {{"an", "An", unit, std::nullopt, "", false}}, by_test,
                        false);
        Waivers{database}.add({0, "password-age", std::nullopt, pc.device_id, std::nullopt, "đang thay máy", "an", now,
                               now + days{30}, std::nullopt, ""});
        ReportSchedule schedule;
        schedule.recipients = {"an@phuong.example"};
        schedule.attachments = {"html"};
        ReportSchedules{database}.add(schedule, now);
        Webhook hook;
        hook.url = "https://siem.example/hook";
        hook.created_at = now;
        Integrations{database}.add_webhook(hook);
        add_token();
    }

    /// An address that the route answers; a new one with an argument has to be named here.
    std::string address_of(const std::string& pattern) const {
        const std::map<std::string, std::string> arguments{
            {"/api/v1/devices/{}", pc.device_id}, {"/api/v1/policy/versions/{}", "1"}, {"/api/v1/scans/{}", scan}};
        std::string path = pattern;
        for (const auto& [begin, argument] : arguments) {
            if (path.starts_with(begin)) path.replace(begin.size() - 2, 2, argument);
        }
        if (const std::size_t at = path.find("/reports/{}"); at != std::string::npos)
            path.replace(at, std::string::npos, "/reports/" + report_id);
        return path;
    }

    /// Each table's rows, but those of the audit log.
    std::map<std::string, std::vector<std::string>> content() const {
        const SQLite::Database file{database.source().file().string(), SQLite::OPEN_READONLY};
        std::map<std::string, std::vector<std::string>> tables;
        SQLite::Statement names{file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'audit'"};
        while (names.executeStep()) {
            std::vector<std::string>& rows = tables[names.getColumn(0).getString()];
            SQLite::Statement all{file, "SELECT * FROM " + names.getColumn(0).getString() + " ORDER BY 1, 2"};
            while (all.executeStep()) {
                std::string row;
                for (int column = 0; column < all.getColumnCount(); ++column)
                    row += all.getColumn(column).getString() + "|";
                rows.push_back(std::move(row));
            }
        }
        return tables;
    }
};

}  // namespace

TEST_CASE("a GET of the people's API changes nothing in the database but the audit log", "[sqlite]") {
    FullOffice office;
    // As an older program left it: nothing was read out of the reports yet.
    office.database.writer().run("DELETE FROM antivirus_products");
    office.database.writer().run("DELETE FROM antivirus_reports");
    const auto before = office.content();
    CHECK(before.at("licences").size() == 1);
    CHECK(before.at("antivirus_reports").empty());
    int asked = 0;
    for (const Route& route : office.people.routes()) {
        if (route.method != "GET") continue;
        const std::string address = office.address_of(std::string{route.pattern});
        INFO(address);
        // Only a running centre has metrics.
        CHECK(office.get(address).status == (address == "/metrics" ? 404U : 200U));
        CHECK(office.content() == before);
        ++asked;
        office.now += std::chrono::seconds{2};  // so that no rate is exceeded
    }
    CHECK(asked > 40);
}

TEST_CASE("antivirus products are stored with the report, and read out of those that an older program took") {
    FullOffice office;
    const auto products = [&] {
        std::vector<std::string> names;
        auto rows = office.database.reader().query("SELECT device_id, product, state FROM antivirus_products");
        while (rows.next()) names.push_back(rows.text(0) + " " + rows.text(1) + " " + rows.text(2));
        return names;
    };
    const std::vector<std::string> one{office.pc.device_id + " Bkav Pro on"};
    CHECK(products() == one);
    office.database.writer().run("DELETE FROM antivirus_products");
    CHECK_FALSE(AntivirusProducts{office.database}.catch_up());  // its report is read already
    CHECK(products().empty());
    office.database.writer().run("DELETE FROM antivirus_reports");
    CHECK_FALSE(AntivirusProducts{office.database}.catch_up());  // no more than this one
    CHECK(products() == one);
}

TEST_CASE("an API token's use is written once a minute, and looked up without waiting for who writes") {
    FullOffice office;
    const json token{{"name", "giám sát"}, {"role", "auditor"}, {"expires_at", "2026-12-22T03:00:00Z"}};
    const HttpResponse made = office.post_json("/api/v1/api-tokens", token);
    INFO(made.body);
    REQUIRE(made.status == 201);
    office.cookie.clear();
    office.bearer = body_of(made).at("token").get<std::string>();
    CHECK(office.call("GET", "/api/v1/scans").status == 200);
    const auto before = office.content();
    office.now += std::chrono::seconds{59};
    sql::Writer writer = office.database.writer();  // the request below would wait for it for ever
    CHECK(office.call("GET", "/api/v1/scans").status == 200);
    CHECK(office.content() == before);
}

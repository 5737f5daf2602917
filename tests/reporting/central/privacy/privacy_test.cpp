// What is stored about a PC or a person is given out whole, and erased whole; and nothing is kept for ever by default.
#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/audit/person_mark.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/devices/body_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/privacy/device_data_store.h"
#include "reporting/central/privacy/person_data_store.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/policy/notice.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;

namespace {

constexpr std::int64_t everything = 1 << 30;

struct PrivacyOffice : ViewsOffice {
    std::string pc = add_pc("PC-01", unit);
    std::string other = add_pc("PC-02", unit);

    /// One report a day of both, the oldest first; each is judged.
    void report_days(const std::string& device_id, int count, const Facts& facts) {
        for (int day = 0; day < count; ++day) {
            report(device_id, facts);
            now += days{1};
        }
    }
    std::int64_t rows(const std::string& statement) { return database.reader().number(statement); }
    /// All texts of reports and bases, unpacked.
    std::string texts() const {
        const sql::Reader reader = database.reader();
        auto found = reader.query("SELECT r.body, b.body FROM reports r" WARDWATCH_BODY_BASES);
        std::string all;
        StoredBodies bodies;
        while (found.next()) all += bodies.at(found, 0) + "\n";
        return all;
    }
    void revoke(const std::string& device_id) {
        sql::Writer writer = database.writer();
        revoke_device(writer, device_id, now);
    }
    json exported(const std::string& device_id, std::int64_t most = everything) const {
        std::string text;
        export_device(database, device_id, most, [&](const std::string& part) { text += part; });
        return json::parse(text);
    }
    std::string last_entry() const {
        const AuditEntry entry = AuditLog{database}.page({}, 0, 1).entries.at(0);
        return entry.action + " | " + entry.subject + " | " + entry.detail;
    }
};

Facts facts_of(const std::string& who, Instant now) {
    Facts facts = passing(now);
    for (Fact& fact : facts) {
        if (fact.instance == "an.nguyen") fact.instance = who;
    }
    return with_profile(std::move(facts), who, 3, 1);
}

}  // namespace

TEST_CASE("names are compared as Windows compares them, whole", "[privacy]") {
    const PersonNames names{{"An.Nguyen", "Đặng Thị Ấn"}};
    CHECK(names.own_subject("an.nguyen"));
    CHECK(names.own_subject("AN.NGUYEN/chrome/Default"));
    CHECK(names.own_subject("HANOI\\an.nguyen"));
    CHECK(names.own_subject("?\\an.nguyen"));
    CHECK_FALSE(names.own_subject("an.nguyen2"));
    CHECK_FALSE(names.own_subject("binh/an.nguyen/Default"));
    CHECK_FALSE(names.own_subject(""));
    CHECK(names.are("đặng thị ấn"));
    CHECK_FALSE(names.are("Dang Thi An"));
    CHECK(names.stand_in("Máy của ĐẶNG THỊ ẤN, phòng 2"));
    CHECK_FALSE(PersonNames{{"HANOI\\an"}}.own_subject("an"));
    CHECK(PersonNames{{"edge"}}.own_fact("browser_policy.password_manager", "edge/edge"));
    CHECK_FALSE(PersonNames{{"edge"}}.own_fact("browser_policy.password_manager", "edge"));
    CHECK_FALSE(PersonNames{{"Bkav Pro"}}.own_fact("antivirus.state", "Bkav Pro"));
    CHECK(names.may_stand_in_json(R"({"instance":"HANOI\\AN.nguyen"})"));
    CHECK_FALSE(PersonNames{{"an.nguyen"}}.may_stand_in_json(R"({"instance":"binh"})"));
    CHECK(PersonNames{{"Đỗ"}}.may_stand_in_json("{}"));  // cannot be told without reading
    CHECK_THROWS_AS(PersonNames{std::vector<std::string>{}}, StoreError);
    CHECK_THROWS_AS(PersonNames{{" "}}, StoreError);
}

TEST_CASE("a PC's export holds all that is stored about it", "[privacy]") {
    PrivacyOffice office;
    office.report_days(office.pc, 3, facts_of("an.nguyen", office.now));
    Notes{office.database}.describe(office.pc, {"Trần Thị Lan", "P.203", "024"}, std::nullopt, by_test);
    Notes{office.database}.add(office.pc, "Thay ổ cứng.", by_test);
    Devices{office.database}.move({office.pc}, office.unit_at("Phường Khác"), by_test);
    office.waive(office.pc, "password-age");
    office.change(office.pc, "password-age", "pass", "fail", office.now);

    const json all = office.exported(office.pc);
    CHECK(all.at("device").at(0).at("host_name") == "PC-01");
    CHECK(all.at("card").at(0).at("owner") == "Trần Thị Lan");
    CHECK(all.at("notes").at(0).at("text") == "Thay ổ cứng.");
    CHECK(all.at("moves").size() == 1);
    CHECK(all.at("enrolled_with").size() == 1);
    CHECK(all.at("waivers").at(0).at("reason") == "Máy chờ thay");
    CHECK(all.at("verdict_changes").at(0).at("to") == "fail");
    CHECK(all.at("verdicts").size() > 5);
    REQUIRE(all.at("reports").size() == 3);
    CHECK(all.at("reports_left_out") == 0);
    CHECK(all.at("reports").at(0).at("report").at("device_id") == office.pc);
    CHECK(all.at("reports").at(0).at("received").at("taken_at") >
          all.at("reports").at(2).at("received").at("taken_at"));
    const json part = office.exported(office.pc, 1);
    CHECK(part.at("reports").size() == 1);
    CHECK(part.at("reports_left_out") == 2);
    CHECK_THROWS_AS(office.exported("none"), StoreError);
}

TEST_CASE("a PC is erased once it is revoked, and no table has a row of it", "[privacy][sqlite]") {
    PrivacyOffice office;
    office.report_days(office.pc, 3, facts_of("an.nguyen", office.now));
    office.report_days(office.other, 2, facts_of("binh", office.now));
    Notes{office.database}.describe(office.pc, {"Lan", {}, {}}, std::nullopt, by_test);
    Notes{office.database}.add(office.pc, "Cũ", by_test);
    Devices{office.database}.move({office.pc}, office.unit_at("Phường Khác"), by_test);
    office.waive(office.pc, "password-age");
    office.change(office.pc, "password-age", "pass", "fail", office.now);
    Enrolments{office.database}.add_certificate(office.pc, {"hash", "1", office.now + days{9}}, office.now);
    office.be("chi", Role::administrator);
    office.call("POST", "/api/v1/scans", {{"devices", {office.pc}}});
    office.write("INSERT INTO webhooks(id, url, secret, created_by, created_at) VALUES (1, 'https://x', 's', 'an', 0)");
    office.write(
        "INSERT INTO webhook_deliveries(webhook_id, body, created_at, next_at, dead_at) VALUES (1, $1, 0, 0, 1)",
        json{{"changes", {{{"device_id", office.pc}, {"instance", ""}}}}}.dump());

    const std::string address = "/api/v1/devices/" + office.pc + "/erase";
    const json order{{"reason", "máy đã thanh lý"}};
    CHECK(error_of(office.call("POST", address, order)) == "device_in_use");
    CHECK_THROWS_AS(erase_device(office.database, office.pc), StoreError);
    CHECK(office.rows("SELECT count(*) FROM reports") == 5);
    office.revoke(office.pc);
    CHECK(office.call("POST", address, json::object()).status == 400);
    const HttpResponse answer = office.call("POST", address, order);
    REQUIRE(answer.status == 200);
    CHECK(body_of(answer) == json{{"reports", 3}, {"verdict_changes", 1}, {"notes", 2}, {"dead_letters", 1}});
    CHECK(office.last_entry() == "eraseDevice | " + office.pc + " | máy đã thanh lý");
    CHECK(error_of(office.call("POST", address, order)) == "device_unknown");

    // Every table that there is: a new one that hangs on a PC is found here.
    const SQLite::Database file{office.database.source().file().string(), SQLite::OPEN_READONLY};
    SQLite::Statement names{file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'audit'"};
    while (names.executeStep()) {
        SQLite::Statement all{file, "SELECT * FROM " + names.getColumn(0).getString()};
        while (all.executeStep()) {
            for (int column = 0; column < all.getColumnCount(); ++column) {
                INFO(names.getColumn(0).getString());
                CHECK(all.getColumn(column).getString().find(office.pc) == std::string::npos);
            }
        }
    }
    CHECK(office.rows("SELECT count(*) FROM reports") == 2);
    CHECK(office.hosts("") == std::vector<std::string>{"PC-02"});
}

TEST_CASE("an erased PC is a stranger, and may be enrolled again", "[privacy]") {
    PrivacyOffice office;
    const Pc pc = office.enrolled_pc();
    const auto beat = [&](const std::string& certificate) {
        return office.post("/v1/heartbeat",
                           json{{"agent_version", "0.1.0"},
                                {"facts_hash", facts_hash({})},
                                {"report_id", random_uuid()},
                                {"outbox_depth", 0}}
                               .dump(),
                           certificate);
    };
    CHECK(beat(pc.certificate).status == 200);
    Enrolments{office.database}.revoke_device(pc.device_id, office.now);
    CHECK(error_of(beat(pc.certificate)) == "device_revoked");
    erase_device(office.database, pc.device_id);
    CHECK(error_of(beat(pc.certificate)) == "certificate_unknown");
    const std::string request = make_signing_request(pc.key, pc.device_id);
    CHECK(office.post("/v1/renew", json{{"signing_request", request}, {"device_id", pc.device_id}}.dump()).status ==
          403);
    CHECK(office.enrol(pc, office.add_token()).status == 200);
    CHECK(beat(pc.certificate).status == 403);
}

TEST_CASE("a person is taken out of old reports, and what is left is named", "[privacy]") {
    PrivacyOffice office;
    // Gone from PC-01, where two reports named them; still on PC-02.
    office.report_days(office.pc, 2, facts_of("an.nguyen", office.now));
    office.report_days(office.pc, 1, facts_of("binh", office.now));
    office.report_days(office.other, 2, facts_of("HANOI\\An.Nguyen", office.now));
    office.change(office.pc, "password-age", "pass", "fail", office.now);
    Notes notes{office.database};
    notes.describe(office.pc, {"Nguyễn Văn An", "P.203", "024"}, std::nullopt, by_test);
    const std::int64_t note = notes.add(office.other, "Máy của nguyễn văn an.", by_test).id;
    WebRegister accounts{office.database};
    WebSystem system;
    system.name = "Một cửa";
    const std::int64_t number = accounts.add_system(system, office.now);
    accounts.import(number, {{"an", "Nguyễn Văn An", office.unit, std::nullopt, "", false}}, by_test, false);

    const PersonNames names{{"an.nguyen", "Nguyễn Văn An"}};
    PersonData data{office.database};
    const json found = data.found(names);
    REQUIRE(found.at("devices").size() == 2);
    std::size_t named = 0;
    for (const json& device : found.at("devices")) named += device.at("reports").size();
    CHECK(named == 4);
    CHECK(found.at("cards").size() == 1);
    CHECK(found.at("notes").at(0).at("id") == note);
    CHECK(found.at("web_accounts").at(0).at("owner") == "Nguyễn Văn An");

    const auto hash_of_newest = [&] {
        auto row = office.database.reader().query(
            "SELECT r.facts_hash FROM devices d JOIN reports r ON r.id = d.newest_report WHERE d.device_id = $1",
            office.other);
        REQUIRE(row.next());
        return row.text(0);
    };
    const std::string hash = hash_of_newest();
    const char* const named_changes = "SELECT count(*) FROM verdict_changes WHERE lower(instance) LIKE '%an.nguyen%'";
    const std::int64_t changes = office.rows(named_changes);
    CHECK(changes >= 3);
    const PersonData::Erased erased = data.erase(names, by_test);
    CHECK(erased.reports == 3);
    CHECK(erased.verdict_changes == changes);
    CHECK(office.rows(named_changes) == 0);
    CHECK(office.rows("SELECT count(*) FROM verdict_changes WHERE instance = 'binh/chrome/Default'") > 0);
    CHECK(erased.cards == 1);
    CHECK(erased.left == std::vector<PersonData::Left>{{"newest_report", office.other, "PC-02"},
                                                       {"web_account", "", "Một cửa"},
                                                       {"note", office.other, std::to_string(note)}});
    CHECK(hash_of_newest() == hash);
    // Nobody else lost anything, and every report is there.
    CHECK(office.rows("SELECT count(*) FROM reports") == 5);
    CHECK(office.texts().find("an.nguyen") == std::string::npos);
    CHECK(office.texts().find("An.Nguyen") != std::string::npos);  // of the newest report
    CHECK(office.texts().find("binh/chrome/Default") != std::string::npos);
    CHECK(office.texts().find("Bkav Pro") != std::string::npos);
    CHECK(notes.card(office.pc).owner.empty());
    CHECK(notes.card(office.pc).telephone.empty());
    CHECK(notes.card(office.pc).room == "P.203");
    const json after = data.found(names);
    REQUIRE(after.at("devices").size() == 1);
    CHECK(after.at("devices").at(0).at("reports").size() == 1);
    // Once they are gone there, too, and from the list, nothing is left.
    office.report_days(office.other, 1, facts_of("binh", office.now));
    accounts.import(number, {{"binh", "Bình", office.unit, std::nullopt, "", false}}, by_test, false);
    CHECK(notes.remove(office.other, note));
    const PersonData::Erased again = data.erase(names, {"test", office.now});
    CHECK(again.reports == 1);
    CHECK(again.web_accounts == 1);
    CHECK(again.left.empty());
    CHECK(data.found(names) == json{{"devices", json::array()},
                                    {"waivers", json::array()},
                                    {"cards", json::array()},
                                    {"notes", json::array()},
                                    {"web_accounts", json::array()},
                                    {"users", json::array()}});
}

TEST_CASE("only administrators give out and erase, and the audit log has no name", "[privacy]") {
    PrivacyOffice office;
    office.report_days(office.pc, 2, facts_of("an.nguyen", office.now));
    office.be("chi", Role::administrator);
    const json order{{"names", {"an.nguyen"}}, {"reason", "đã nghỉ việc"}};
    const HttpResponse given = office.call("POST", "/api/v1/persons/export", {{"names", {"an.nguyen"}}});
    REQUIRE(given.status == 200);
    CHECK(body_of(given).at("devices").at(0).at("reports").size() == 2);
    CHECK(office.last_entry() == "exportPerson | " + person_mark("AN.nguyen") + " | 1 names");
    CHECK(office.call("POST", "/api/v1/persons/erase", {{"names", {"an.nguyen"}}}).status == 400);
    CHECK(office.call("POST", "/api/v1/persons/erase", {{"names", json::array()}, {"reason", "x"}}).status == 400);
    const HttpResponse erased = office.call("POST", "/api/v1/persons/erase", order);
    REQUIRE(erased.status == 200);
    CHECK(body_of(erased).at("reports") == 1);
    CHECK(body_of(erased).at("left").at(0) ==
          json{{"kind", "newest_report"}, {"device_id", office.pc}, {"name", "PC-01"}});
    CHECK(office.last_entry() == "erasePerson | " + person_mark("an.nguyen") + " | đã nghỉ việc");
    AuditLog{office.database}.for_each({}, [](const AuditEntry& entry) {
        CHECK((entry.subject + entry.detail).find("an.nguyen") == std::string::npos);
    });
    const json whole = office.get("/api/v1/devices/" + office.pc + "/export");
    CHECK(whole.at("reports").size() == 2);
    for (const auto& [name, role] : {std::pair{"tam", Role::operator_}, std::pair{"kiem", Role::auditor}}) {
        office.be(name, role);
        CHECK(office.call("POST", "/api/v1/persons/export", order).status == 403);
        CHECK(office.call("POST", "/api/v1/persons/erase", order).status == 403);
        CHECK(office.call("GET", "/api/v1/devices/" + office.pc + "/export").status == 403);
        CHECK(office.call("POST", "/api/v1/devices/" + office.pc + "/erase", order).status == 403);
    }
}

TEST_CASE("a user of the centre is given out without secrets, and erased once they are disabled", "[privacy]") {
    PrivacyOffice office;
    office.be("tam", Role::operator_);
    office.be("chi", Role::administrator);
    const json user = PersonData{office.database}.found(PersonNames{{"tam"}}).at("users");
    REQUIRE(user.size() == 1);
    CHECK(user.at(0).at("role") == "operator");
    CHECK(user.at(0).at("sessions").at(0).at("address") == "10.0.0.5");
    CHECK(user.dump().find("argon2") == std::string::npos);
    CHECK(office.rows("SELECT count(*) FROM sessions WHERE user_name = 'tam'") == 1);
    CHECK(error_of(office.call("DELETE", "/api/v1/users/tam")) == "not_possible");
    CHECK(error_of(office.call("DELETE", "/api/v1/users/nobody")) == "not_possible");
    REQUIRE(office.call("PATCH", "/api/v1/users/tam", {{"disabled", true}}).status == 200);
    const HttpResponse answer = office.call("DELETE", "/api/v1/users/tam");
    REQUIRE(answer.status == 200);
    CHECK(body_of(answer) == json{{"erased", "tam"}});
    CHECK(office.last_entry() == "eraseUser | tam | ");
    CHECK_FALSE(Users{office.database}.find("tam"));
    CHECK(office.rows("SELECT count(*) FROM sessions WHERE user_name = 'tam'") == 0);
    CHECK(PersonData{office.database}.erase(PersonNames{{"chi"}}, by_test).left ==
          std::vector<PersonData::Left>{{"user", "", "chi"}});
}

TEST_CASE("by default nothing about a PC or a person is kept for ever, and the notice says how long", "[privacy]") {
    const RetentionRules rules;
    CHECK(rules.monthly_reports == days{730});
    CHECK(rules.revoked_devices == days{365});
    CHECK(rules.gone_web_accounts == days{730});
    REQUIRE((rules.all_reports && rules.daily_reports && rules.monthly_reports && rules.verdict_changes &&
             rules.dead_letters && rules.revoked_notes));
    for (const auto& [language, unit] : {std::pair{Language::vi, " ngày"}, std::pair{Language::en, " days"}}) {
        const std::string notice{staff_notice(language)};
        for (const auto& kept : {rules.all_reports, rules.daily_reports, rules.monthly_reports, rules.verdict_changes,
                                 rules.revoked_notes, rules.revoked_devices})
            CHECK(notice.find(std::to_string(kept->count()) + unit) != std::string::npos);
    }

    PrivacyOffice office;
    office.report_days(office.pc, 2, facts_of("an.nguyen", office.now));
    office.report_days(office.other, 2, facts_of("binh", office.now));
    office.revoke(office.pc);
    CHECK(apply_retention(office.database, {}, office.now + days{365}, true).revoked_devices == 0);
    const Instant later = office.now + days{365} + std::chrono::seconds{1};
    CHECK(apply_retention(office.database, {}, later, true).revoked_devices == 1);
    CHECK(office.rows("SELECT count(*) FROM devices") == 2);
    CHECK(apply_retention(office.database, {}, later).revoked_devices == 1);
    CHECK(office.rows("SELECT count(*) FROM devices") == 1);
    // After two years one report of the PC that is in use is left: the newest.
    apply_retention(office.database, {}, office.now + days{740});
    CHECK(office.rows("SELECT count(*) FROM reports") == 1);
}

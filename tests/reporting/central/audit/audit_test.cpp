// The audit log: what is written to it, and that nothing in it can be changed unseen.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "reporting/central/api/roles.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/formats/csv.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;

namespace {

AuditEntry entry_of(const std::string& subject) {
    return {0, start, "an", "10.0.0.5", "changeUser", subject, "role=auditor"};
}

std::vector<std::string> actions(const sql::Database& database) {
    std::vector<std::string> all;
    AuditLog{const_cast<sql::Database&>(database)}.for_each({}, [&](const AuditEntry& entry) {  // NOLINT
        all.push_back(entry.actor + " " + entry.action + " " + entry.subject);
    });
    return all;
}

}  // namespace

TEST_CASE("a changed or missing entry of the audit log shows", "[sqlite]") {
    TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    AuditLog log{database};
    CHECK(log.verify().entries == 0);
    for (const char* subject : {"a", "b", "c", "d"}) log.append(entry_of(subject));
    const AuditVerification whole = log.verify();
    CHECK(whole.entries == 4);
    CHECK_FALSE(whole.first_invalid);
    CHECK(log.knows(whole.head));

    // Whoever can write to the file can take the triggers away, too.
    SQLite::Database other{folder.path() / "central.db", SQLite::OPEN_READWRITE};
    CHECK_THROWS(other.exec("UPDATE audit SET actor = 'x' WHERE id = 2"));
    CHECK_THROWS(other.exec("DELETE FROM audit WHERE id = 4"));
    other.exec("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened");
    other.exec("UPDATE audit SET subject = 'x' WHERE id = 2");
    CHECK(log.verify().first_invalid == 2);
    other.exec("UPDATE audit SET subject = 'b' WHERE id = 2");
    CHECK_FALSE(log.verify().first_invalid);
    // A text that moves from one column to the next.
    other.exec("UPDATE audit SET subject = 'crole=', detail = 'auditor' WHERE id = 3");
    CHECK(log.verify().first_invalid == 3);
    other.exec("UPDATE audit SET subject = 'c', detail = 'role=auditor' WHERE id = 3");
    CHECK_FALSE(log.verify().first_invalid);
    other.exec("DELETE FROM audit WHERE id = 4");
    CHECK_FALSE(log.verify().first_invalid);  // only who kept the head can tell
    CHECK_FALSE(log.knows(whole.head));
    other.exec("DELETE FROM audit WHERE id = 1");
    CHECK(log.verify().first_invalid == 1);
}

TEST_CASE("two programs write one chain") {
    TemporaryFolder folder;
    sql::Database one{stored(folder.path() / "central.db")};
    sql::Database two{stored(folder.path() / "central.db")};
    for (int i = 0; i < 20; ++i) AuditLog{i % 2 == 0 ? one : two}.append(entry_of(std::to_string(i)));
    CHECK(AuditLog{one}.verify().entries == 20);
    CHECK_FALSE(AuditLog{two}.verify().first_invalid);
}

TEST_CASE("texts from outside stay texts") {
    TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    AuditLog log{database};
    log.append({0, start, "=cmd|' /C calc'!A0", "10.0.0.5", "signIn", "a\"b;c\nd\xff", std::string(5000, 'x')});
    CHECK_FALSE(log.verify().first_invalid);
    const AuditEntry kept = log.page({}, 0, 1).entries.at(0);
    CHECK(kept.subject.find('\n') == std::string::npos);
    CHECK(kept.detail.size() < 600);
    const std::vector<CsvRow> rows = read_csv(audit_csv(log, {}));
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].cells.at(2) == "'=cmd|' /C calc'!A0");
    CHECK(rows[1].cells.at(7) == kept.hash);
}

TEST_CASE("changes, looks at persons' data and sign-ins are recorded") {
    Office office;
    const Pc pc = office.enrolled_pc();
    office.add_person("kim", Role::auditor);
    office.log_in("An's.secret.typed.as.a.name", "x");
    office.log_in("an", "wrong");
    REQUIRE(office.log_in().status == 200);
    office.call("GET", "/api/v1/units");
    office.call("GET", "/api/v1/devices/" + pc.device_id);
    office.call("GET", "/api/v1/devices/none");
    office.call("POST", "/api/v1/scans", {{"all", true}});
    office.call("POST", "/api/v1/scans", {{"all", "x"}});
    office.call("PATCH", "/api/v1/users/kim", {{"full_name", "Kim"}});
    office.call("DELETE", "/api/v1/session");
    const std::vector<std::string> expected{
        " signInFailed ", "an signInFailed an", "an signIn an", "an getDevice " + pc.device_id,
        "an startScan ",  "an changeUser kim",  "an signOut "};
    CHECK(actions(office.database) == expected);

    REQUIRE(office.log_in("kim").status == 200);
    const json page = body_of(office.call("GET", "/api/v1/audit?actor=an&limit=2&offset=1"));
    CHECK(page.at("total") == 6);
    REQUIRE(page.at("entries").size() == 2);
    CHECK(page.at("entries").at(0).at("action") == "changeUser");
    CHECK(page.at("entries").at(0).at("address") == "10.0.0.5");
    CHECK(page.at("entries").at(0).at("detail") == "role=auditor unit=");
    CHECK(body_of(office.call("GET", "/api/v1/audit?action=startScan")).at("entries").at(0).at("detail") ==
          R"({"all":true})");
    CHECK(body_of(office.call("GET", "/api/v1/audit?q=KIM&action=changeUser")).at("total") == 1);
    CHECK(body_of(office.call("GET", "/api/v1/audit?from=2026-11-22&to=2026-11-22")).at("total").get<int>() >= 9);
    CHECK(body_of(office.call("GET", "/api/v1/audit?from=2026-11-23")).at("total") == 0);
    CHECK(body_of(office.call("GET", "/api/v1/audit?to=2026-11-21")).at("total") == 0);
    for (const char* wrong : {"from=x", "limit=0", "limit=1001", "offset=-1", "to=2026-13-01"}) {
        CAPTURE(wrong);
        CHECK(error_of(office.call("GET", std::string{"/api/v1/audit?"} + wrong)) == "bad_request");
    }
    const HttpResponse csv = office.call("GET", "/api/v1/audit.csv");
    CHECK(csv.headers.at("Content-Type") == "text/csv; charset=utf-8");
    CHECK(csv.body.starts_with(byte_order_mark));
    const json verified = body_of(office.call("GET", "/api/v1/audit/verification"));
    CHECK(verified.at("valid") == true);
    CHECK(verified.at("head").get<std::string>().size() == 64);
    office.add_person("hung", Role::operator_);
    REQUIRE(office.log_in("hung").status == 200);
    CHECK(error_of(office.call("GET", "/api/v1/audit")) == "not_allowed");
}

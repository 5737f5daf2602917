// Reports' texts as they stand in the database: packed, each readable without the others.
#include "reporting/central/devices/body_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/formats/packed_text.h"
#include "reporting/central/history/change_store.h"
#include "reporting/central/history/past_store.h"
#include "reporting/central/judging/newest_report_store.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/sql/schema.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;

namespace {

/// A PC that reports once a day.
struct ReportingCentre : Centre {
    Pc pc = enrolled_pc();
    std::vector<std::pair<std::string, std::string>> sent;  // report id, text

    void send(Facts facts) {
        now += days{1};
        const Report report = report_of(pc, now, std::move(facts));
        sent.emplace_back(report.report_id, to_json(report).dump());
        REQUIRE(post("/v1/reports", sent.back().second, pc.certificate).status == 201);
    }
    /// As an older program left them.
    void store_as_they_came() {
        for (const auto& [id, text] : sent)
            database.writer().run("UPDATE reports SET body = $2, base = NULL WHERE report_id = $1", id,
                                  sql::Blob{text});
        database.writer().run("DELETE FROM report_bases");
        database.writer().run(
            "INSERT INTO settings SELECT 'older_bodies', CAST(max(id) AS TEXT) FROM reports WHERE id > $1", 0);
    }
    std::int64_t number(const std::string& text) const { return database.reader().number(text); }
    std::int64_t bases() const { return number("SELECT count(*) FROM report_bases"); }
    std::int64_t plain() const { return number("SELECT count(*) FROM reports WHERE base IS NULL"); }

    /// Whatever way they are read.
    void check_texts() const {
        for (const auto& [id, text] : sent)
            CHECK(ChangeHistory{database}.report(pc.device_id, id).value().body == text);
        CHECK(Reports{database}.newest(pc.device_id).value().body == sent.back().second);
        std::vector<std::string> found;
        PastReports{database}.each_between(start, now + days{1}, [&](const PastDevice& device) {
            for (const ReportThen& report : device.reports) found.push_back(report.body);
            return true;
        });
        REQUIRE(found.size() == sent.size());
        for (std::size_t i = 0; i < sent.size(); ++i) CHECK(found[i] == sent[i].second);
        std::vector<std::string> newest;
        for (const std::int64_t part : {0, 1})
            NewestReports{database}.each(
                part, 2, [&](const ReportingDevice& device) { newest.push_back(device.report.value_or("none")); });
        CHECK(newest == std::vector{sent.back().second});
    }
};

/// Nothing in common with the others, so that nothing of them helps.
Facts other_facts(int seed) {
    Facts facts;
    for (int i = 0; i < 40; ++i) {
        const std::string text = sha256_hex(std::to_string(seed * 1000 + i));
        facts.push_back({"software.version", text.substr(0, 20), text, "registry"});
    }
    return facts;
}

}  // namespace

TEST_CASE("reports of a PC that hardly differ are kept as what differs from one of them") {
    ReportingCentre centre;
    for (int i = 0; i < 5; ++i) centre.send(good_facts(start - days{i}, centre.now));
    CHECK(centre.bases() == 1);
    CHECK(centre.plain() == 0);
    CHECK(centre.number("SELECT max(length(body)) FROM reports") < 250);
    CHECK(centre.sent.front().second.size() > 1700);
    centre.check_texts();
}

TEST_CASE("a report that has little in common with the base becomes the next one") {
    ReportingCentre centre;
    centre.send(good_facts(start, centre.now));
    centre.send(good_facts(start, centre.now));
    centre.send(other_facts(1));
    CHECK(centre.bases() == 2);
    centre.send(other_facts(1));
    CHECK(centre.bases() == 2);
    centre.check_texts();
}

TEST_CASE("reports that an older program stored are packed some at a time, and readable all along") {
    ReportingCentre centre;
    for (int i = 0; i < 203; ++i) centre.send(good_facts(start - days{i}, centre.now));
    centre.store_as_they_came();
    CHECK(centre.plain() == 203);
    centre.check_texts();
    CHECK(pack_older_bodies(centre.database));
    CHECK(centre.plain() == 3);
    centre.check_texts();
    centre.send(good_facts(start, centre.now));  // one that arrives meanwhile
    CHECK_FALSE(pack_older_bodies(centre.database));
    CHECK(centre.plain() == 0);
    CHECK(centre.bases() == 1);
    centre.check_texts();
    CHECK_FALSE(pack_older_bodies(centre.database));
    CHECK(centre.number("SELECT count(*) FROM settings WHERE name = 'older_bodies'") == 0);
}

TEST_CASE("a base goes when retention has removed the last report that has it") {
    ReportingCentre centre;
    centre.send(other_facts(1));
    centre.send(other_facts(2));
    centre.send(other_facts(2));
    CHECK(centre.bases() == 2);
    CHECK(apply_retention(centre.database, {days{2}, days{2}, days{2}, {}, {}}, centre.now + days{3}).reports == 2);
    CHECK(centre.bases() == 1);
    centre.sent.erase(centre.sent.begin(), centre.sent.begin() + 2);
    centre.check_texts();
}

TEST_CASE("a report whose bytes are damaged is one that cannot be read, and hinders no other") {
    ReportingCentre centre;
    centre.send(good_facts(start, centre.now));
    const std::string damaged = "\x28\xB5\x2F\xFD no more";
    centre.database.writer().run("UPDATE report_bases SET body = $1", sql::Blob{damaged});
    CHECK(Reports{centre.database}.newest(centre.pc.device_id).value().body.empty());
    centre.send(good_facts(start, centre.now));
    CHECK(centre.bases() == 2);
    CHECK(Reports{centre.database}.newest(centre.pc.device_id).value().body == centre.sent.back().second);
}

TEST_CASE("what an older program stored as a difference is read after the bases have moved", "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    const std::string first = std::string(3000, 'a') + "first";
    const std::string second = std::string(3000, 'a') + "second";
    {
        SQLite::Database older{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        for (std::size_t step = 0; step < 18; ++step) older.exec(std::string{sql::schema_steps()[step]});
        older.exec(
            "PRAGMA user_version = 18; INSERT INTO units(id, name, position) VALUES (1, 'A', 0); "
            "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, enrolled_at, "
            "last_seen_at) VALUES ('d', 1, 'PC-A', '1', 'k', 1, 1)");
        const auto store = [&](const std::string& statement, const std::string& bytes) {
            SQLite::Statement insert{older, statement};
            insert.bind(1, bytes.data(), static_cast<int>(bytes.size()));
            insert.exec();
        };
        store("INSERT INTO report_bases VALUES ('d', 3, ?)", pack_text(first));
        store("INSERT INTO reports VALUES (7, 'd', 'r', 'manual', 5, 6, 5, 'f', 'c', 'pass', ?, NULL, 3)",
              pack_text(second, first));
        older.exec("UPDATE devices SET newest_report = 7");
    }
    const sql::Database database{file};
    const StoredReport report = Reports{database}.newest("d").value();
    CHECK(report.body == second);
    CHECK(report.report_id == "r");
    CHECK(report.received_at == Instant{std::chrono::seconds{6}});
    CHECK(Reports{database}.knows_facts("d", "f"));
    CHECK_FALSE(Reports{database}.knows_facts("d", "c"));
    // A packed base would not fit into a leaf of an index: three of them share a page.
    SQLite::Database now{file};
    CHECK_FALSE(
        now.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'report_bases'").getString().ends_with("ROWID"));
}

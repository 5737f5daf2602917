// A centre's data from PostgreSQL to SQLite and back: nothing lost, nothing changed, and a break goes on.
#include "reporting/central/sql/store_migration.h"

#include "reporting/central/devices/report_store.h"
#include "reporting/central/sql/error.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

/// A centre with PCs, reports, verdicts and an audit log.
struct Filled : Centre {
    Filled() {
        for (int i = 0; i < 3; ++i) {
            const Pc pc = enrolled_pc();
            const Report report = report_of(pc, now, good_facts(now, now));
            REQUIRE(post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        }
        database.writer().run("INSERT INTO unit_days VALUES ('2026-11-22', $1, 3, 2, 1, 0, 0)", unit);
    }
    sql::Source file(const char* name) const { return folder.path() / name; }
};

std::vector<sql::MigratedTable> moved(const sql::Source& from, const sql::Source& to) {
    return sql::migrate_store(from, to, [](const std::string&) {});
}

std::int64_t rows_of(const std::vector<sql::MigratedTable>& tables, const std::string& name) {
    for (const sql::MigratedTable& table : tables) {
        if (table.name == name) return table.rows;
    }
    return -1;
}

bool same(const std::vector<sql::MigratedTable>& a, const std::vector<sql::MigratedTable>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
        return left.name == right.name && left.rows == right.rows && left.sha256 == right.sha256;
    });
}

}  // namespace

TEST_CASE("migration: a centre goes from server to file and back, and lives on", "[sql]") {
    const Filled centre;
    if (!centre.database.source().is_server()) SKIP("needs a server");
    const auto there = moved(centre.database.source(), centre.file("there.db"));
    CHECK(rows_of(there, "devices") == 3);
    CHECK(rows_of(there, "reports") == 3);
    CHECK(rows_of(there, "unit_days") == 1);
    CHECK(rows_of(there, "verdicts") > 30);
    const sql::Source again = stored(centre.folder.path() / "again.db");
    CHECK(same(moved(centre.file("there.db"), again), there));

    sql::Database back{again};
    CHECK(back.reader().number("SELECT count(*) FROM devices d JOIN reports r ON r.id = d.newest_report") == 3);
    // References hold, and new rows have numbers of their own.
    CHECK_THROWS_AS(back.writer().run("UPDATE devices SET unit_id = 99"), sql::DatabaseError);
    CHECK(Units{back}.add("Phường Mới", std::nullopt, by_test) == centre.unit + 1);
    CHECK_THROWS_AS(moved(centre.file("there.db"), again), StoreError);  // it holds something
    CHECK_THROWS_AS(moved(again, again), StoreError);
}

TEST_CASE("migration: one that was cut short is opened by no centre, and goes on where it ended", "[sql]") {
    const Filled centre;
    if (!centre.database.source().is_server()) SKIP("needs a server");
    const auto whole = moved(centre.database.source(), centre.file("there.db"));
    const sql::Source again = stored(centre.folder.path() / "again.db");
    int begun = 0;
    CHECK_THROWS_AS(sql::migrate_store(centre.file("there.db"), again,
                                       [&](const std::string& table) {
                                           if (table == "settings") throw std::runtime_error("cut short");
                                           ++begun;
                                       }),
                    std::runtime_error);
    CHECK(begun > 10);
    CHECK_THROWS_AS(sql::Database{again}, StoreError);
    CHECK(sql::Database::to_read(again).reader().number("SELECT count(*) FROM reports") == 3);
    CHECK(same(moved(centre.file("there.db"), again), whole));
    CHECK(sql::Database{again}.reader().number("SELECT count(*) FROM reports") == 3);
}

TEST_CASE("migration: a copy that is not equal is said", "[sql]") {
    const Filled centre;
    if (!centre.database.source().is_server()) SKIP("needs a server");
    const sql::Source file = centre.file("there.db");
    CHECK_THROWS_AS(sql::migrate_store(centre.database.source(), file,
                                       [&](const std::string& table) {
                                           if (table == "settings") throw std::runtime_error("cut short");
                                       }),
                    std::runtime_error);
    sql::Database{centre.database}.writer().run("UPDATE reports SET status = 'pass' WHERE id = 1");
    sql::Database{centre.database}.writer().run("UPDATE reports SET status = 'fail' WHERE id = 2");
    CHECK_THROWS_AS(moved(centre.database.source(), file), StoreError);
}

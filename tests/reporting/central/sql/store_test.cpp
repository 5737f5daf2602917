// The database itself: schema, units, tokens under races, and what survives a second opening.
#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/store.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

TEST_CASE("a new database is durable and has a schema version", "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    { const sql::Database database{file}; }
    SQLite::Database database{file};
    CHECK(database.execAndGet("PRAGMA journal_mode").getString() == "wal");
    CHECK(database.execAndGet("PRAGMA user_version").getInt() == static_cast<int>(sql::schema_steps().size()));
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

TEST_CASE("a database of an earlier program is brought up to date with all it holds", "[sqlite]") {
    const std::span<const std::string_view> steps = sql::schema_steps();
    for (std::size_t known = 1; known < steps.size(); ++known) {
        INFO("a program that knew " << known << " steps");
        const TemporaryFolder folder;
        const std::filesystem::path file = folder.path() / "central.db";
        {
            SQLite::Database database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
            for (std::size_t step = 0; step < known; ++step) database.exec(std::string{steps[step]});
            database.exec("INSERT INTO units(name, position) VALUES ('Phường A', 0)");
            database.exec("INSERT INTO users(name, password_hash, created_at, changed_at) VALUES ('an', 'x', 0, 0)");
            database.exec("PRAGMA user_version = " + std::to_string(known));
        }
        const sql::Database database{file};
        CHECK(Units{database}.find("Phường A").id == 1);
        CHECK(Users{database}.find("an").value().role == Role::administrator);
        CHECK(Commands{database}.batch("none").empty());
        CHECK(Updates{database}.all().empty());
        CHECK(Units{database}.changes().empty());
        CHECK(SQLite::Database{file}.execAndGet("PRAGMA user_version").getInt() == static_cast<int>(steps.size()));
    }
}

TEST_CASE("a database of a newer program is refused and left as it is", "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    {
        SQLite::Database database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        database.exec("PRAGMA user_version = 99; CREATE TABLE future (x)");
    }
    CHECK_THROWS_MATCHES(sql::Database{file}, StoreError, MessageMatches(ContainsSubstring("newer wardwatch-central")));
    SQLite::Database database{file};
    CHECK(database.execAndGet("PRAGMA user_version").getInt() == 99);
    CHECK_FALSE(database.tableExists("devices"));
}

TEST_CASE("a file that is no database is refused with its name", "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    std::FILE* out = std::fopen(file.string().c_str(), "wb");
    REQUIRE(out != nullptr);
    for (int i = 0; i < 200; ++i) std::fputs("this is no database ", out);
    std::fclose(out);
    CHECK_THROWS_MATCHES(sql::Database{file}, StoreError,
                         MessageMatches(ContainsSubstring("central.db cannot be opened")));
}

TEST_CASE("units form a tree with unique names among siblings") {
    const TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    const std::int64_t ward = Units{database}.add("Phường A", std::nullopt, by_test);
    const std::int64_t other = Units{database}.add("Phường B", std::nullopt, by_test);
    const std::int64_t office = Units{database}.add("Văn phòng", ward, by_test);
    Units{database}.add("Văn phòng", other, by_test);
    CHECK_THROWS_AS(Units{database}.add("Văn phòng", ward, by_test), StoreError);
    CHECK_THROWS_AS(Units{database}.add("Phường A", std::nullopt, by_test), StoreError);
    CHECK_THROWS_AS(Units{database}.add("a/b", std::nullopt, by_test), StoreError);
    CHECK_THROWS_AS(Units{database}.add("12", std::nullopt, by_test), StoreError);
    CHECK_THROWS_AS(Units{database}.add("", std::nullopt, by_test), StoreError);

    std::vector<std::string> paths;
    for (const Unit& unit : Units{database}.all()) paths.push_back(unit.path);
    CHECK(paths == std::vector<std::string>{"Phường A", "Phường A/Văn phòng", "Phường B", "Phường B/Văn phòng"});
    CHECK(Units{database}.find("Phường A/Văn phòng").id == office);
    CHECK(Units{database}.find(std::to_string(other)).name == "Phường B");
    CHECK_THROWS_MATCHES(Units{database}.find("Văn phòng"), StoreError,
                         MessageMatches(ContainsSubstring("Several units")));
    CHECK_THROWS_MATCHES(Units{database}.find("Phường C"), StoreError, MessageMatches(ContainsSubstring("no unit")));
}

TEST_CASE("racing enrolments never use a token more often than it may be") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    sql::Database database{stored(file)};
    sql::Database second{stored(file)};  // as another process has its own connection
    const std::int64_t unit = Units{database}.add("Phường A", std::nullopt, by_test);
    Enrolments{database}.add_token("hash", unit, 5, start, start + std::chrono::hours{1});

    std::atomic<int> accepted{0};
    std::atomic<int> used_up{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            sql::Database& own = t % 2 == 0 ? database : second;
            for (int i = 0; i < 5; ++i) {
                const std::string id = std::to_string(t) + "-" + std::to_string(i);
                const EnrolmentOutcome outcome = Enrolments{own}.enrol({"hash", id, "key" + id, "PC", "1"}, start);
                accepted += outcome == EnrolmentOutcome::accepted ? 1 : 0;
                used_up += outcome == EnrolmentOutcome::token_used_up ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(accepted == 5);
    CHECK(used_up == 15);
    CHECK(Enrolments{database}.tokens().at(0).used == 5);
    CHECK(Devices{database}.all().size() == 5);
}

TEST_CASE("the same report from many threads is stored once") {
    const TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    const std::int64_t unit = Units{database}.add("Phường A", std::nullopt, by_test);
    Enrolments{database}.add_token("hash", unit, 1, start, start + std::chrono::hours{1});
    REQUIRE(Enrolments{database}.enrol({"hash", "device", "key", "PC", "1"}, start) == EnrolmentOutcome::accepted);

    NewReport report;
    report.device_id = "device";
    report.report_id = "report";
    report.taken_at = start;
    report.received_at = start;
    report.body = std::string{"exact\0bytes", 11};
    std::atomic<int> stored{0};
    std::atomic<int> known{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            const ReportOutcome outcome = Arrivals{database}.add(report, {});
            stored += outcome == ReportOutcome::stored ? 1 : 0;
            known += outcome == ReportOutcome::known ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(stored == 1);
    CHECK(known == 3);
    CHECK(Reports{database}.newest("device")->body == report.body);
    report.body = "other bytes";
    CHECK(Arrivals{database}.add(report, {}) == ReportOutcome::differs);
    CHECK(Reports{database}.list("device", 10).size() == 1);
}

TEST_CASE("what was stored is there when the database is opened again") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    {
        sql::Database database{stored(file)};
        Users{database}.add({"admin", "hash", Role::administrator, std::nullopt, false}, start);
        Settings{database}.set("a", "1");
        Settings{database}.set("a", "2");
    }
    sql::Database database{stored(file)};
    CHECK(Users{database}.find("admin")->password_hash == "hash");
    CHECK(Settings{database}.get("a") == "2");
    CHECK_FALSE(Settings{database}.get("b").has_value());
    CHECK_THROWS_AS(Users{database}.add({"admin", "x", Role::administrator, std::nullopt, false}, start), StoreError);
    CHECK(Users{database}.set_password("admin", "new", false, start + std::chrono::hours{1}));
    CHECK(Users{database}.find("admin")->changed_at == start + std::chrono::hours{1});
    CHECK_FALSE(Users{database}.set_password("nobody", "new", false, start));
}

TEST_CASE("tokens are revoked once and for all") {
    const TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    const std::int64_t unit = Units{database}.add("Phường A", std::nullopt, by_test);
    const std::int64_t id = Enrolments{database}.add_token("hash", unit, 3, start, start + std::chrono::hours{1});
    CHECK(Enrolments{database}.revoke_token(id, start));
    CHECK(Enrolments{database}.revoke_token(id, start + std::chrono::hours{1}));
    CHECK(Enrolments{database}.tokens().at(0).revoked_at == start);
    CHECK_FALSE(Enrolments{database}.revoke_token(id + 1, start));
    CHECK_THROWS_AS(Enrolments{database}.add_token("other", unit, 0, start, start), StoreError);
}

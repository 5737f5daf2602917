// The seam: what a reader, a writer, a transaction and a batch promise of themselves.
#include "reporting/central/sql/database.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "reporting/central/sql/schema.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
namespace fs = std::filesystem;

namespace {

constexpr const char* add = "INSERT INTO units(name, position) VALUES ($1, 0)";
constexpr const char* count = "SELECT count(*) FROM units";

struct Opened {
    TemporaryFolder folder;
    fs::path file = folder.path() / "central.db";
    sql::Database database{stored(file)};

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        sql::Rows rows = database.reader().query("SELECT name FROM units ORDER BY id");
        while (rows.next()) names.push_back(rows.text(0));
        return names;
    }
};

using Names = std::vector<std::string>;

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("seam: a database opened to read has no writer, and an older schema stays as it is", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    {
        SQLite::Database older{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        older.exec(std::string{sql::schema_steps()[0]});
        older.exec("PRAGMA user_version = 1; INSERT INTO units(name, position) VALUES ('Phường A', 0)");
    }
    const std::string before = bytes_of(file);
    {
        sql::Database database = sql::Database::to_read(file);
        CHECK(database.reader().number(count) == 1);
        CHECK_THROWS_AS(database.writer(), sql::DatabaseError);
        CHECK_THROWS_AS(database.version_of_others(), sql::DatabaseError);
        CHECK(database.source().file() == file);
    }
    CHECK(bytes_of(file) == before);
    for (const fs::directory_entry& entry : fs::directory_iterator{folder.path()})
        CHECK_FALSE(entry.path().filename().string().starts_with("central.db.before"));

    const fs::path none = folder.path() / "none.db";
    CHECK_THROWS_AS(sql::Database::to_read(none).reader(), sql::DatabaseError);
    CHECK_FALSE(fs::exists(none));
}

TEST_CASE("seam: a reader cannot write", "[sql]") {
    const Opened opened;
    CHECK_THROWS_MATCHES(opened.database.reader().any(add, "A"), sql::DatabaseError,
                         MessageMatches(ContainsSubstring("read")));
    CHECK(opened.names().empty());
}

TEST_CASE("seam: rows and readers outlive their Database", "[sql]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    sql::Rows rows = [&] {
        sql::Database database{stored(file)};
        database.writer().run(add, "A");
        database.writer().run(add, "B");
        sql::Rows begun = database.reader().query("SELECT name FROM units ORDER BY id");
        REQUIRE(begun.next());
        return begun;
    }();
    CHECK(rows.text(0) == "A");
    REQUIRE(rows.next());
    CHECK(rows.text(0) == "B");
    CHECK_FALSE(rows.next());
    rows.finish();
    CHECK_FALSE(rows.next());

    sql::Writer writer = sql::Database{stored(file)}.writer();
    CHECK(writer.run(add, "C") == 1);
    const sql::Reader reader = sql::Database{stored(file)}.reader();
    CHECK(reader.number(count) == 3);
}

TEST_CASE("seam: what was written without a commit is gone", "[sql]") {
    Opened opened;
    sql::Writer writer = opened.database.writer();
    {
        const sql::Transaction taken_back{writer};
        writer.run(add, "A");
        CHECK(writer.number(count) == 1);
    }
    CHECK(writer.number(count) == 0);
    try {
        sql::Transaction transaction{writer};
        writer.run(add, "A");
        writer.run("INSERT INTO absent(x) VALUES (1)");
        transaction.commit();
        FAIL("no such table");
    } catch (const sql::DatabaseError&) {
        CHECK(writer.number(count) == 0);
    }
    CHECK(writer.run(add, "B") == 1);  // again a statement of its own
    CHECK(opened.names() == Names{"B"});
}

TEST_CASE("seam: a transaction within a transaction is refused, and the outer one goes on", "[sql]") {
    Opened opened;
    sql::Writer writer = opened.database.writer();
    {
        sql::Transaction outer{writer};
        writer.run(add, "A");
        CHECK_THROWS_AS(sql::Transaction{writer}, sql::DatabaseError);
        writer.run(add, "B");
        outer.commit();
    }
    CHECK(opened.names() == Names{"A", "B"});
    {
        const sql::Transaction outer{writer};
        writer.run(add, "C");
        CHECK_THROWS_AS(sql::Transaction{writer}, sql::DatabaseError);
        sql::Batch batch;
        batch.add(add, "D");
        writer.batch(batch);
        CHECK(writer.number(count) == 4);
    }
    CHECK(opened.names() == Names{"A", "B"});
}

TEST_CASE("seam: a batch is written whole or not at all, with copies of its values", "[sql]") {
    Opened opened;
    opened.database.writer().run("CREATE TABLE kept AS SELECT $1 AS bytes WHERE 1 = 0", sql::Blob{""});
    sql::Batch batch;
    CHECK(batch.empty());
    {
        const std::string name(100, 'x');
        batch.add(add, name);
        batch.add("INSERT INTO kept VALUES ($1)", sql::Blob{std::string_view{"a\0b", 3}});
        batch.add("UPDATE units SET position = $1, parent_id = $2", 7, std::optional<std::int64_t>{});
    }
    CHECK_FALSE(batch.empty());
    opened.database.writer().batch(batch);
    CHECK(opened.names() == Names{std::string(100, 'x')});
    const sql::Reader reader = opened.database.reader();
    CHECK(reader.number("SELECT position FROM units") == 7);
    CHECK(reader.any("SELECT 1 FROM units WHERE parent_id IS NULL"));
    {
        sql::Rows rows = reader.query("SELECT bytes, length(bytes) FROM kept");
        REQUIRE(rows.next());
        CHECK(rows.view(0) == std::string_view{"a\0b", 3});
        CHECK(rows.integer(1) == 3);  // a text would end at the first zero
    }

    sql::Batch broken;
    broken.add(add, "B");
    broken.add("INSERT INTO absent(x) VALUES (1)");
    sql::Writer writer = opened.database.writer();
    CHECK_THROWS_AS(writer.batch(broken), sql::DatabaseError);
    CHECK(opened.names().size() == 1);
    writer.batch({});
    CHECK(writer.run(add, "C") == 1);
}

TEST_CASE("seam: who reads does not wait for who writes", "[sql]") {
    Opened opened;
    opened.database.writer().run(add, "A");
    sql::Writer writer = opened.database.writer();
    sql::Transaction transaction{writer};
    writer.run(add, "B");
    writer.run("UPDATE units SET name = 'Z' WHERE name = 'A'");

    const sql::Reader first = opened.database.reader();
    const sql::Reader second = opened.database.reader();
    sql::Rows running = first.query("SELECT name FROM units ORDER BY id");
    REQUIRE(running.next());
    CHECK(running.text(0) == "A");
    // With a wait, this one would end after the busy time with "database is locked".
    CHECK(second.number(count) == 1);
    transaction.commit();

    CHECK_FALSE(running.next());  // as it was when the statement began
    CHECK(second.number(count) == 2);
    CHECK(opened.names() == Names{"Z", "B"});
}

TEST_CASE("seam: there is one writer at a time", "[sql]") {
    Opened opened;
    std::atomic<bool> asks{false};
    std::atomic<bool> has{false};
    std::optional<sql::Writer> mine{opened.database.writer()};
    std::thread other{[&] {
        sql::Database same = opened.database;
        asks = true;
        const sql::Writer writer = same.writer();
        has = true;
    }};
    while (!asks) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});  // so that one that does not wait would have it
    CHECK_FALSE(has);
    mine.reset();
    other.join();
    CHECK(has);
}

TEST_CASE("seam: a commit waits for the disk but for a writer that says otherwise", "[sql][sqlite]") {
    Opened opened;
    constexpr const char* waits = "PRAGMA synchronous";
    constexpr int normal = 1;
    constexpr int full = 2;
    CHECK(opened.database.writer().number(waits) == full);
    {
        sql::Writer writer = opened.database.writer();
        writer.without_waiting_for_the_disk();
        CHECK(writer.number(waits) == normal);
    }
    CHECK(opened.database.writer().number(waits) == full);
}

TEST_CASE("seam: what others wrote is noticed, what this process wrote is not", "[sql]") {
    Opened opened;
    const std::int64_t before = opened.database.version_of_others();
    if (!opened.database.source().is_server()) {
        opened.database.writer().run(add, "A");
        CHECK(opened.database.version_of_others() == before);
    }
    sql::Database{stored(opened.file)}.writer().run(add, "B");
    CHECK(opened.database.version_of_others() != before);
}

TEST_CASE("seam: there is one writer at a time of several processes", "[sql]") {
    const Opened opened;
    std::atomic<int> writing{0};
    std::atomic<int> most{0};
    std::atomic<int> disturbed{0};
    std::vector<std::thread> others;
    for (int i = 0; i < 4; ++i) {
        others.emplace_back([&, i] {
            sql::Database own{stored(opened.file)};  // connections of its own, as another process has
            for (int turn = 0; turn < 20; ++turn) {
                sql::Writer writer = own.writer();
                sql::Transaction transaction{writer};
                most = std::max<int>(most, ++writing);
                const std::int64_t seen = writer.number(count);
                writer.run(add, std::to_string(i) + "/" + std::to_string(seen));
                if (writer.number(count) != seen + 1) ++disturbed;
                --writing;
                transaction.commit();
            }
        });
    }
    for (std::thread& other : others) other.join();
    CHECK(most == 1);
    CHECK(disturbed == 0);
    CHECK(opened.names().size() == 80);
}

TEST_CASE("seam: statements may run between the rows of another one", "[sql]") {
    Opened opened;
    sql::Writer writer = opened.database.writer();
    for (const char* name : {"A", "B", "C"}) writer.run(add, name);
    sql::Transaction transaction{writer};
    Names seen;
    sql::Rows rows = writer.query("SELECT id, name FROM units WHERE parent_id IS NULL ORDER BY id");
    while (rows.next()) {
        writer.run("INSERT INTO units(name, position, parent_id) VALUES ($1, 0, $2)", rows.text(1) + "1",
                   rows.integer(0));
        seen.push_back(rows.text(1));
    }
    transaction.commit();
    CHECK(seen == Names{"A", "B", "C"});
    CHECK(writer.number(count) == 6);
}

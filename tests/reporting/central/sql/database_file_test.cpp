// A database as a whole file: sound or damaged, copied, and a lock that one holds at a time.
#include "reporting/central/sql/database_file.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/schema.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using sql::Access;
using sql::FileLock;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

const int known = static_cast<int>(sql::schema_steps().size());

}  // namespace

TEST_CASE("file: a sound database is told from a damaged one, and neither is changed", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    {
        sql::Database database{file};
        sql::Writer writer = database.writer();
        for (int i = 0; i < 200; ++i)
            writer.run("INSERT INTO units(name, position) VALUES ($1, 0)", std::string(500, 'x') + std::to_string(i));
    }
    std::string bytes = bytes_of(file);
    for (const Access access : {Access::read, Access::write}) {
        const sql::FileCheck check = sql::check_file(file, access);
        CHECK(check.problem.empty());
        CHECK(check.schema == known);
        CHECK(check.known_schema == known);
    }
    CHECK(bytes_of(file) == bytes);

    const std::size_t at = bytes.find(std::string(500, 'x') + "150");
    REQUIRE(at != std::string::npos);
    const std::size_t page = at / 4096 * 4096;
    bytes.replace(page, 64, std::string(64, '\x7F'));
    std::ofstream{file, std::ios::binary} << bytes;
    CHECK_FALSE(sql::check_file(file, Access::read).problem.empty());
    CHECK(bytes_of(file) == bytes);
}

TEST_CASE("file: another schema is only said, and what is no database is a failure", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    for (const int schema : {1, 99}) {
        SQLite::Database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("PRAGMA user_version = " +
                                                                                  std::to_string(schema));
        const sql::FileCheck check = sql::check_file(file, Access::read);
        CHECK(check.schema == schema);
        CHECK(check.known_schema == known);
        CHECK(check.problem.empty());
    }
    const fs::path none = folder.path() / "none.db";
    CHECK_THROWS_AS(sql::check_file(none, Access::read), sql::DatabaseError);
    CHECK_THROWS_AS(sql::check_file(none, Access::write), sql::DatabaseError);
    CHECK_FALSE(fs::exists(none));
    std::ofstream{none} << std::string(4096, 'x');
    CHECK_THROWS_AS(sql::check_file(none, Access::read), sql::DatabaseError);
}

TEST_CASE("file: a copy is of one moment, also while somebody writes, and for its owner alone", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    const fs::path copy = folder.path() / "copy.db";
    sql::Database database{file};
    sql::Writer writer = database.writer();
    writer.run("INSERT INTO units(name, position) VALUES ('A', 0)");
    const sql::Transaction open{writer};
    writer.run("INSERT INTO units(name, position) VALUES ('B', 0)");
    sql::copy_file(file, copy);
    CHECK((fs::status(copy).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(sql::Database::to_read(copy).reader().number("SELECT count(*) FROM units") == 1);
    CHECK(sql::check_file(copy, Access::read).problem.empty());
    CHECK_THROWS_AS(sql::copy_file(folder.path() / "none.db", folder.path() / "x.db"), sql::DatabaseError);
}

TEST_CASE("file: a lock is held by one, and given back at its end", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "lock";
    std::optional<FileLock> held = FileLock::try_acquire(file, milliseconds{0});
    REQUIRE(held.has_value());
    CHECK((fs::status(file).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK_FALSE(FileLock::try_acquire(file, milliseconds{0}).has_value());
    CHECK_FALSE(FileLock::try_acquire(file, milliseconds{50}).has_value());
    FileLock moved = std::move(*held);
    held.reset();
    CHECK_FALSE(FileLock::try_acquire(file, milliseconds{0}).has_value());
    { const FileLock given_up = std::move(moved); }
    CHECK(FileLock::try_acquire(file, milliseconds{0}).has_value());
}

TEST_CASE("file: who waits for a lock has it when it is free", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "lock";
    std::optional<FileLock> held = FileLock::try_acquire(file, milliseconds{0});
    REQUIRE(held.has_value());
    std::atomic<bool> asks{false};
    std::atomic<bool> got{false};
    std::thread other{[&] {
        asks = true;
        got = FileLock::try_acquire(file, milliseconds{60'000}).has_value();
    }};
    while (!asks) std::this_thread::yield();
    std::this_thread::sleep_for(milliseconds{200});  // so that one that does not wait would have gone
    held.reset();
    other.join();
    CHECK(got);
}

TEST_CASE("file: where no lock file can be, that is a failure and not somebody else's lock", "[sql][sqlite]") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(FileLock::try_acquire(folder.path() / "none" / "lock", milliseconds{0}), sql::DatabaseError);
    CHECK_THROWS_AS(FileLock::try_acquire(folder.path(), milliseconds{0}), sql::DatabaseError);
    std::ofstream{folder.path() / "text"} << std::string(4096, 'x');
    CHECK_THROWS_AS(FileLock::try_acquire(folder.path() / "text", milliseconds{0}), sql::DatabaseError);
    // A file whose rights are not ours to change.
    CHECK_THROWS_AS(FileLock::try_acquire("/proc/version", milliseconds{0}), sql::DatabaseError);
}

TEST_CASE("file: what was deleted is given back to the disk, and a long write leaves no long WAL", "[sql][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    const fs::path wal = file.string() + "-wal";
    sql::Database database{file};
    {
        sql::Writer writer = database.writer();
        sql::Transaction transaction{writer};
        for (int i = 0; i < 30'000; ++i)
            writer.run("INSERT INTO settings VALUES ($1, $2)", std::to_string(i), std::string(4000, 'x'));
        transaction.commit();
    }
    database.writer().run("UPDATE settings SET value = value");
    const auto full = fs::file_size(file);
    CHECK(full > 100'000'000);
    database.writer().run("DELETE FROM settings");
    database.give_space_back();
    // The next write begins the WAL anew.
    database.writer().run("INSERT INTO settings VALUES ('a', 'b')");
    CHECK(fs::file_size(file) < full / 5);
    CHECK(fs::file_size(wal) <= 64u << 20);
    CHECK(sql::check_file(file, Access::read).problem.empty());
}

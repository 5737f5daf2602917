#include "collectors/credential_stores/store_database.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const ReadableTable table{"logins", {"origin_url", "username_value"}};

// Rows that can be seen, or why none can.
struct Outcome {
    std::optional<StoreStatus> failure;
    int rows = 0;
    bool recovered = false;
};

Outcome read(const DatabaseFiles& files) {
    Outcome outcome;
    try {
        const StoreDatabase database(snapshot_of(files), table);
        database.for_each_row([&](const Row&) { ++outcome.rows; });
        outcome.recovered = database.recovered();
    } catch (const StoreError& error) {
        outcome.failure = error.status();
    }
    return outcome;
}

std::optional<StoreStatus> failure_of(const std::string& sql) { return read({make_database(sql), "", ""}).failure; }

std::string logins(int first, int count) {
    std::string sql;
    for (int i = first; i < first + count; ++i) sql += login("https://host" + std::to_string(i) + ".example", "user");
    return sql;
}

// Written into the schema by hand: which modules there are depends on the library.
std::string virtual_table(const std::string& name) {
    return "PRAGMA writable_schema=ON; INSERT INTO sqlite_master VALUES ('table', '" + name + "', '" + name +
           "', 0, 'CREATE VIRTUAL TABLE " + name + " USING fts5(origin_url, username_value)');";
}

std::string big_update() { return "UPDATE logins SET action_url = hex(randomblob(300));"; }

}  // namespace

TEST_CASE("only the named columns can be read") {
    const StoreDatabase database(snapshot_of({make_database(logins_table + logins(0, 3)), "", ""}), table);
    const auto refused = [&](const char* sql) {
        try {
            database.query(sql, [](const Row&) {});
            return false;
        } catch (const StoreError& error) {
            return std::string(error.what()).find("authorization denied") != std::string::npos ||
                   std::string(error.what()).find("not authorized") != std::string::npos;
        }
    };
    int rows = 0;
    database.query("SELECT origin_url FROM logins", [&](const Row& row) {
        ++rows;
        CHECK(row.bytes(0).starts_with("https://host"));
    });
    CHECK(rows == 3);
    for (const char* sql : {
             "SELECT password_value FROM logins",
             "SELECT * FROM logins",
             "SELECT origin_url FROM logins WHERE password_value = 'x'",
             "SELECT origin_url FROM logins ORDER BY PASSWORD_VALUE",
             "SELECT sql FROM sqlite_master",
             "SELECT seq FROM sqlite_sequence",
             "DELETE FROM logins",
             "UPDATE logins SET origin_url = ''",
             "INSERT INTO logins (origin_url) VALUES ('')",
             "CREATE TABLE t (a)",
             "CREATE TEMP TABLE t (a)",
             "ATTACH 'other' AS other",
             "PRAGMA writable_schema = ON",
             "PRAGMA journal_mode = OFF",
             "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r",
         }) {
        CAPTURE(sql);
        CHECK(refused(sql));
    }
    // Refused too, but SQLite gives this refusal no code of its own.
    CHECK_THROWS_AS(database.query("SELECT length(origin_url) FROM logins", [](const Row&) {}), StoreError);
}

TEST_CASE("columns that a version does not have are null") {
    const ReadableTable wide{"logins", {"origin_url", "not_there", "username_value"}};
    const StoreDatabase database(snapshot_of({make_database(logins_table + logins(7, 1)), "", ""}), wide);
    CHECK(database.has_column("origin_url"));
    CHECK_FALSE(database.has_column("not_there"));
    database.for_each_row([](const Row& row) {
        CHECK(row.bytes(0) == "https://host7.example");
        CHECK(row.bytes(1).empty());
        CHECK_FALSE(row.integer(1).has_value());
        CHECK(row.bytes(2) == "user");
    });
}

TEST_CASE("a hot journal is rolled back") {
    const auto files = make_hot_journal(logins_table + logins(0, 50) + big_update(), logins(50, 200) + big_update());
    REQUIRE(files.journal.size() > 512);
    const Outcome outcome = read(files);
    CHECK_FALSE(outcome.failure.has_value());
    CHECK(outcome.rows == 50);
    CHECK(outcome.recovered);
    // The test's database really differs from what was committed.
    const Outcome without_journal = read({files.database, "", ""});
    CHECK((without_journal.failure.has_value() || without_journal.rows != 50));
}

TEST_CASE("a journal that is not hot is left alone") {
    const auto files = make_hot_journal(logins_table + logins(0, 50), logins(50, 200) + big_update());
    const std::string database = make_database(logins_table + logins(0, 5));
    SECTION("zeroed header: the transaction was committed") {
        std::string zeroed = files.journal;
        std::fill_n(zeroed.begin(), 28, '\0');
        const Outcome outcome = read({database, zeroed, ""});
        CHECK(outcome.rows == 5);
        CHECK_FALSE(outcome.recovered);
    }
    SECTION("0 bytes, as Chromium leaves it") {
        const Outcome outcome = read({database, "", ""});
        CHECK(outcome.rows == 5);
        CHECK_FALSE(outcome.recovered);
    }
    SECTION("no journal at all: rubbish") {
        const Outcome outcome = read({database, std::string(5000, 'x'), ""});
        CHECK(outcome.rows == 5);
        CHECK_FALSE(outcome.recovered);
    }
}

TEST_CASE("a journal of another database gives no count") {
    const auto other =
        make_hot_journal(std::string("CREATE TABLE other (a);") + "INSERT INTO other VALUES (zeroblob(90000));",
                         "UPDATE other SET a = randomblob(90000);");
    REQUIRE(other.journal.size() > 512);
    const Outcome outcome = read({make_database(logins_table + logins(0, 5)), other.journal, ""});
    CHECK(outcome.failure == StoreStatus::corrupt);
}

TEST_CASE("a journal that names a super-journal gives no count") {
    auto files = make_hot_journal(logins_table + logins(0, 50) + big_update(), logins(50, 200) + big_update());
    // At the end: page number of the lock byte, the name, its length, its checksum, the magic number.
    const std::string name = "C:\\other-mj12345678";
    unsigned checksum = 0;
    for (const char c : name) checksum += static_cast<unsigned>(c);
    const auto big_endian = [](unsigned value) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
        return bytes;
    };
    const unsigned page_size = 4096;
    files.journal += big_endian(0x40000000 / page_size + 1) + name + big_endian(static_cast<unsigned>(name.size())) +
                     big_endian(checksum) + "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    CHECK(read(files).failure == StoreStatus::corrupt);
}

TEST_CASE("a WAL is replayed") {
    const auto files = make_wal(logins_table + logins(0, 7), logins(7, 3));
    REQUIRE_FALSE(files.wal.empty());
    const Outcome outcome = read(files);
    CHECK_FALSE(outcome.failure.has_value());
    CHECK(outcome.rows == 10);
    CHECK(outcome.recovered);
    const Outcome without_wal = read({files.database, "", ""});
    CHECK(without_wal.rows == 7);
    CHECK_FALSE(without_wal.recovered);
}

TEST_CASE("a torn WAL counts up to its last whole transaction") {
    auto files = make_wal(logins_table + logins(0, 7), logins(7, 1) + logins(8, 1));
    const std::size_t frame = 24 + 4096;
    SECTION("cut within the last frame") { files.wal.resize(files.wal.size() - frame / 2); }
    SECTION("a bit of the last frame is wrong") { files.wal[files.wal.size() - 100] ^= 1; }
    const Outcome outcome = read(files);
    CHECK_FALSE(outcome.failure.has_value());
    CHECK(outcome.rows == 8);
    CHECK(outcome.recovered);
}

TEST_CASE("a WAL without a valid frame changes nothing") {
    auto files = make_wal(logins_table + logins(0, 7), logins(7, 3));
    for (std::size_t i = 32; i < files.wal.size(); ++i) files.wal[i] = 'x';
    const Outcome outcome = read(files);
    CHECK(outcome.rows == 7);
    CHECK_FALSE(outcome.recovered);
}

TEST_CASE("damage is told from rubbish") {
    const std::string good = make_database(logins_table + logins(0, 500));
    SECTION("a page of rubbish") {
        std::string bytes = good;
        std::fill_n(bytes.begin() + 4096 * 5, 4096, '\xAA');
        CHECK(read({bytes, "", ""}).failure == StoreStatus::corrupt);
    }
    SECTION("cut in the middle") {
        CHECK(read({good.substr(0, good.size() / 2), "", ""}).failure == StoreStatus::corrupt);
    }
    SECTION("cut within the first page") { CHECK(read({good.substr(0, 1000), "", ""}).failure.has_value()); }
    SECTION("zeros, as a file system leaves them after a power failure") {
        CHECK(read({std::string(8192, '\0'), "", ""}).failure == StoreStatus::not_a_database);
    }
    SECTION("text") { CHECK(read({std::string(8192, 'x'), "", ""}).failure == StoreStatus::not_a_database); }
    SECTION("a few bytes") { CHECK(read({"hello", "", ""}).failure == StoreStatus::not_a_database); }
    SECTION("an impossible page size") {
        std::string bytes = good;
        bytes[16] = 3;
        CHECK(read({bytes, "", ""}).failure.has_value());
    }
    SECTION("a database without the table") { CHECK(failure_of("CREATE TABLE meta (a)") == StoreStatus::corrupt); }
}

TEST_CASE("a database in UTF-16 reads like any other") {
    const StoreDatabase database(snapshot_of({make_database("PRAGMA encoding='UTF-16le';" + std::string(logins_table) +
                                                            login("https://ngânhàng.vn", "lê")),
                                              "", ""}),
                                 table);
    database.for_each_row([](const Row& row) {
        CHECK(row.bytes(0) == "https://ngânhàng.vn");
        CHECK(row.bytes(1) == "lê");
    });
}

TEST_CASE("a hostile schema gives no count and runs nothing") {
    SECTION("a view") {
        CHECK(failure_of("CREATE TABLE t (origin_url, username_value, password_value);"
                         "CREATE VIEW logins AS SELECT password_value AS origin_url, username_value FROM t") ==
              StoreStatus::corrupt);
    }
    SECTION("a virtual table") { CHECK(failure_of(virtual_table("logins")) == StoreStatus::corrupt); }
    SECTION("a virtual table beside") {
        CHECK(failure_of(logins_table + logins(0, 1) + virtual_table("other")) == StoreStatus::corrupt);
    }
    SECTION("a generated column that shows a secret one") {
        CHECK(failure_of("CREATE TABLE logins (password_value, username_value, "
                         "origin_url AS (password_value))") == StoreStatus::corrupt);
    }
    SECTION("a constraint that would compute for ever") {
        std::string sql =
            "CREATE TABLE logins (origin_url, username_value, "
            "CHECK (length(hex(zeroblob(100000))) > 0 OR abs(-9223372036854775808) > 0));";
        const Outcome outcome =
            read({make_database("PRAGMA ignore_check_constraints=ON;" + sql + "INSERT INTO logins VALUES ('a', 'b')"),
                  "", ""});
        CHECK(outcome.rows == 1);
    }
    SECTION("a trigger") {
        const Outcome outcome =
            read({make_database(logins_table + logins(0, 2) +
                                "CREATE TRIGGER t AFTER INSERT ON logins BEGIN DELETE FROM logins; END;"),
                  "", ""});
        CHECK(outcome.rows == 2);
    }
    SECTION("more columns than any browser has") {
        std::string sql = "CREATE TABLE logins (origin_url, username_value";
        for (int i = 0; i < 600; ++i) sql += ", c" + std::to_string(i);
        CHECK(failure_of(sql + ")").has_value());
    }
}

TEST_CASE("a journal cannot make the database grow without end") {
    auto files = make_hot_journal(logins_table + logins(0, 50), logins(50, 200) + big_update());
    // The journal header's count of pages before the transaction, at offset 16.
    std::copy_n("\x3f\xff\xff\xff", 4, files.journal.begin() + 16);
    CHECK(read(files).failure.has_value());
}

TEST_CASE("work has a limit") {
    const std::string bytes = make_database(logins_table + logins(0, 1000));
    CHECK_NOTHROW(StoreDatabase(snapshot_of({bytes, "", ""}), table));
    try {
        const StoreDatabase database(snapshot_of({bytes, "", ""}), table, 2000);
        FAIL("ended");
    } catch (const StoreError& error) {
        CHECK(error.status() == StoreStatus::too_large);
    }
}

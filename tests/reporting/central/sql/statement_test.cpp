// Statements of the seam: their values, their columns, and the functions that database.h names.
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>

#include "reporting/central/sql/database.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

struct Opened {
    TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    sql::Reader reader = database.reader();

    /// The first column of the only row.
    template <class... Values>
    std::optional<std::string> text(std::string_view statement, const Values&... values) const {
        sql::Rows rows = reader.query(statement, values...);
        REQUIRE(rows.next());
        std::optional<std::string> text = rows.maybe_text(0);
        CHECK_FALSE(rows.next());
        return text;
    }
    template <class... Values>
    std::string failure(std::string_view statement, const Values&... values) const {
        try {
            reader.any(statement, values...);
        } catch (const sql::DatabaseError& error) {
            return error.what();
        }
        return "";
    }
};

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("statement: too few values and too many are its failure", "[sql]") {
    const Opened opened;
    constexpr const char* two = "SELECT $1 + $2";
    CHECK(opened.reader.number(two, 1, 2) == 3);
    CHECK_THAT(opened.failure(two, 1), ContainsSubstring("has 2 values, and 1 were given: SELECT $1 + $2"));
    CHECK_THAT(opened.failure(two, 1, 2, 3), ContainsSubstring("has 2 values, and 3 were given"));
    CHECK_THAT(opened.failure("SELECT 1", 1), ContainsSubstring("has 0 values, and 1 were given"));
    CHECK(opened.reader.number(two, 3, 4) == 7);  // and the next run has its own
}

TEST_CASE("statement: values are $1, $2, … without a gap, each as often and wherever it is wanted", "[sql]") {
    const Opened opened;
    CHECK_THAT(opened.failure("SELECT $1 + $3", 1, 3), ContainsSubstring("without a gap: SELECT $1 + $3"));
    CHECK_THAT(opened.failure("SELECT $2", 2), ContainsSubstring("without a gap"));
    for (const char* other : {"SELECT ?", "SELECT $1 + :name"}) CHECK_FALSE(opened.failure(other, 1).empty());
    CHECK(opened.reader.number("SELECT $2 - $1 + $2", 1, 10) == 19);
}

TEST_CASE("statement: what is no SQL is its failure, and not the connection's", "[sql]") {
    const Opened opened;
    CHECK_THAT(opened.failure("SELECT FRM FROM, absent"), ContainsSubstring("syntax error"));
    CHECK_THAT(opened.failure("SELECT * FROM absent"), ContainsSubstring("absent"));
    CHECK(opened.reader.number("SELECT 1") == 1);
}

TEST_CASE("statement: values come back as they went, and nothing is nothing", "[sql]") {
    const Opened opened;
    // PostgreSQL has no text with a zero in it.
    const std::string text = opened.database.source().is_server() ? "Phường Láng" : std::string{"Phường\0Láng", 14};
    sql::Rows rows = opened.reader.query("SELECT $1, $2, $3, $4, $5, $6, 0.5", text, smallest, start, std::nullopt,
                                         true, std::optional<std::string>{});
    REQUIRE(rows.next());
    CHECK(rows.view(0) == text);
    CHECK(rows.maybe_text(0) == text);
    CHECK(rows.integer(1) == smallest);
    CHECK(rows.maybe_integer(1) == smallest);
    CHECK(rows.instant(2) == start);
    CHECK(rows.maybe_instant(2) == start);
    CHECK(rows.is_null(3));
    CHECK_FALSE(rows.maybe_integer(3).has_value());
    CHECK_FALSE(rows.maybe_instant(3).has_value());
    CHECK(rows.text(3).empty());
    CHECK(rows.integer(3) == 0);
    CHECK(rows.boolean(4));
    CHECK_FALSE(rows.maybe_text(5).has_value());
    CHECK(rows.real(6) == 0.5);
    CHECK_FALSE(rows.next());
}

TEST_CASE("statement: writing ones say how many rows they changed, and the number of a new one", "[sql]") {
    Opened opened;
    sql::Writer writer = opened.database.writer();
    constexpr const char* add = "INSERT INTO units(name, position) VALUES ($1, 0) RETURNING id";
    CHECK(writer.insert(add, "A") == 1);
    CHECK(writer.insert(add, "B") == 2);
    CHECK(writer.run("UPDATE units SET position = 1 WHERE id <= $1", 2) == 2);
    CHECK(writer.run("DELETE FROM units WHERE name = $1", "none") == 0);
    CHECK(writer.run("DELETE FROM units WHERE name = $1", "A") == 1);
}

TEST_CASE("statement: a list is one value", "[sql]") {
    const Opened opened;
    const std::vector<std::string> odd{"Phường \"A\"", "b'; --", "", "\\"};
    for (const std::string& text : odd)
        CHECK(opened.reader.any("SELECT 1 WHERE $2 IN (SELECT texts_of($1))", sql::list_of(odd), text));
    CHECK_FALSE(opened.reader.any("SELECT 1 WHERE $2 IN (SELECT texts_of($1))", sql::list_of(odd), "Phường"));
    CHECK_FALSE(opened.reader.any("SELECT 1 WHERE '' IN (SELECT texts_of($1))", sql::list_of({})));
    CHECK(opened.reader.any("SELECT 1 WHERE 7 IN (SELECT numbers_of($1))", "[1,7]"));
}

TEST_CASE("statement: greatest, least and strpos are PostgreSQL's", "[sql]") {
    const Opened opened;
    CHECK(opened.reader.number("SELECT greatest($1, 5, $2)", 3, std::nullopt) == 5);
    CHECK(opened.reader.number("SELECT least($1, 5, $2)", 3, std::nullopt) == 3);
    CHECK_FALSE(opened.text("SELECT greatest($1, $1)", std::nullopt).has_value());
    CHECK(opened.reader.number("SELECT strpos('abc', 'c')") == 3);
    CHECK(opened.reader.number("SELECT strpos('abc', 'x')") == 0);
    CHECK_FALSE(opened.text("SELECT strpos('abc', $1)", std::nullopt).has_value());
}

TEST_CASE("statement: days are the office's, and what is no day is the statement's failure", "[sql]") {
    const Opened opened;
    CHECK(opened.text("SELECT office_day($1)", parse_instant("2026-11-22T16:59:59Z")) == "2026-11-22");
    CHECK(opened.text("SELECT office_day($1)", parse_instant("2026-11-22T17:00:00Z")) == "2026-11-23");
    CHECK(opened.text("SELECT days_before($1, $2)", "2026-03-01", 1) == "2026-02-28");
    CHECK(opened.text("SELECT days_before($1, $2)", "2026-12-31", -1) == "2027-01-01");
    CHECK_FALSE(opened.text("SELECT days_before($1, 1)", std::nullopt).has_value());
    CHECK_FALSE(opened.text("SELECT office_day($1)", std::nullopt).has_value());

    for (const char* day : {"", "22/11/2026", "2026-02-30", "2026-11-22T00:00:00Z", "2026-1-1", "=1+1"}) {
        CAPTURE(day);
        CHECK_THAT(opened.failure("SELECT days_before($1, 1)", day), ContainsSubstring("not an instant"));
    }
    for (const std::int64_t number : {largest, smallest, largest / 86400}) {
        CAPTURE(number);
        CHECK_THAT(opened.failure("SELECT office_day($1)", number), ContainsSubstring("no day"));
        CHECK_THAT(opened.failure("SELECT days_before('2026-11-22', $1)", number), ContainsSubstring("no day"));
    }
    CHECK(opened.reader.number("SELECT 1") == 1);
}

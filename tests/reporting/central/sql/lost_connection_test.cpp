// Connections that a server ends, as its stop and a failover do: they are made anew. Of a file there are none.
#include "reporting/central/api/routes.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

constexpr const char* add = "INSERT INTO units(name, position) VALUES ($1, 0)";
constexpr const char* count = "SELECT count(*) FROM units";

/// All connections of this test's schema but the one that asks.
void cut_connections(const sql::Source& source) {
    const sql::Database other = sql::Database::to_read(source);
    other.reader().number(
        "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'wardwatch-central' AND pid <> pg_backend_pid()");
}

}  // namespace

TEST_CASE("lost: who reads, writes or waits for duty next has a connection again", "[sql]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    if (!source.is_server()) SKIP("needs a server");
    sql::Database database{source};
    database.writer().run(add, "A");
    CHECK(database.reader().number(count) == 1);
    REQUIRE(database.on_duty());
    cut_connections(source);
    CHECK(database.reader().number(count) == 1);
    database.writer().run(add, "B");
    CHECK(database.on_duty());
    CHECK(database.reader().number(count) == 2);
}

TEST_CASE("lost: within a transaction it is said as what it is, and nothing of it is there", "[sql]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    if (!source.is_server()) SKIP("needs a server");
    sql::Database database{source};
    {
        sql::Writer writer = database.writer();
        sql::Transaction transaction{writer};
        writer.run(add, "A");
        cut_connections(source);
        CHECK_THROWS_AS(writer.run(add, "B"), sql::ConnectionLost);
        CHECK_THROWS_AS(transaction.commit(), sql::ConnectionLost);
    }
    CHECK(database.writer().number(count) == 0);
    database.writer().run(add, "C");
    CHECK(database.reader().number(count) == 1);
}

TEST_CASE("lost: a standby that was taken for the primary is left", "[sql]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    if (!source.is_server()) SKIP("needs a server");
    sql::Database database{source};
    {
        sql::Writer writer = database.writer();
        writer.run("SET default_transaction_read_only = on");
        CHECK_THROWS_AS(writer.run(add, "A"), sql::ConnectionLost);
    }
    database.writer().run(add, "B");
    CHECK(database.reader().number(count) == 1);
}

TEST_CASE("lost: a request is told to come again") {
    const Route route{"GET", "/units", [](const Call&) -> HttpResponse { throw sql::ConnectionLost("it stops"); }};
    HttpRequest request;
    request.method = "GET";
    request.target = "/units";
    std::vector<std::string> log;
    const auto keep = [&](const std::string& line) { log.push_back(line); };
    const HttpResponse answer = dispatch({&route, 1}, request, start, keep);
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.headers.at("Retry-After").empty());
    CHECK(error_of(answer) == "database_away");
    DispatchRules rules;
    rules.error_response = problem_response;
    const HttpResponse problem = dispatch({&route, 1}, request, start, keep, rules);
    CHECK(problem.status == 503);
    CHECK_FALSE(problem.headers.at("Retry-After").empty());
    CHECK(body_of(problem).at("code") == "database_away");
    CHECK(log.empty());
}

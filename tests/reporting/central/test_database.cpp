#include "tests/reporting/central/test_database.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "reporting/tls/pki.h"

namespace wardwatch::test {

sql::Source stored(const std::filesystem::path& file) {
    const char* server = std::getenv("WARDWATCH_TEST_DATABASE");
    if (server == nullptr) return file;
    static std::mutex one_at_a_time;
    const std::lock_guard lock{one_at_a_time};
    static const std::unique_ptr<PGconn, decltype(&PQfinish)> connection{PQconnectdb(server), PQfinish};
    const std::string schema = "t" + sha256_hex(file.string()).substr(0, 20);
    const std::string make = "SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS " + schema;
    const std::unique_ptr<PGresult, decltype(&PQclear)> made{PQexec(connection.get(), make.c_str()), PQclear};
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
    return sql::Server{std::string{server} + "&options=-csearch_path%3D" + schema, {}};
}

}  // namespace wardwatch::test

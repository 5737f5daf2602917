// Runs PostgreSQL's programs. A dump is of the one schema that the centre's tables are in; that schema itself is made
// here, since who owns a database need not own the server's idea of it.
#include "reporting/central/sql/server_dump.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres.h"
#include "reporting/central/system/program.h"
#include "reporting/tls/pki.h"

namespace wardwatch::sql {

namespace fs = std::filesystem;

namespace {

constexpr const char* debian_folder = "/usr/lib/postgresql";

int version_of(const fs::path& folder) { return std::atoi(folder.filename().c_str()); }

fs::path needed_program(const std::string& name) {
    fs::path program = server_program(name);
    if (!program.empty()) return program;
    throw StoreError("The program " + name +
                     " of PostgreSQL is not on this machine; install the package postgresql-client, not older than "
                     "the server.");
}

std::string identifier(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string{c};
    return text + "\"";
}

/// The server's password: arguments are seen by everybody, this is not.
std::vector<std::string> environment_for(const Server& server) {
    if (server.password_file.empty()) return {};
    std::ifstream in{server.password_file};
    std::string password;
    std::getline(in, password);
    return {"PGPASSWORD=" + password};
}

/// Throws DatabaseError with the program's words.
void run(const Program& program) {
    try {
        run_program(program);
    } catch (const ProgramFailed& failed) {
        throw DatabaseError(failed.what());
    }
}

/// A file beside another, which goes with it.
class Beside {
public:
    Beside(const fs::path& file, const char* ending) : path_(file.string() + ending) {}
    ~Beside() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::string text_of(Connection& connection, const std::string& question) {
    const std::unique_ptr<Prepared> asked = connection.prepare(question);
    asked->start({});
    std::string text;
    if (asked->next()) text = asked->text(0);
    asked->finish();
    return text;
}

/// The dump's table of contents without the schema, which is there.
void write_contents(const fs::path& file, const fs::path& to) {
    const Beside all{file, ".contents"};
    run({.file = needed_program("pg_restore"), .arguments = {"--list", file.string()}, .output = all.path()});
    std::ifstream in{all.path()};
    std::ofstream out{to};
    for (std::string line; std::getline(in, line);) {
        // "5; 2615 2200 SCHEMA - public owner", "3456; 0 0 COMMENT - SCHEMA public owner", "… ACL - SCHEMA public …"
        if (line.find(" SCHEMA - ") == std::string::npos && line.find(" - SCHEMA ") == std::string::npos)
            out << line << '\n';
    }
}

/// Moves the schema away and makes an empty one, or the other way round.
class MovedSchema {
public:
    MovedSchema(Connection& connection, std::string name) : connection_(connection), name_(std::move(name)) {
        std::string time = format_instant(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
        // A name that people can type without quotes.
        std::erase_if(time, [](char c) { return c < '0' || c > '9'; });
        aside_ = "before_restore_" + time + "_" + random_hex(2);
        connection_.execute("BEGIN; ALTER SCHEMA " + identifier(name_) + " RENAME TO " + identifier(aside_) +
                            "; CREATE SCHEMA " + identifier(name_) + "; COMMIT");
    }
    ~MovedSchema() {
        if (stays_) return;
        try {
            connection_.execute("BEGIN; DROP SCHEMA " + identifier(name_) + " CASCADE; ALTER SCHEMA " +
                                identifier(aside_) + " RENAME TO " + identifier(name_) + "; COMMIT");
        } catch (const DatabaseError&) {  // NOLINT(bugprone-empty-catch) the database is away; all data is in aside_
        }
    }
    MovedSchema(const MovedSchema&) = delete;
    MovedSchema& operator=(const MovedSchema&) = delete;
    const std::string& stay() {
        stays_ = true;
        return aside_;
    }

private:
    Connection& connection_;
    std::string name_;
    std::string aside_;
    bool stays_ = false;
};

}  // namespace

fs::path server_program(const std::string& name) {
    std::vector<fs::path> folders;
    std::error_code ignored;
    for (const fs::directory_entry& version : fs::directory_iterator{debian_folder, ignored})
        folders.push_back(version.path());
    std::sort(folders.begin(), folders.end(),
              [](const fs::path& one, const fs::path& other) { return version_of(one) > version_of(other); });
    for (fs::path& folder : folders) folder /= "bin";
    return find_program(name, folders);
}

int dump_server(const Server& server, const fs::path& to) {
    const fs::path program = needed_program("pg_dump");
    const auto connection = open_postgres(server, Access::read, std::chrono::milliseconds{0});
    const int schema = static_cast<int>(connection->schema_version());
    run({program,
         {"--format=custom", "--no-owner", "--no-privileges", "--no-password",
          "--schema=" + identifier(text_of(*connection, "SELECT current_schema()")), "--dbname=" + server.url},
         environment_for(server),
         to});
    return schema;
}

void check_dump(const fs::path& file) {
    // As statements that go nowhere: every byte of the data is read and unpacked for that.
    run({.file = needed_program("pg_restore"), .arguments = {"--file=/dev/null", file.string()}});
}

std::string restore_server(const Server& server, const fs::path& file, bool replace) {
    const fs::path program = needed_program("pg_restore");
    const auto connection = open_postgres(server, Access::write, std::chrono::milliseconds{0});
    const std::string shown = Source{server}.shown();
    if (!connection->try_duty())
        throw StoreError("A centre runs on the database " + shown + "; stop all of them first.");
    const bool occupied = connection->schema_version() > 0;
    if (occupied && !replace)
        throw StoreError("The database " + shown +
                         " holds a centre already. Name an empty one, or --replace to put "
                         "what is there aside.");
    if (const std::string problem = connection->unfit(); !problem.empty())
        throw StoreError("The database " + shown + " cannot be used: " + problem + ".");
    const Beside contents{file, ".list"};
    write_contents(file, contents.path());
    MovedSchema moved{*connection, text_of(*connection, "SELECT current_schema()")};
    run({program,
         {"--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
          "--use-list=" + contents.path().string(), "--dbname=" + server.url, file.string()},
         environment_for(server)});
    const std::string aside = moved.stay();
    if (occupied) return aside;
    connection->execute("DROP SCHEMA " + identifier(aside) + " CASCADE");
    return "";
}

}  // namespace wardwatch::sql

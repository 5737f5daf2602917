// Runs PostgreSQL's programs. A dump is of the one schema that the centre's tables are in; that schema itself is made
// here, since who owns a database need not own the server's idea of it.
#include "reporting/central/sql/server_dump.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres.h"
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

/// What goes to a program beside its arguments.
struct Streams {
    fs::path out = "/dev/null";
    fs::path errors;
};

class FileActions {
public:
    FileActions(const Streams& streams) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        constexpr int anew = O_WRONLY | O_CREAT | O_TRUNC;
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, streams.out.c_str(), anew, 0600);
        posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, streams.errors.c_str(), anew, 0600);
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

/// The process's own, in English, and with the server's password: arguments are seen by everybody, this is not.
std::vector<std::string> environment_for(const Server* server) {
    std::vector<std::string> all{"LC_ALL=C"};
    for (char** each = environ; *each != nullptr; ++each) {
        if (!std::string_view{*each}.starts_with("LC_ALL=")) all.emplace_back(*each);
    }
    if (server != nullptr && !server->password_file.empty()) {
        std::ifstream in{server->password_file};
        std::string password;
        std::getline(in, password);
        all.push_back("PGPASSWORD=" + password);
    }
    return all;
}

/// Until its end. Throws DatabaseError with its words when that is not a good one.
void run_program(const fs::path& program, std::vector<std::string> arguments, const Server* server, Streams streams) {
    arguments.insert(arguments.begin(), program.string());
    std::vector<std::string> environment = environment_for(server);
    const FileActions actions{streams};
    pid_t child = 0;
    const int failed = posix_spawn(&child, program.c_str(), actions.get(), nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
    int status = 0;
    if (failed != 0 || waitpid(child, &status, 0) != child) throw DatabaseError(program.string() + " cannot be run");
    std::ifstream in{streams.errors};
    std::string said{std::istreambuf_iterator<char>{in}, {}};
    while (!said.empty() && said.back() == '\n') said.pop_back();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    throw DatabaseError(said.empty() ? program.string() + " failed" : said);
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
void write_contents(const fs::path& file, const fs::path& to, const fs::path& errors) {
    const Beside all{file, ".contents"};
    run_program(needed_program("pg_restore"), {"--list", file.string()}, nullptr, {all.path(), errors});
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
    const char* const path = std::getenv("PATH");
    std::istringstream named{path == nullptr ? "/usr/bin" : path};
    for (std::string folder; std::getline(named, folder, ':');) folders.emplace_back(folder);
    for (const fs::path& folder : folders) {
        if (access((folder / name).c_str(), X_OK) == 0) return folder / name;
    }
    return {};
}

int dump_server(const Server& server, const fs::path& to) {
    const fs::path program = needed_program("pg_dump");
    const auto connection = open_postgres(server, Access::read, std::chrono::milliseconds{0});
    const int schema = static_cast<int>(connection->schema_version());
    const Beside errors{to, ".errors"};
    run_program(program,
                {"--format=custom", "--no-owner", "--no-privileges", "--no-password",
                 "--schema=" + identifier(text_of(*connection, "SELECT current_schema()")), "--dbname=" + server.url},
                &server, {to, errors.path()});
    return schema;
}

void check_dump(const fs::path& file) {
    const Beside errors{file, ".errors"};
    // As statements that go nowhere: every byte of the data is read and unpacked for that.
    run_program(needed_program("pg_restore"), {"--file=/dev/null", file.string()}, nullptr,
                {"/dev/null", errors.path()});
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
    const Beside errors{file, ".errors"};
    write_contents(file, contents.path(), errors.path());
    MovedSchema moved{*connection, text_of(*connection, "SELECT current_schema()")};
    run_program(program,
                {"--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
                 "--use-list=" + contents.path().string(), "--dbname=" + server.url, file.string()},
                &server, {"/dev/null", errors.path()});
    const std::string aside = moved.stay();
    if (occupied) return aside;
    connection->execute("DROP SCHEMA " + identifier(aside) + " CASCADE");
    return "";
}

}  // namespace wardwatch::sql

// A connection to PostgreSQL: how it is made, and what the seam asks of it.
#include "reporting/central/sql/postgres.h"

#include <array>
#include <fstream>
#include <thread>

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres_link.h"

namespace wardwatch::sql {

namespace {

constexpr std::chrono::milliseconds between_attempts{100};
/// In one message to the server, so that neither side waits for the other with full buffers.
constexpr std::size_t calls_at_once = 500;

/// What a session is: planning with JIT costs more than these statements take, and the lock of one who hangs is given
/// back within half a minute.
constexpr const char* session_settings =
    "SET jit = off; SET client_min_messages = warning; SET lock_timeout = '60s'; SET tcp_keepalives_idle = 10; "
    "SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000;";

std::string trimmed(std::string words) {
    while (!words.empty() && words.back() == '\n') words.pop_back();
    return words;
}

std::string password_in(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string password;
    if (!std::getline(in, password) || password.empty())
        throw StoreError("The file " + file.string() +
                         ", which \"database_password_file\" names, cannot be read or is empty; its first line is the "
                         "database's password.");
    return password;
}

/// Names and values as PQconnectdbParams takes them.
class ConnectOptions {
public:
    explicit ConnectOptions(const Server& server) : url_(server.url) {
        if (!server.password_file.empty()) password_ = password_in(server.password_file);
        // What the address says wins. A server that is gone without a word (a power cut) is noticed in half a minute.
        add("connect_timeout", "5");
        add("keepalives_idle", "10");
        add("keepalives_interval", "5");
        add("keepalives_count", "3");
        add("tcp_user_timeout", "25000");
        add("dbname", url_.c_str());
        if (!password_.empty()) add("password", password_.c_str());
        add("client_encoding", "UTF8");
        add("fallback_application_name", "wardwatch-central");
    }
    const char* const* names() const { return names_.data(); }
    const char* const* values() const { return values_.data(); }

private:
    void add(const char* name, const char* value) {
        names_.at(count_) = name;
        values_.at(count_++) = value;
    }

    std::string url_;
    std::string password_;
    std::size_t count_ = 0;
    std::array<const char*, 12> names_{};  // the last ones stay null: the end
    std::array<const char*, 12> values_{};
};

[[noreturn]] void refuse(const Server& server, const std::string& words) {
    throw StoreError("The database " + Source{server}.shown() + " cannot be used: " + words +
                     ". Correct \"database\" or \"database_password_file\" in the configuration, or the server's "
                     "rights (pg_hba.conf); docs/operations.md shows how a database is made.");
}

PGconn* connected(const Server& server, std::chrono::milliseconds patience) {
    const ConnectOptions options{server};
    const auto until = std::chrono::steady_clock::now() + patience;
    for (bool served = false;;) {
        PGconn* const connection = PQconnectdbParams(options.names(), options.values(), 1);
        if (PQstatus(connection) == CONNECTION_OK) return connection;
        const std::string words = trimmed(PQerrorMessage(connection));
        PQfinish(connection);
        const PGPing ping = PQpingParams(options.names(), options.values(), 1);
        // A server that answers others and refused us twice means it.
        if (ping == PQPING_NO_ATTEMPT || (ping == PQPING_OK && served && words.find("too many") == std::string::npos))
            refuse(server, words);
        served = ping == PQPING_OK;
        if (!served && std::chrono::steady_clock::now() >= until) throw ConnectionLost(words);
        if (served && words.find("too many") != std::string::npos && std::chrono::steady_clock::now() >= until)
            throw ConnectionLost(words);
        std::this_thread::sleep_for(between_attempts);
    }
}

class PostgresConnection : public Connection {
public:
    PostgresConnection(PGconn* connection, Access access) : link_(connection) {
        link_.run(session_settings);
        if (access == Access::read) link_.run("SET default_transaction_read_only = on");
    }

    std::unique_ptr<Prepared> prepare(std::string_view text) override { return postgres_statement(link_, text); }
    void execute(const std::string& script) override { link_.run(script); }
    bool alive() override { return link_.alive(); }

    void about_to_write() override {
        if (writers_key_.empty()) {
            const Result key = link_.run("SELECT hashtextextended('wardwatch writes ' || current_schema(), 0)");
            writers_key_ = PQgetvalue(key.get(), 0, 0);
        }
        link_.run("SELECT pg_advisory_lock(" + writers_key_ + ")");
    }
    void done_writing() override { link_.run("SELECT pg_advisory_unlock(" + writers_key_ + ")"); }
    bool try_duty() override {
        if (!on_duty_) {
            const Result got =
                link_.run("SELECT pg_try_advisory_lock(hashtextextended('wardwatch duties ' || current_schema(), 0))");
            on_duty_ = *PQgetvalue(got.get(), 0, 0) == 't';
        }
        return on_duty_;
    }
    void begin() override { link_.run("BEGIN"); }
    void wait_for_the_disk(bool wait) override {
        link_.run(wait ? "SET synchronous_commit = on" : "SET synchronous_commit = off");
    }
    bool run_all(std::span<const Call> calls) override;

    std::int64_t schema_version() override {
        const Result there = link_.run("SELECT to_regclass('wardwatch_schema') IS NOT NULL");
        if (*PQgetvalue(there.get(), 0, 0) != 't') return 0;
        const Result version = link_.run("SELECT coalesce(max(version), 0) FROM wardwatch_schema");
        return std::strtoll(PQgetvalue(version.get(), 0, 0), nullptr, 10);
    }
    void set_schema_version(std::int64_t version) override {
        link_.run(
            "CREATE TABLE IF NOT EXISTS wardwatch_schema (version BIGINT NOT NULL); DELETE FROM "
            "wardwatch_schema; INSERT INTO wardwatch_schema VALUES (" +
            std::to_string(version) + ")");
    }
    std::int64_t version_of_others() override {
        const Result newest = link_.run("SELECT pg_snapshot_xmax(pg_current_snapshot())");
        return std::strtoll(PQgetvalue(newest.get(), 0, 0), nullptr, 10);
    }
    void send_news(const std::string& words) override;
    void listen_to_news() override;
    std::vector<std::string> heard_news(std::chrono::milliseconds at_most) override;
    std::string schema_step(int number, std::string_view text) const override {
        return postgres_schema_step(number, text);
    }
    std::string unfit() override;

private:
    void run_some(std::span<const Call> calls);

    Link link_;
    std::string writers_key_;
    bool on_duty_ = false;
};

/// A database's channels are those of all its schemas; a channel's name has at most 63 bytes.
constexpr const char* news_channel = "'wardwatch_' || left(md5(current_schema()), 20)";

void PostgresConnection::send_news(const std::string& words) {
    link_.stream(nullptr);
    const std::string text = std::string{"SELECT pg_notify("} + news_channel + ", $1)";
    const char* const value = words.c_str();
    const Result result{PQexecParams(link_.get(), text.c_str(), 1, nullptr, &value, nullptr, nullptr, 0)};
    link_.check(result.get());
}

void PostgresConnection::listen_to_news() {
    const Result channel = link_.run(std::string{"SELECT "} + news_channel);
    link_.run(std::string{"LISTEN "} + PQgetvalue(channel.get(), 0, 0));
}

std::vector<std::string> PostgresConnection::heard_news(std::chrono::milliseconds at_most) {
    link_.wait_for_input(at_most);
    std::vector<std::string> heard;
    while (PGnotify* const one = PQnotifies(link_.get())) {
        heard.emplace_back(one->extra);
        PQfreemem(one);
    }
    return heard;
}

bool PostgresConnection::run_all(std::span<const Call> calls) {
    for (std::size_t at = 0; at < calls.size(); at += calls_at_once)
        run_some(calls.subspan(at, std::min(calls_at_once, calls.size() - at)));
    return true;
}

/// Leaves the mode in which statements go without waiting, however that ends.
class Pipeline {
public:
    explicit Pipeline(Link& link) : link_(link) {
        if (PQenterPipelineMode(link_.get()) == 0) link_.fail(nullptr);
    }
    ~Pipeline() { PQexitPipelineMode(link_.get()); }
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

private:
    Link& link_;
};

void PostgresConnection::run_some(std::span<const Call> calls) {
    link_.stream(nullptr);
    std::vector<Encoded> values;
    std::vector<std::string> names;
    values.reserve(calls.size());
    for (const Call& call : calls) {
        values.emplace_back(call.values);
        names.push_back(link_.prepared(call.text, values.back().types()));
    }
    Result failed;
    {
        const Pipeline pipeline{link_};
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const Encoded& given = values[i];
            if (PQsendQueryPrepared(link_.get(), names[i].c_str(), given.count(), given.values(), given.lengths(),
                                    given.formats(), 1) == 0)
                link_.fail(nullptr);
        }
        if (PQpipelineSync(link_.get()) == 0) link_.fail(nullptr);
        // Each statement's results end with a null; the last of all is the sync's.
        for (int nulls = 0; nulls < 2;) {
            Result result{PQgetResult(link_.get())};
            nulls = result == nullptr ? nulls + 1 : 0;
            if (result == nullptr) continue;
            const ExecStatusType status = PQresultStatus(result.get());
            if (status == PGRES_PIPELINE_SYNC) break;
            if (status == PGRES_FATAL_ERROR && failed == nullptr) failed = std::move(result);
        }
    }
    if (failed != nullptr) link_.fail(failed.get());
    if (PQstatus(link_.get()) == CONNECTION_BAD) link_.fail(nullptr);
}

std::string PostgresConnection::unfit() {
    const Result found = link_.run(
        "SELECT pg_encoding_to_char(encoding), datcollate, datlocprovider, current_schema(), "
        "current_setting('server_version_num'), pg_is_in_recovery() FROM pg_database WHERE datname = "
        "current_database()");
    const auto field = [&](int column) { return std::string{PQgetvalue(found.get(), 0, column)}; };
    const std::string collation = field(1);
    const bool plain = collation == "C" || collation == "POSIX" || collation == "C.UTF-8" || collation == "C.utf8";
    constexpr const char* make = ". Make one with: createdb --template=template0 --encoding=UTF8 --locale=C NAME";
    if (field(0) != "UTF8") return "its encoding is " + field(0) + " and has to be UTF8" + make;
    if (!plain || field(2) != "c") return "it sorts by the rules of " + collation + " and has to sort by C" + make;
    if (field(3).empty()) return "the first schema of its search_path is not there: CREATE SCHEMA makes it";
    if (std::stoi(field(4)) < 150'000) return "PostgreSQL has to be of version 15 or later";
    if (field(5) == "t") return "it is a standby; name all hosts and target_session_attrs=read-write";
    return "";
}

}  // namespace

bool holds_password(std::string_view url) {
    if (!is_server_url(url)) return false;
    const std::size_t begin = url.find("://") + 3;
    const std::size_t end = url.find_first_of("/?", begin);
    const std::string_view before_path = url.substr(begin, end == std::string_view::npos ? end : end - begin);
    const std::size_t at = before_path.rfind('@');
    return url.find("password=") != std::string_view::npos ||
           (at != std::string_view::npos && before_path.substr(0, at).find(':') != std::string_view::npos);
}

std::string Source::shown() const {
    if (!is_server()) return file_.string();
    // postgresql://user:password@host/…, and …?password=…
    std::string shown = server_.url;
    const std::size_t begin = shown.find("://") + 3;
    const std::size_t end = shown.find('@', begin);
    const std::size_t colon = shown.find(':', begin);
    if (end != std::string::npos && colon < end) shown.erase(colon, end - colon);
    if (const std::size_t options = shown.find('?'); options != std::string::npos) shown.erase(options);
    return shown;
}

std::unique_ptr<Connection> open_postgres(const Server& server, Access access, std::chrono::milliseconds patience) {
    return std::make_unique<PostgresConnection>(connected(server, patience), access);
}

}  // namespace wardwatch::sql

// Opens, checks, migrates and sets aside the database file.
#include "agent/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "agent/data_folder/protected_files.h"

namespace wardwatch {
namespace {

namespace fs = std::filesystem;

constexpr int busy_wait_ms = 10'000;
constexpr const char* file_name = "wardwatch.db";

// Each entry leads from version n to n + 1. Never edit one that was released; add the next.
constexpr const char* migrations[] = {
    R"(CREATE TABLE reports (
           sequence INTEGER PRIMARY KEY AUTOINCREMENT,
           report_id TEXT NOT NULL UNIQUE,
           device_id TEXT NOT NULL,
           taken_at INTEGER NOT NULL,
           facts_hash TEXT NOT NULL,
           json TEXT NOT NULL);
       CREATE TABLE outbox (
           position INTEGER PRIMARY KEY AUTOINCREMENT,
           report_id TEXT NOT NULL UNIQUE REFERENCES reports (report_id));
       CREATE TABLE refused (
           report_id TEXT PRIMARY KEY,
           at INTEGER NOT NULL,
           reason TEXT NOT NULL);
       CREATE TABLE verdicts (
           rule_id TEXT NOT NULL,
           instance TEXT NOT NULL,
           status TEXT NOT NULL,
           since INTEGER NOT NULL,
           PRIMARY KEY (rule_id, instance));
       CREATE TABLE set_aside (at INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL);
       CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);)",
};
constexpr int newest_version = std::size(migrations);
constexpr int table_count = 6;

fs::path with_suffix(fs::path file, std::string_view suffix) {
    file += suffix;
    return file;
}

SQLite::Database connect(const fs::path& file, int flags) {
    SQLite::Database database(file, flags, busy_wait_ms);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    return database;
}

void check(SQLite::Database& database) {
    const std::string answer = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (answer != "ok") throw StoreDamaged(answer);
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const int tables = database
                           .execAndGet(
                               "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
                               "('reports', 'outbox', 'refused', 'verdicts', 'set_aside', 'meta')")
                           .getInt();
    if (version >= 1 && tables != table_count) throw StoreDamaged("tables are missing");
}

void migrate(SQLite::Database& database) {
    // IMMEDIATE: two processes that start together migrate one after the other.
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version > newest_version)
        throw std::runtime_error("the database was made by a newer Wardwatch (format " + std::to_string(version) +
                                 ", this program knows " + std::to_string(newest_version) +
                                 "): install the newer version again");
    if (version == newest_version) return;
    for (int next = version; next < newest_version; ++next) database.exec(migrations[next]);
    database.exec("PRAGMA user_version = " + std::to_string(newest_version));
    transaction.commit();
}

void keep_newest_three(const fs::path& folder) {
    std::vector<fs::path> kept;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = utf8(entry.path().filename());
        if (name.starts_with("wardwatch.db.damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm"))
            kept.push_back(entry.path());
    }
    std::sort(kept.rbegin(), kept.rend());
    for (std::size_t i = 3; i < kept.size(); ++i)
        for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(with_suffix(kept[i], suffix));
}

}  // namespace

std::optional<FolderLock> FolderLock::try_acquire(const fs::path& folder, std::chrono::milliseconds wait) {
    try {
        // SQLite's own file locks, on an empty database: they work alike on both systems and end with the process.
        auto file =
            std::make_unique<SQLite::Database>(folder / "service.lock", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        file->setBusyTimeout(static_cast<int>(wait.count()));
        file->exec("BEGIN IMMEDIATE");
        return FolderLock(std::move(file));
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() == SQLITE_BUSY) return std::nullopt;
        throw explain(error, folder);
    }
}

bool FolderLock::is_held(const fs::path& folder) { return fs::exists(folder / "service.lock") && !try_acquire(folder); }

SQLite::Database open_database(const fs::path& folder) {
    try {
        SQLite::Database database = connect(folder / file_name, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        check(database);
        migrate(database);
        return database;
    } catch (const SQLite::Exception& error) {
        if (means_damage(error)) throw StoreDamaged(error.what());
        throw explain(error, folder);
    }
}

std::unique_ptr<SQLite::Database> look_into_database(const fs::path& folder) {
    if (!fs::exists(folder / file_name)) return nullptr;
    try {
        auto database = std::make_unique<SQLite::Database>(folder / file_name, SQLite::OPEN_READWRITE, busy_wait_ms);
        const int version = database->execAndGet("PRAGMA user_version").getInt();
        if (version == 0) return nullptr;
        if (version != newest_version)
            throw std::runtime_error("the database has format " + std::to_string(version) + ", this program knows " +
                                     std::to_string(newest_version) + ": use the program of the service that runs");
        return database;
    } catch (const SQLite::Exception& error) {
        if (means_damage(error)) throw left_alone(error.what());
        throw explain(error, folder);
    }
}

SetAside set_database_aside(const fs::path& folder, Instant now, const std::string& reason) {
    std::string stamp = format_instant(now);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    const std::string base = std::string(file_name) + ".damaged-" + stamp;
    std::string name = base;
    for (int n = 2; fs::exists(folder / name); ++n) name = base + "-" + std::to_string(n);
    // The log first: a new database must never meet an old log.
    for (const char* suffix : {"-wal", "-shm", ""}) {
        const fs::path from = with_suffix(folder / file_name, suffix);
        if (fs::exists(from)) fs::rename(from, folder / (name + suffix));
    }
    keep_newest_three(folder);
    return {now, name, reason};
}

StoreDamaged left_alone(const std::string& reason) {
    return StoreDamaged("the database is damaged (" + reason + "): restart the service, it sets it aside");
}

bool means_damage(const SQLite::Exception& error) {
    return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

std::runtime_error explain(const SQLite::Exception& error, const fs::path& folder) {
    const std::string where = " (" + utf8(folder) + ")";
    switch (error.getErrorCode()) {
        case SQLITE_FULL:
            return std::runtime_error("the disk is full: make room, nothing stored so far is lost" + where);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return std::runtime_error("another program keeps the database locked: close it" + where);
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return std::runtime_error("the database cannot be opened for writing: run as administrator" + where);
        default:
            return std::runtime_error(std::string("the database failed: ") + error.what() + where);
    }
}

}  // namespace wardwatch

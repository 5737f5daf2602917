// A whole database file, in SQLite's own way.
#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/error.h"
#include "reporting/central/sql/schema.h"

namespace wardwatch::sql {

namespace {

constexpr int others_take_at_most = 10'000;  // milliseconds

}  // namespace

int known_schema() { return static_cast<int>(schema_steps().size()); }

FileCheck check_file(const std::filesystem::path& file, Access access) {
    try {
        SQLite::Database database{file, access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE,
                                  others_take_at_most};
        FileCheck check;
        check.problem = database.execAndGet("PRAGMA integrity_check").getString();
        if (check.problem == "ok") check.problem.clear();
        check.schema = database.execAndGet("PRAGMA user_version").getInt();
        check.known_schema = known_schema();
        return check;
    } catch (const SQLite::Exception& error) {
        throw DatabaseError(error.what());
    }
}

void copy_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    namespace fs = std::filesystem;
    try {
        SQLite::Database source{from, SQLite::OPEN_READONLY, others_take_at_most};
        SQLite::Database target{to, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0};
        fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
        SQLite::Backup backup{target, source};
        // In one step: between two, another connection that writes would have it begin anew.
        backup.executeStep(-1);
    } catch (const SQLite::Exception& error) {
        throw DatabaseError(error.what());
    }
}

struct FileLock::Held {
    SQLite::Database database;
};

FileLock::FileLock(std::unique_ptr<Held> held) : held_(std::move(held)) {}
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& file, std::chrono::milliseconds wait) {
    // A lock that SQLite holds works alike on all systems.
    try {
        auto held = std::make_unique<Held>(
            SQLite::Database{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, static_cast<int>(wait.count())});
        // Before the lock: its journal takes the file's rights.
        std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        held->database.exec("BEGIN EXCLUSIVE");
        return FileLock{std::move(held)};
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() == SQLITE_BUSY) return std::nullopt;
        throw DatabaseError(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        throw DatabaseError(error.what());
    }
}

}  // namespace wardwatch::sql

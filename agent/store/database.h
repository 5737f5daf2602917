// Opens wardwatch.db: locks, damage, migrations. The store uses it; nothing else does.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

/// The database file is damaged and was left as it is. what() says what to do.
class StoreDamaged : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Held by the service for as long as it runs, so that there is one per data folder; and by whoever sets a damaged
/// database aside, so that nobody works on a file that is being renamed. Ends with the process, however that ends.
class FolderLock {
public:
    /// Empty when another process holds it, also after this wait. Throws std::runtime_error when the folder cannot be
    /// written.
    static std::optional<FolderLock> try_acquire(const std::filesystem::path& folder,
                                                 std::chrono::milliseconds wait = {});
    /// True when some process holds it now. Creates nothing. To look is to hold it for a moment: whoever means to keep
    /// it waits for longer than that.
    static bool is_held(const std::filesystem::path& folder);

private:
    explicit FolderLock(std::unique_ptr<SQLite::Database> file) : file_(std::move(file)) {}
    std::unique_ptr<SQLite::Database> file_;
};

struct SetAside {
    Instant at;
    std::string name;    ///< "wardwatch.db.damaged-20261122T030405Z", in the data folder
    std::string reason;  ///< what SQLite found
};

/// Opens the database, makes or migrates it, and checks it. Throws StoreDamaged (the file is untouched), or
/// std::runtime_error: locked for longer than 10 s, disk full, made by a newer version.
SQLite::Database open_database(const std::filesystem::path& folder);

/// Opens an existing database for a look, without check and migration. Empty when there is none yet.
std::unique_ptr<SQLite::Database> look_into_database(const std::filesystem::path& folder);

/// Renames the damaged database with its -wal and -shm. Keeps the newest three such files. The caller holds the
/// FolderLock.
SetAside set_database_aside(const std::filesystem::path& folder, Instant now, const std::string& reason);

/// The error for a damaged database that is left as it is.
StoreDamaged left_alone(const std::string& reason);

/// True for SQLite's "corrupt" and "not a database".
bool means_damage(const SQLite::Exception& error);

/// An SQLite error in words that say what to do: disk full, locked, read only.
std::runtime_error explain(const SQLite::Exception& error, const std::filesystem::path& folder);

}  // namespace wardwatch

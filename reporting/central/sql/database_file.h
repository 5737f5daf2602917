// What is done to a database as a whole file: looking whether it is sound, copying it, holding it alone.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "reporting/central/sql/backend.h"
#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

struct FileCheck {
    std::string problem;   ///< what is damaged, in the database's words; empty: it is sound
    int schema = 0;        ///< the number of the file's schema
    int known_schema = 0;  ///< the newest that this program knows
};

/// The newest schema that this program knows.
int known_schema();

/// Reads all of it and changes nothing; a file that no centre uses can only be read by who may write. Throws
/// DatabaseError when it cannot be opened.
FileCheck check_file(const std::filesystem::path& file, Access access);

/// The same of a server's database, of which it is looked only whether it answers and which schema it has. Throws
/// DatabaseError or StoreError when it cannot be reached.
FileCheck check_server(const Server& server);

/// Into a new file, for its owner alone. The copy is of one moment, whoever writes meanwhile.
void copy_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Held by one process at a time; the system gives it back when the process ends, however it ends.
class FileLock {
public:
    /// Makes the file, for its owner alone, where there is none. Empty when another process has it, also after this
    /// wait. Throws DatabaseError when the file cannot be made or read.
    static std::optional<FileLock> try_acquire(const std::filesystem::path& file, std::chrono::milliseconds wait);
    ~FileLock();
    FileLock(FileLock&&) noexcept;
    FileLock& operator=(FileLock&&) noexcept;

private:
    struct Held;
    explicit FileLock(std::unique_ptr<Held> held);
    std::unique_ptr<Held> held_;
};

}  // namespace wardwatch::sql

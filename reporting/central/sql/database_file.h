// What is done to a database as a whole file: looking whether it is sound, copying it, holding it alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace wardwatch::sql {

struct FileCheck {
    std::string problem;   ///< what is damaged, in the database's words; empty: it is sound
    int schema = 0;        ///< the number of the file's schema
    int known_schema = 0;  ///< the newest that this program knows
};

/// Reads all of it. Throws DatabaseError when it cannot be opened.
FileCheck check_file(const std::filesystem::path& file);

/// Into a new file, for its owner alone. The copy is of one moment, whoever writes meanwhile.
void copy_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Held by one process at a time; the system gives it back when the process ends, however it ends.
class FileLock {
public:
    /// Makes the file, for its owner alone, where there is none. Throws DatabaseError when another process has it.
    explicit FileLock(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    struct Held;
    std::unique_ptr<Held> held_;
};

}  // namespace wardwatch::sql

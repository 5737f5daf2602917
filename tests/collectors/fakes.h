// A disk and databases that tests make up.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/credential_stores/snapshot.h"
#include "collectors/machine/files.h"

namespace wardwatch::test {

/// Files by path. Folders exist by having something in them.
class FakeFiles : public Files {
public:
    struct File {
        ReadStatus status = ReadStatus::ok;
        std::string bytes;
    };
    std::map<std::filesystem::path, File> files;
    /// Asked first; may change `files`.
    std::function<void(const std::filesystem::path& file)> before_read;

    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override;
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override;
    /// Folders that cannot be listed.
    std::vector<std::filesystem::path> closed;
};

/// The bytes of a database made by these statements.
std::string make_database(const std::string& sql);

/// The bytes of a database, its journal and its WAL, copied while the last statements' transaction is open (`journal`)
/// or committed to a WAL that is not checkpointed (`wal`).
struct DatabaseFiles {
    std::string database;
    std::string journal;
    std::string wal;
};
DatabaseFiles make_hot_journal(const std::string& committed, const std::string& uncommitted);
DatabaseFiles make_wal(const std::string& checkpointed, const std::string& in_wal);

Snapshot snapshot_of(const DatabaseFiles& files);
SecretBytes bytes_of(std::string_view text);

/// For tests that must not wait.
void no_pause(std::chrono::milliseconds);

/// A folder that is removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }
    /// Makes the folders above as well.
    std::filesystem::path write(const std::filesystem::path& relative, std::string_view bytes) const;

private:
    std::filesystem::path path_;
};

/// Chromium's table logins as of today, empty.
extern const char* const logins_table;
/// One INSERT into it, in the order: origin, username, blacklisted, federation, created, password modified.
std::string login(const std::string& origin, const std::string& username, int blacklisted = 0,
                  const std::string& federation = "", const std::string& created = "0",
                  const std::string& modified = "0");

}  // namespace wardwatch::test

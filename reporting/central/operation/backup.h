// The whole centre in one file, and back again.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "reporting/central/data_folder/data_folder.h"

namespace wardwatch {

/// what() says what is wrong and what to do; what was there before is as it was.
class BackupError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct BackupContents {
    Instant made_at;
    std::string version;  ///< of the program that made it
    int schema = 0;
    std::vector<std::string> files;
    std::uintmax_t bytes = 0;  ///< of the file
    bool of_a_server = false;  ///< the database is a dump of PostgreSQL's
    bool encrypted = false;
    /// Fingerprint of the sealing key that a restored centre needs and the backup has not, for the system keeps it;
    /// empty: none.
    std::string needs_sealing_key;
};

/// Where what was there before a restore is now.
struct Restored {
    std::optional<std::filesystem::path> aside;  ///< a folder "before-restore-…" in the data folder
    std::string schema;                          ///< of a server's database: a schema "before_restore_…"; empty: none
    std::string needs_sealing_key;               ///< as BackupContents has it
};

/// Writes a tar, for the owner alone (0600), that holds the database as it was at one moment, the CA, the sealing key
/// where the folder has it, the server's certificate and, where there is one, the configuration; with recipients
/// (encrypted_file.h), encrypted to them. A served centre goes on. The database's copy is checked (integrity_check; a
/// server's dump is read whole by pg_restore), and the finished tar is read again and compared before the file gets its
/// name. What is not encrypted stays in the data folder. Throws BackupError, also when there is a file of this name.
BackupContents make_backup(const DataFolder& folder, const std::filesystem::path& config_file,
                           const std::filesystem::path& file, const std::string& version, Instant now,
                           const std::vector<std::string>& recipients = {});

/// Reads the whole file: every member is there once, has its SHA-256, and the database is sound and none of a newer
/// program. An encrypted one needs the file with the private key; what comes out of it is in the system's folder for
/// temporary files meanwhile. Throws BackupError.
BackupContents verify_backup(const std::filesystem::path& file, const std::filesystem::path& identity = {});

/// Makes the folder, and the server's database, what it was. Verifies first. Refuses a folder that is served, a
/// database that a running centre uses, and those that hold a centre unless `replace`: then what was there is put
/// aside. The configuration is not put in force: it becomes "restored-central.json" in the folder. Throws BackupError,
/// DataFolderError, StoreError or DatabaseError.
Restored restore_backup(const DataFolder& folder, const std::filesystem::path& file, bool replace, Instant now,
                        const std::filesystem::path& identity = {});

}  // namespace wardwatch

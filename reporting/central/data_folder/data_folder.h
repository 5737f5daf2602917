// The folder that holds a centre: its database, its CA with the private key, its server certificate, and the key that
// seals the CA's key and the database's secrets, unless the system hands that one over (systemd's credential
// "wardwatch-central.key"). Whoever can read it can pretend to be the centre: the folder is made for its owner only
// (0700, files 0600).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/tls/authority.h"
#include "reporting/tls/pki.h"
#include "reporting/tls/sealing.h"

namespace wardwatch {

/// what() says what is wrong with the folder and what to do.
class DataFolderError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Held while `serve` runs; the system gives it back when the process ends, however it ends.
class ServeLock {
public:
    /// Waits a moment for those who only look. Throws DataFolderError when another process serves this folder.
    explicit ServeLock(const std::filesystem::path& folder);
    /// Whether a process serves this folder now.
    static bool is_held(const std::filesystem::path& folder);

private:
    std::optional<sql::FileLock> held_;
};

class DataFolder {
public:
    /// With a server, the database is there and not in this folder.
    explicit DataFolder(std::filesystem::path folder, sql::Server server = {})
        : folder_(std::move(folder)), server_(std::move(server)) {}

    /// Makes the folder where it is missing and closes it to other users.
    void make() const;
    /// Makes the sealing key, the CA (10 years) and an empty database file where they are missing. Refuses a folder
    /// whose database is there, or whose server's database is of a centre, and whose CA is not: a new CA would lock out
    /// every PC. So it does where the CA's key is sealed and the sealing key is not there. The caller holds the
    /// ServeLock.
    void prepare(Instant now) const;
    /// Throws DataFolderError when there is none, or it is none.
    Sealing sealing() const;
    bool has_sealing_key() const;  ///< in a file of its own
    /// Seals the CA's key where it is not yet: older programs wrote it as it is. The caller holds the ServeLock.
    void seal_authority() const;

    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path database() const { return folder_ / "central.db"; }
    /// Where the database is, or is to be.
    sql::Source source() const { return has_server() ? sql::Source{server_} : sql::Source{database()}; }
    /// Where the database is. Throws DataFolderError when there is no centre in this folder.
    sql::Source existing_database() const;
    bool has_centre() const;
    bool has_server() const { return !server_.url.empty(); }
    /// By which PCs' hardware is kept in the database; `prepare` makes it. Throws DataFolderError while there is none.
    std::string hardware_key() const;
    /// Holds the first administrator's password, where no terminal showed it, until it is changed.
    std::filesystem::path first_password() const { return folder_ / "admin-password"; }
    void keep_first_password(const std::string& password) const;
    void forget_first_password() const;
    /// The CA, and its certificate alone. Throws DataFolderError.
    Authority authority() const;
    std::string authority_certificate() const;
    /// A new certificate for the same CA, with the same name and key, when less than two years of the old one are left:
    /// by either certificate the centre and the PCs know each other, and every PC gets the new one with its own yearly
    /// renewal. True when it was made. The CA's fingerprint, which new PCs are given, is another one then. The caller
    /// holds the ServeLock.
    bool renew_authority(Instant now) const;
    /// Puts the CA's certificate that was made elsewhere for the same key in the place of ours when it lasts longer;
    /// false for any other. The caller holds the ServeLock.
    bool adopt_authority(const std::string& certificate_pem) const;
    /// Throws DataFolderError while there is none.
    std::string kept_server_certificate() const;
    /// The server's key and certificate; made anew when the names, the CA or the date ask for it.
    KeyAndCertificate server_certificate(const std::vector<std::string>& names, Instant now) const;

    /// What the file of this name holds, for its owner alone; made of `make` where there is none.
    std::string secret(const char* name, const std::function<std::string()>& make) const;

private:
    std::filesystem::path folder_;
    sql::Server server_;
};

}  // namespace wardwatch

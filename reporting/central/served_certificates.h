// The certificates that a running centre shows and signs with.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/authority.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// The CA and the server's certificate of a running centre. Thread safe.
class ServedCertificates {
public:
    ServedCertificates(DataFolder folder, sql::Database database, std::vector<std::string> names, Instant now);

    Authority authority() const;
    KeyAndCertificate server() const;
    Instant authority_ends() const;
    Instant server_ends() const;
    /// Makes anew what comes to its end, and takes over what another process has made. True when something changed.
    bool renew(Instant now);

private:
    const DataFolder folder_;
    sql::Database database_;
    const std::vector<std::string> names_;
    mutable std::mutex mutex_;
    Authority authority_;
    KeyAndCertificate server_;
};

}  // namespace wardwatch

// Kept in the data folder, renewed there, and remembered here.
#include "reporting/central/served_certificates.h"

#include "reporting/central/data_folder/shared_authority.h"

namespace wardwatch {

ServedCertificates::ServedCertificates(DataFolder folder, sql::Database database, std::vector<std::string> names,
                                       Instant now)
    : folder_(std::move(folder)),
      database_(std::move(database)),
      names_(std::move(names)),
      authority_(folder_.authority()) {
    renew(now);
}

Authority ServedCertificates::authority() const {
    const std::lock_guard lock{mutex_};
    return authority_;
}

KeyAndCertificate ServedCertificates::server() const {
    const std::lock_guard lock{mutex_};
    return server_;
}

Instant ServedCertificates::authority_ends() const {
    return inspect_certificate(authority().certificate_pem()).not_after;
}

Instant ServedCertificates::server_ends() const { return inspect_certificate(server().certificate_pem).not_after; }

bool ServedCertificates::renew(Instant now) {
    const std::lock_guard lock{mutex_};
    share_authority(folder_, database_);
    if (folder_.renew_authority(now)) share_authority(folder_, database_);
    Authority authority = folder_.authority();
    KeyAndCertificate server = folder_.server_certificate(names_, now);
    const bool changed = authority.certificate_pem() != authority_.certificate_pem() ||
                         server.certificate_pem != server_.certificate_pem;
    authority_ = std::move(authority);
    server_ = std::move(server);
    return changed;
}

}  // namespace wardwatch

// The centre's CA as the rest of the centre may use it: it signs three kinds of certificates, and its key stays inside.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/tls/pki.h"

namespace wardwatch {

/// A value; may be used from several threads at once. Signs as pki.h says, and throws PkiError. Valid from an hour
/// before `now`, and never longer than its own certificate.
class Authority {
public:
    /// Not explicit: whoever has both parts has the CA. The copy of the key is wiped with the last copy of this.
    Authority(const KeyAndCertificate& parts);  // NOLINT(google-explicit-constructor)

    const std::string& certificate_pem() const { return parts_->certificate_pem; }

    /// A PC's certificate: a client's, named by the device id, for the key of the request.
    std::string sign_device(std::string_view request_pem, std::string_view device_id, Instant now,
                            std::chrono::days validity) const;
    /// The own server's, with a new key.
    KeyAndCertificate sign_server(const std::vector<std::string>& names, Instant now, std::chrono::days validity) const;
    /// Its own successor's certificate, for the same name and key.
    std::string sign_successor(Instant now, std::chrono::days validity) const;

private:
    std::shared_ptr<const KeyAndCertificate> parts_;
};

}  // namespace wardwatch

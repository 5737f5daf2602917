// Holds the key as text, which is wiped at the end; OpenSSL reads it for each signature.
#include "reporting/tls/authority.h"

#include <openssl/crypto.h>

namespace wardwatch {

namespace {

void wipe_and_delete(KeyAndCertificate* parts) {
    OPENSSL_cleanse(parts->private_key_pem.data(), parts->private_key_pem.size());
    delete parts;
}

}  // namespace

Authority::Authority(const KeyAndCertificate& parts)
    : parts_(std::shared_ptr<KeyAndCertificate>(new KeyAndCertificate(parts), wipe_and_delete)) {}

std::string Authority::sign_device(std::string_view request_pem, std::string_view device_id, Instant now,
                                   std::chrono::days validity) const {
    return sign_client_request(*parts_, request_pem, device_id, now, validity);
}

KeyAndCertificate Authority::sign_server(const std::vector<std::string>& names, Instant now,
                                         std::chrono::days validity) const {
    return make_server_certificate(*parts_, names, now, validity);
}

std::string Authority::sign_successor(Instant now, std::chrono::days validity) const {
    return renew_authority(*parts_, now, validity).certificate_pem;
}

}  // namespace wardwatch

// Keys and certificates: P-256, SHA-256, X.509 v3. PEM text in, PEM text out. Errors throw PkiError.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

class PkiError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct KeyAndCertificate {
    std::string private_key_pem;
    std::string certificate_pem;
};

struct CertificateInfo {
    std::string common_name;
    std::string serial;  ///< lower-case hex
    Instant not_before;
    Instant not_after;
    std::string sha256;             ///< of the DER, 64 lower-case hex digits: what administrators compare
    std::string public_key_sha256;  ///< of the SubjectPublicKeyInfo
};

std::string make_private_key();

/// CertificateInfo::public_key_sha256 of this key's certificates.
std::string private_key_public_sha256(std::string_view private_key_pem);

/// A certificate signing request for the key, with the given common name.
std::string make_signing_request(std::string_view private_key_pem, std::string_view common_name);

/// A self-signed CA that signs leaf certificates only (pathlen 0), valid from an hour before `now`.
KeyAndCertificate make_authority(std::string_view common_name, Instant now, std::chrono::days validity);

/// The same authority, name and key, with a new certificate: what was signed before is by the new one, too, and who
/// trusts the old one trusts what is signed from now on, until the old one ends.
KeyAndCertificate renew_authority(const KeyAndCertificate& authority, Instant now, std::chrono::days validity);

/// A server certificate for the DNS names and IP addresses, signed by the authority. Like a client certificate it is
/// valid from an hour before `now` and never longer than its authority.
KeyAndCertificate make_server_certificate(const KeyAndCertificate& authority, const std::vector<std::string>& names,
                                          Instant now, std::chrono::days validity);

/// Signs a request as a client certificate for `common_name`, whatever name the request carries. Refuses a request
/// whose own signature is wrong or whose key is not P-256.
std::string sign_client_request(const KeyAndCertificate& authority, std::string_view request_pem,
                                std::string_view common_name, Instant now, std::chrono::days validity);

/// The public key of a signing request as CertificateInfo::public_key_sha256 gives it.
std::string request_public_key_sha256(std::string_view request_pem);

/// True when the authority signed the certificate. Says nothing about dates.
bool is_issued_by(std::string_view certificate_pem, std::string_view authority_pem);

/// Of the first certificate in the text.
CertificateInfo inspect_certificate(std::string_view certificate_pem);

/// Two lower-case hex digits a byte.
std::string to_hex(std::string_view bytes);

/// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// `count` random bytes as hex, from OpenSSL's generator, which the system's seeds.
std::string random_hex(std::size_t count);

/// Compares in a time that does not depend on where the texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// A random (version 4) UUID.
std::string random_uuid();

}  // namespace wardwatch

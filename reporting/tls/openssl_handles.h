// OpenSSL's objects as owned resources, and PEM in and out. For .cpp files: no public header includes this.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>
#include <string_view>

#include "collectors/core/unique_resource.h"

namespace wardwatch {
struct CertificateInfo;  // pki.h
}

namespace wardwatch::openssl {

template <class Object, void (*free_object)(Object*)>
struct Traits {
    static Object* none() { return nullptr; }
    static void release(Object* object) noexcept { free_object(object); }
};
inline void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
/// Of the list alone: its certificates belong to others.
inline void free_certificate_list(STACK_OF(X509) * list) { sk_X509_free(list); }
inline void free_bio(BIO* bio) { BIO_free_all(bio); }

using UniqueBio = UniqueResource<BIO*, Traits<BIO, free_bio>>;
using UniqueBignum = UniqueResource<BIGNUM*, Traits<BIGNUM, BN_free>>;
using UniqueKey = UniqueResource<EVP_PKEY*, Traits<EVP_PKEY, EVP_PKEY_free>>;
using UniqueCertificate = UniqueResource<X509*, Traits<X509, X509_free>>;
using UniqueRequest = UniqueResource<X509_REQ*, Traits<X509_REQ, X509_REQ_free>>;
using UniqueName = UniqueResource<X509_NAME*, Traits<X509_NAME, X509_NAME_free>>;
using UniqueExtension = UniqueResource<X509_EXTENSION*, Traits<X509_EXTENSION, X509_EXTENSION_free>>;
using UniqueGeneralName = UniqueResource<GENERAL_NAME*, Traits<GENERAL_NAME, GENERAL_NAME_free>>;
using UniqueGeneralNames = UniqueResource<GENERAL_NAMES*, Traits<GENERAL_NAMES, free_names>>;
using UniqueCertificateList = UniqueResource<STACK_OF(X509)*, Traits<STACK_OF(X509), free_certificate_list>>;
using UniqueSsl = UniqueResource<SSL*, Traits<SSL, SSL_free>>;
using UniqueSession = UniqueResource<SSL_SESSION*, Traits<SSL_SESSION, SSL_SESSION_free>>;
using UniqueSslContext = UniqueResource<SSL_CTX*, Traits<SSL_CTX, SSL_CTX_free>>;

/// Throws PkiError: `what`, and what OpenSSL's error queue says. Empties the queue.
[[noreturn]] void fail(const std::string& what);

/// fail(what) unless `ok`. For OpenSSL's functions that answer 1 for success.
inline void require(bool ok, const char* what) {
    if (!ok) fail(what);
}

/// Each throws PkiError for anything but the expected PEM. An encrypted PEM is refused, never asked a password for.
UniqueKey read_private_key(std::string_view pem);
UniqueCertificate read_certificate(std::string_view pem);
UniqueRequest read_request(std::string_view pem);

std::string to_pem(EVP_PKEY* private_key);
std::string to_pem(X509* certificate);
std::string to_pem(X509_REQ* request);

/// Throws PkiError for a certificate without a usable key.
CertificateInfo inspect(X509* certificate);
/// SHA-256 of the DER, 64 lower-case hex digits.
std::string certificate_sha256(X509* certificate);
/// SHA-256 of the key's SubjectPublicKeyInfo, 64 lower-case hex digits.
std::string public_key_sha256(EVP_PKEY* key);

bool is_p256(EVP_PKEY* key);

/// What a TLS server or client shows of itself. Throws PkiError when key and certificate do not belong together.
void use_certificate(SSL_CTX* context, std::string_view certificate_pem, std::string_view private_key_pem);

/// A name of one common name, UTF-8, 1 to 64 characters. Throws PkiError for any other.
UniqueName make_name(std::string_view common_name);

}  // namespace wardwatch::openssl

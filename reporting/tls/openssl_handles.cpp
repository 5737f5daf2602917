#include "reporting/tls/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <limits>

#include "reporting/tls/pki.h"

namespace wardwatch::openssl {

namespace {

UniqueBio memory(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw PkiError("a PEM text is too long");
    UniqueBio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    require(static_cast<bool>(bio), "no memory for a PEM text");
    return bio;
}

// OpenSSL's own callback would ask for a password on the terminal when a hostile PEM says that it is encrypted.
int no_password(char*, int, int, void*) { return -1; }

template <class Write>
std::string written(Write write) {
    const UniqueBio bio{BIO_new(BIO_s_mem())};
    require(bio && write(bio.get()) == 1, "a PEM text could not be written");
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

template <class Encode>
std::string der_sha256(Encode encode, const char* what) {
    unsigned char* der = nullptr;
    const int size = encode(&der);
    if (size <= 0) fail(what);
    std::string digest = sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return digest;
}

}  // namespace

void fail(const std::string& what) {
    std::string message = what;
    for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
        std::array<char, 256> text{};
        ERR_error_string_n(error, text.data(), text.size());
        message.append(": ").append(text.data());
    }
    throw PkiError(message);
}

UniqueKey read_private_key(std::string_view pem) {
    UniqueKey key{PEM_read_bio_PrivateKey(memory(pem).get(), nullptr, no_password, nullptr)};
    require(static_cast<bool>(key), "not an unencrypted private key in PEM");
    return key;
}

UniqueCertificate read_certificate(std::string_view pem) {
    UniqueCertificate certificate{PEM_read_bio_X509(memory(pem).get(), nullptr, no_password, nullptr)};
    require(static_cast<bool>(certificate), "not a certificate in PEM");
    return certificate;
}

UniqueRequest read_request(std::string_view pem) {
    UniqueRequest request{PEM_read_bio_X509_REQ(memory(pem).get(), nullptr, no_password, nullptr)};
    require(static_cast<bool>(request), "not a certificate signing request in PEM");
    return request;
}

std::string to_pem(EVP_PKEY* private_key) {
    return written([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, private_key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

std::string to_pem(X509* certificate) {
    return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string to_pem(X509_REQ* request) {
    return written([&](BIO* bio) { return PEM_write_bio_X509_REQ(bio, request); });
}

std::string certificate_sha256(X509* certificate) {
    return der_sha256([&](unsigned char** der) { return i2d_X509(certificate, der); }, "a certificate has no DER");
}

std::string public_key_sha256(EVP_PKEY* key) {
    return der_sha256([&](unsigned char** der) { return i2d_PUBKEY(key, der); }, "a public key has no DER");
}

bool is_p256(EVP_PKEY* key) {
    std::array<char, 32> group{};
    std::size_t size = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
           std::string_view(group.data(), size) == "prime256v1";
}

void use_certificate(SSL_CTX* context, std::string_view certificate_pem, std::string_view private_key_pem) {
    const UniqueCertificate certificate = read_certificate(certificate_pem);
    const UniqueKey key = read_private_key(private_key_pem);
    require(SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1,
            "a key and its certificate cannot be used together");
}

UniqueName make_name(std::string_view common_name) {
    // OpenSSL itself limits the characters to 64 (ub-common-name) and checks the UTF-8; 4 bytes make one at most.
    if (common_name.empty() || common_name.size() > 64 * 4 || common_name.find('\0') != std::string_view::npos) {
        throw PkiError("a common name has 1 to 64 characters");
    }
    UniqueName name{X509_NAME_new()};
    const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
    require(name && X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, bytes,
                                               static_cast<int>(common_name.size()), -1, 0) == 1,
            "not a common name of 1 to 64 characters in UTF-8");
    return name;
}

}  // namespace wardwatch::openssl

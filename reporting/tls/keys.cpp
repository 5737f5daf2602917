// Keys, signing requests, digests and random texts of pki.h.
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/rand.h>

#include <array>
#include <vector>

#include "reporting/tls/openssl_handles.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

std::string to_hex(const unsigned char* bytes, std::size_t count) {
    return wardwatch::to_hex({reinterpret_cast<const char*>(bytes), count});
}

std::vector<unsigned char> random_bytes(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    openssl::require(RAND_bytes(bytes.data(), static_cast<int>(count)) == 1, "no random bytes");
    return bytes;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::string make_private_key() {
    const openssl::UniqueKey key{EVP_EC_gen("P-256")};
    openssl::require(static_cast<bool>(key), "a P-256 key could not be made");
    return openssl::to_pem(key.get());
}

std::string private_key_public_sha256(std::string_view private_key_pem) {
    return openssl::public_key_sha256(openssl::read_private_key(private_key_pem).get());
}

std::string make_signing_request(std::string_view private_key_pem, std::string_view common_name) {
    const openssl::UniqueKey key = openssl::read_private_key(private_key_pem);
    const openssl::UniqueName name = openssl::make_name(common_name);
    const openssl::UniqueRequest request{X509_REQ_new()};
    openssl::require(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                         X509_REQ_set_subject_name(request.get(), name.get()) == 1 &&
                         X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                         X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0,
                     "a signing request could not be made");
    return openssl::to_pem(request.get());
}

std::string request_public_key_sha256(std::string_view request_pem) {
    const openssl::UniqueRequest request = openssl::read_request(request_pem);
    EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
    openssl::require(key != nullptr, "the signing request holds no usable public key");
    return openssl::public_key_sha256(key);
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    openssl::require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1,
                     "SHA-256 is not available");
    return to_hex(digest.data(), size);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_hex(std::size_t count) {
    const std::vector<unsigned char> bytes = random_bytes(count);
    return to_hex(bytes.data(), bytes.size());
}

std::string random_uuid() {
    std::vector<unsigned char> bytes = random_bytes(16);
    // RFC 9562, section 5.4: version 4, variant 10.
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    std::string text = to_hex(bytes.data(), bytes.size());
    for (const std::size_t position : {8u, 13u, 18u, 23u}) text.insert(position, 1, '-');
    return text;
}

}  // namespace wardwatch

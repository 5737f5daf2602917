#include "reporting/tls/pki.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "reporting/tls/openssl_handles.h"

using namespace wardwatch;
using namespace wardwatch::openssl;
using namespace std::chrono_literals;

namespace {

const Instant now = parse_instant("2026-11-22T03:04:05Z");

struct StoreTraits {
    static X509_STORE* none() { return nullptr; }
    static void release(X509_STORE* store) noexcept { X509_STORE_free(store); }
};
struct StoreContextTraits {
    static X509_STORE_CTX* none() { return nullptr; }
    static void release(X509_STORE_CTX* context) noexcept { X509_STORE_CTX_free(context); }
};

/// What `openssl verify -x509_strict` finds: X509_V_OK or an error code.
int verify(const std::string& leaf_pem, const std::string& authority_pem, int purpose, Instant at) {
    const UniqueCertificate leaf = read_certificate(leaf_pem);
    const UniqueCertificate authority = read_certificate(authority_pem);
    const UniqueResource<X509_STORE*, StoreTraits> store{X509_STORE_new()};
    REQUIRE(X509_STORE_add_cert(store.get(), authority.get()) == 1);
    const UniqueResource<X509_STORE_CTX*, StoreContextTraits> context{X509_STORE_CTX_new()};
    REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1);
    REQUIRE(X509_STORE_CTX_set_purpose(context.get(), purpose) == 1);
    X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_time(parameters, at.time_since_epoch().count());
    X509_verify_cert(context.get());
    ERR_clear_error();
    return X509_STORE_CTX_get_error(context.get());
}

std::string signed_client(const KeyAndCertificate& authority, const std::string& key) {
    return sign_client_request(authority, make_signing_request(key, "asked for"), "granted", now,
                               std::chrono::days{90});
}

bool has_name(const std::string& pem, const std::string& name) {
    const UniqueCertificate certificate = read_certificate(pem);
    return X509_check_host(certificate.get(), name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) ==
               1 ||
           X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1;
}

/// The request with one bit of its DER turned, counted from the end (where the signature is).
std::string tampered(const std::string& request_pem, std::size_t from_end) {
    const UniqueRequest request = read_request(request_pem);
    unsigned char* der = nullptr;
    const int size = i2d_X509_REQ(request.get(), &der);
    REQUIRE(size > 0);
    der[static_cast<std::size_t>(size) - from_end] ^= 1;
    const unsigned char* cursor = der;
    const UniqueRequest changed{d2i_X509_REQ(nullptr, &cursor, size)};
    OPENSSL_free(der);
    REQUIRE(changed);
    return to_pem(changed.get());
}

}  // namespace

TEST_CASE("the authority and its leaves pass a strict check of chain and purpose") {
    const KeyAndCertificate authority = make_authority("Phường Hoàn Kiếm", now, std::chrono::days{3650});
    const KeyAndCertificate server =
        make_server_certificate(authority, {"centre.example"}, now, std::chrono::days{397});
    const std::string client = signed_client(authority, make_private_key());

    CHECK(verify(server.certificate_pem, authority.certificate_pem, X509_PURPOSE_SSL_SERVER, now) == X509_V_OK);
    CHECK(verify(client, authority.certificate_pem, X509_PURPOSE_SSL_CLIENT, now) == X509_V_OK);
    // A PC cannot pose as the centre, nor the centre's certificate as a PC's.
    CHECK(verify(client, authority.certificate_pem, X509_PURPOSE_SSL_SERVER, now) == X509_V_ERR_INVALID_PURPOSE);
    CHECK(verify(server.certificate_pem, authority.certificate_pem, X509_PURPOSE_SSL_CLIENT, now) ==
          X509_V_ERR_INVALID_PURPOSE);
    const KeyAndCertificate other = make_authority("Phường Hoàn Kiếm", now, std::chrono::days{3650});
    CHECK(verify(client, other.certificate_pem, X509_PURPOSE_SSL_CLIENT, now) != X509_V_OK);
    CHECK(is_issued_by(client, authority.certificate_pem));
    CHECK_FALSE(is_issued_by(client, other.certificate_pem));
    CHECK_FALSE(is_issued_by(authority.certificate_pem, client));
}

TEST_CASE("a client certificate cannot sign certificates") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    const std::string key = make_private_key();
    const KeyAndCertificate client{key, signed_client(authority, key)};
    const KeyAndCertificate forged = make_server_certificate(client, {"centre.example"}, now, std::chrono::days{10});
    CHECK(verify(forged.certificate_pem, client.certificate_pem, X509_PURPOSE_SSL_SERVER, now) != X509_V_OK);
    const UniqueCertificate leaf = read_certificate(client.certificate_pem);
    CHECK(X509_check_ca(leaf.get()) == 0);
    CHECK((X509_get_key_usage(leaf.get()) & KU_KEY_CERT_SIGN) == 0);
    const UniqueCertificate ca = read_certificate(authority.certificate_pem);
    CHECK(X509_check_ca(ca.get()) == 1);
    CHECK(X509_get_pathlen(ca.get()) == 0);
}

TEST_CASE("certificates are valid from an hour before now to the end of their validity") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{100});
    const CertificateInfo info = inspect_certificate(signed_client(authority, make_private_key()));
    CHECK(format_instant(info.not_before) == "2026-11-22T02:04:05Z");
    CHECK(format_instant(info.not_after) == "2027-02-20T03:04:05Z");
    CHECK(format_instant(inspect_certificate(authority.certificate_pem).not_after) == "2027-03-02T03:04:05Z");
}

TEST_CASE("dates beyond 2050, where X.509 changes their form, are right") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{36500});
    CHECK(format_instant(inspect_certificate(authority.certificate_pem).not_after) == "2126-10-29T03:04:05Z");
}

TEST_CASE("a leaf never outlives its authority, and a dead authority signs nothing") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{30});
    const CertificateInfo info = inspect_certificate(signed_client(authority, make_private_key()));
    CHECK(info.not_after == now + std::chrono::days{30});
    const Instant later = now + std::chrono::days{30};
    CHECK_THROWS_AS(make_server_certificate(authority, {"a"}, later, std::chrono::days{1}), PkiError);
}

TEST_CASE("the centre chooses the name, the request only brings the key") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    const std::string key = make_private_key();
    const std::string request = make_signing_request(key, "somebody else");
    const CertificateInfo info =
        inspect_certificate(sign_client_request(authority, request, "pc-7 Nguyễn", now, std::chrono::days{1}));
    CHECK(info.common_name == "pc-7 Nguyễn");
    CHECK(info.public_key_sha256 == request_public_key_sha256(request));
    CHECK(info.public_key_sha256 == private_key_public_sha256(key));
    CHECK(info.public_key_sha256 != private_key_public_sha256(make_private_key()));
}

TEST_CASE("a request whose signature or content was changed is refused") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    const std::string request = make_signing_request(make_private_key(), "device");
    CHECK_NOTHROW(sign_client_request(authority, request, "device", now, std::chrono::days{1}));
    CHECK_THROWS_AS(sign_client_request(authority, tampered(request, 1), "device", now, std::chrono::days{1}),
                    PkiError);
}

TEST_CASE("only P-256 keys are signed") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    const UniqueKey p384{EVP_EC_gen("P-384")};
    const UniqueKey rsa{EVP_RSA_gen(2048)};
    for (EVP_PKEY* key : {p384.get(), rsa.get()}) {
        const std::string request = make_signing_request(to_pem(key), "device");
        CHECK_THROWS_AS(sign_client_request(authority, request, "device", now, std::chrono::days{1}), PkiError);
    }
}

TEST_CASE("server certificates hold DNS names and addresses, and a comma starts no other name") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    const std::string pem =
        make_server_certificate(authority, {"centre.example", "127.0.0.1", "::1", "*.hanoi.example"}, now,
                                std::chrono::days{1})
            .certificate_pem;
    for (const char* name : {"centre.example", "127.0.0.1", "::1", "a.hanoi.example"}) CHECK(has_name(pem, name));
    for (const char* name : {"other.example", "127.0.0.2", "::2", "hanoi.example"}) CHECK_FALSE(has_name(pem, name));
    CHECK(inspect_certificate(pem).common_name == "centre.example");

    for (const char* name : {"a,DNS:b", "phường.vn", "", "a b", "a\nb"}) {
        CHECK_THROWS_AS(make_server_certificate(authority, {name}, now, std::chrono::days{1}), PkiError);
    }
    CHECK_THROWS_AS(make_server_certificate(authority, {}, now, std::chrono::days{1}), PkiError);
    const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + ".example";
    const std::string long_pem =
        make_server_certificate(authority, {long_name}, now, std::chrono::days{1}).certificate_pem;
    CHECK(has_name(long_pem, long_name));
}

TEST_CASE("common names are 1 to 64 characters of UTF-8") {
    const std::string key = make_private_key();
    std::string longest;
    for (int i = 0; i < 64; ++i) longest += "ế";
    CHECK_NOTHROW(make_signing_request(key, longest));
    CHECK_THROWS_AS(make_signing_request(key, longest + "x"), PkiError);
    CHECK_THROWS_AS(make_signing_request(key, ""), PkiError);
    CHECK_THROWS_AS(make_signing_request(key, "\xff\xfe"), PkiError);
    CHECK_THROWS_AS(make_signing_request(key, std::string_view("a\0b", 3)), PkiError);
}

TEST_CASE("serial numbers are random, positive and of 128 bits") {
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{3650});
    std::set<std::string> serials;
    for (int i = 0; i < 20; ++i) {
        const std::string serial = inspect_certificate(signed_client(authority, make_private_key())).serial;
        CHECK(serial.size() == 32);
        CHECK(serial.find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(serial.front() >= '4');
        CHECK(serial.front() <= '7');
        serials.insert(serial);
    }
    CHECK(serials.size() == 20);
}

TEST_CASE("texts that are no PEM of the expected kind are refused") {
    const std::string key = make_private_key();
    const std::string encrypted =
        "-----BEGIN CERTIFICATE REQUEST-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n"
        "-----END CERTIFICATE REQUEST-----\n";
    for (const std::string& text : {std::string(), std::string("garbage"), key, encrypted, std::string(100000, '-')}) {
        CHECK_THROWS_AS(inspect_certificate(text), PkiError);
        CHECK_THROWS_AS(request_public_key_sha256(text), PkiError);
    }
    CHECK_THROWS_AS(make_signing_request("garbage", "a"), PkiError);
    const KeyAndCertificate authority = make_authority("Authority", now, std::chrono::days{1});
    const KeyAndCertificate mixed{key, authority.certificate_pem};
    CHECK_THROWS_AS(make_server_certificate(mixed, {"a"}, now, std::chrono::days{1}), PkiError);
}

TEST_CASE("digests and random texts have their form") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(random_hex(16).size() == 32);
    CHECK(random_hex(16) != random_hex(16));
    CHECK(random_hex(0).empty());
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string uuid = random_uuid();
        REQUIRE(uuid.size() == 36);
        for (const std::size_t dash : {8u, 13u, 18u, 23u}) CHECK(uuid[dash] == '-');
        CHECK(uuid[14] == '4');
        CHECK(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
        seen.insert(uuid);
    }
    CHECK(seen.size() == 100);
}

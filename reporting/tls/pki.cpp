// Certificates of pki.h. Extensions as RFC 5280 asks for them, so that other programs accept the certificates too.
#include "reporting/tls/pki.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "collectors/core/ascii.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

namespace {

// A PC's clock may be a little behind; a certificate that is valid only from tomorrow would lock it out.
constexpr std::chrono::hours start_margin{1};

Instant from_asn1(const ASN1_TIME* time) {
    std::tm parts{};
    openssl::require(ASN1_TIME_to_tm(time, &parts) == 1, "a certificate holds a time that is none");
    using namespace std::chrono;
    return sys_days{year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday} + hours{parts.tm_hour} +
           minutes{parts.tm_min} + seconds{parts.tm_sec};
}

void set_time(ASN1_TIME* time, Instant instant) {
    const std::time_t seconds = instant.time_since_epoch().count();
    openssl::require(ASN1_TIME_set(time, seconds) != nullptr, "a certificate's time is out of range");
}

void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    openssl::require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "no random bytes");
    // Positive and always of the same length.
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
    const openssl::UniqueBignum number{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
    openssl::require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
                     "a serial number could not be set");
}

void add_extension(X509* issuer, X509* subject, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    const openssl::UniqueExtension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    openssl::require(extension && X509_add_ext(subject, extension.get(), -1) == 1, "an extension could not be added");
}

void add_key_identifiers(X509* issuer, X509* subject) {
    add_extension(issuer, subject, NID_subject_key_identifier, "hash");
    add_extension(issuer, subject, NID_authority_key_identifier, "keyid:always");
}

bool is_dns_name(std::string_view name) {
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == '*';
    });
}

openssl::UniqueGeneralName alternative_name(const std::string& name) {
    openssl::UniqueGeneralName entry{GENERAL_NAME_new()};
    openssl::require(static_cast<bool>(entry), "no memory for a name");
    if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str())) {
        GENERAL_NAME_set0_value(entry.get(), GEN_IPADD, address);
        return entry;
    }
    ERR_clear_error();
    if (!is_dns_name(name)) {
        throw PkiError("'" + name + "' is neither a DNS name (ASCII; write others as xn--…) nor an IP address");
    }
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    if (text == nullptr || ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) {
        ASN1_IA5STRING_free(text);
        openssl::fail("no memory for a name");
    }
    GENERAL_NAME_set0_value(entry.get(), GEN_DNS, text);
    return entry;
}

// Built entry by entry: in OpenSSL's textual form a comma in a name would start another name.
void add_alternative_names(X509* certificate, const std::vector<std::string>& names) {
    const openssl::UniqueGeneralNames list{GENERAL_NAMES_new()};
    openssl::require(static_cast<bool>(list), "no memory for names");
    for (const std::string& name : names) {
        openssl::UniqueGeneralName entry = alternative_name(name);
        openssl::require(sk_GENERAL_NAME_push(list.get(), entry.get()) > 0, "no memory for a name");
        entry.give_up();
    }
    openssl::require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, 0) == 1,
                     "names could not be added");
}

struct OpenedAuthority {
    openssl::UniqueKey key;
    openssl::UniqueCertificate certificate;
};

OpenedAuthority read_authority(const KeyAndCertificate& pem) {
    OpenedAuthority authority{openssl::read_private_key(pem.private_key_pem),
                              openssl::read_certificate(pem.certificate_pem)};
    openssl::require(X509_check_private_key(authority.certificate.get(), authority.key.get()) == 1,
                     "the authority's key and certificate do not belong together");
    return authority;
}

openssl::UniqueCertificate new_certificate(EVP_PKEY* public_key, std::string_view common_name, Instant not_before,
                                           Instant not_after) {
    if (not_after <= not_before) throw PkiError("a certificate would end before it begins");
    openssl::UniqueCertificate certificate{X509_new()};
    const openssl::UniqueName name = openssl::make_name(common_name);
    openssl::require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                         X509_set_subject_name(certificate.get(), name.get()) == 1 &&
                         X509_set_pubkey(certificate.get(), public_key) == 1,
                     "a certificate could not be made");
    set_random_serial(certificate.get());
    set_time(X509_getm_notBefore(certificate.get()), not_before);
    set_time(X509_getm_notAfter(certificate.get()), not_after);
    return certificate;
}

// A leaf ends with its authority at the latest: whoever renews by a leaf's end must see the real one.
openssl::UniqueCertificate new_leaf(const OpenedAuthority& authority, EVP_PKEY* public_key,
                                    std::string_view common_name, Instant now, std::chrono::days validity,
                                    const char* purpose) {
    const Instant authority_end = from_asn1(X509_get0_notAfter(authority.certificate.get()));
    if (authority_end <= now) throw PkiError("the authority's certificate ended on " + format_instant(authority_end));
    openssl::UniqueCertificate leaf =
        new_certificate(public_key, common_name, now - start_margin, std::min<Instant>(now + validity, authority_end));
    X509* const issuer = authority.certificate.get();
    openssl::require(X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer)) == 1,
                     "the issuer could not be set");
    add_extension(issuer, leaf.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(issuer, leaf.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(issuer, leaf.get(), NID_ext_key_usage, purpose);
    add_key_identifiers(issuer, leaf.get());
    return leaf;
}

void sign(X509* certificate, EVP_PKEY* key) {
    openssl::require(X509_sign(certificate, key, EVP_sha256()) > 0, "a certificate could not be signed");
}

std::string common_name_of(const X509* certificate) {
    const X509_NAME* name = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size < 0) openssl::fail("a certificate's common name is not text");
    std::string result(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return result;
}

std::string serial_of(const X509* certificate) {
    const openssl::UniqueBignum number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
    char* const digits = number ? BN_bn2hex(number.get()) : nullptr;
    openssl::require(digits != nullptr, "a certificate's serial number is unreadable");
    std::string text = ascii_lower(digits);
    OPENSSL_free(digits);
    return text;
}

KeyAndCertificate authority_of_key(const std::string& private_key_pem, std::string_view common_name, Instant now,
                                   std::chrono::days validity) {
    KeyAndCertificate result{private_key_pem, {}};
    const openssl::UniqueKey key = openssl::read_private_key(result.private_key_pem);
    const openssl::UniqueCertificate authority =
        new_certificate(key.get(), common_name, now - start_margin, now + validity);
    X509* const self = authority.get();
    openssl::require(X509_set_issuer_name(self, X509_get_subject_name(self)) == 1, "the issuer could not be set");
    add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_key_identifiers(self, self);
    sign(self, key.get());
    result.certificate_pem = openssl::to_pem(self);
    return result;
}

}  // namespace

KeyAndCertificate make_authority(std::string_view common_name, Instant now, std::chrono::days validity) {
    return authority_of_key(make_private_key(), common_name, now, validity);
}

KeyAndCertificate renew_authority(const KeyAndCertificate& authority, Instant now, std::chrono::days validity) {
    const OpenedAuthority old = read_authority(authority);
    return authority_of_key(authority.private_key_pem, common_name_of(old.certificate.get()), now, validity);
}

KeyAndCertificate make_server_certificate(const KeyAndCertificate& authority, const std::vector<std::string>& names,
                                          Instant now, std::chrono::days validity) {
    if (names.empty()) throw PkiError("a server certificate needs at least one name");
    const OpenedAuthority signer = read_authority(authority);
    KeyAndCertificate result{make_private_key(), {}};
    const openssl::UniqueKey key = openssl::read_private_key(result.private_key_pem);
    // What a client checks are the alternative names; a common name has room for 64 characters only.
    const std::string common_name = names.front().size() <= 64 ? names.front() : "Wardwatch";
    const openssl::UniqueCertificate leaf = new_leaf(signer, key.get(), common_name, now, validity, "serverAuth");
    add_alternative_names(leaf.get(), names);
    sign(leaf.get(), signer.key.get());
    result.certificate_pem = openssl::to_pem(leaf.get());
    return result;
}

std::string sign_client_request(const KeyAndCertificate& authority, std::string_view request_pem,
                                std::string_view common_name, Instant now, std::chrono::days validity) {
    const openssl::UniqueRequest request = openssl::read_request(request_pem);
    EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr || !openssl::is_p256(key)) openssl::fail("the signing request's key is not P-256");
    openssl::require(X509_REQ_verify(request.get(), key) == 1, "the signing request's own signature is wrong");
    const OpenedAuthority signer = read_authority(authority);
    const openssl::UniqueCertificate leaf = new_leaf(signer, key, common_name, now, validity, "clientAuth");
    sign(leaf.get(), signer.key.get());
    return openssl::to_pem(leaf.get());
}

bool is_issued_by(std::string_view certificate_pem, std::string_view authority_pem) {
    const openssl::UniqueCertificate certificate = openssl::read_certificate(certificate_pem);
    const openssl::UniqueCertificate authority = openssl::read_certificate(authority_pem);
    const bool issued = X509_check_issued(authority.get(), certificate.get()) == X509_V_OK &&
                        X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
    ERR_clear_error();
    return issued;
}

CertificateInfo openssl::inspect(X509* certificate) {
    EVP_PKEY* const key = X509_get0_pubkey(certificate);
    require(key != nullptr, "the certificate holds no usable public key");
    return {.common_name = common_name_of(certificate),
            .serial = serial_of(certificate),
            .not_before = from_asn1(X509_get0_notBefore(certificate)),
            .not_after = from_asn1(X509_get0_notAfter(certificate)),
            .sha256 = certificate_sha256(certificate),
            .public_key_sha256 = public_key_sha256(key)};
}

CertificateInfo inspect_certificate(std::string_view certificate_pem) {
    return openssl::inspect(openssl::read_certificate(certificate_pem).get());
}

}  // namespace wardwatch

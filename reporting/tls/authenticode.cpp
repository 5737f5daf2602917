#include "reporting/tls/authenticode.h"

#include <openssl/pkcs7.h>

#include <algorithm>
#include <array>

#include "reporting/tls/openssl_handles.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

using namespace openssl;

namespace {

constexpr const char* indirect_data = "1.3.6.1.4.1.311.2.1.4";  // SPC_INDIRECT_DATA_OBJID

inline void free_digest(EVP_MD_CTX* context) { EVP_MD_CTX_free(context); }
inline void free_values(ASN1_SEQUENCE_ANY* values) { sk_ASN1_TYPE_pop_free(values, ASN1_TYPE_free); }
using UniqueDigest = UniqueResource<EVP_MD_CTX*, Traits<EVP_MD_CTX, free_digest>>;
using UniqueMessage = UniqueResource<PKCS7*, Traits<PKCS7, PKCS7_free>>;
using UniqueValues = UniqueResource<ASN1_SEQUENCE_ANY*, Traits<ASN1_SEQUENCE_ANY, free_values>>;
using UniqueDigestInfo = UniqueResource<X509_SIG*, Traits<X509_SIG, X509_SIG_free>>;

bool is_object(const ASN1_OBJECT* object, std::string_view numbers) {
    std::array<char, 64> text{};
    return OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1) > 0 && numbers == text.data();
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}

UniqueMessage parse_message(std::string_view pkcs7) {
    const unsigned char* at = bytes_of(pkcs7);
    UniqueMessage message{d2i_PKCS7(nullptr, &at, static_cast<long>(pkcs7.size()))};
    require(bool(message), "reading the signature");
    const bool usable =
        PKCS7_type_is_signed(message.get()) && message->d.sign != nullptr && message->d.sign->contents != nullptr &&
        is_object(message->d.sign->contents->type, indirect_data) && message->d.sign->contents->d.other != nullptr &&
        message->d.sign->contents->d.other->type == V_ASN1_SEQUENCE;
    if (!usable) throw PkiError("The signature is no Authenticode signature.");
    return message;
}

/// What was signed: the value of the sequence, without its tag and length.
std::string_view signed_bytes(std::string_view sequence) {
    const unsigned char* at = bytes_of(sequence);
    long length = 0;
    int tag = 0;
    int kind = 0;
    if ((ASN1_get_object(&at, &length, &tag, &kind, static_cast<long>(sequence.size())) & 0x80) != 0)
        fail("reading what was signed");
    return {reinterpret_cast<const char*>(at), static_cast<std::size_t>(length)};
}

/// SpcIndirectDataContent: what kind of file, and the DigestInfo.
void read_digest(std::string_view sequence, Authenticode& result) {
    const unsigned char* at = bytes_of(sequence);
    const UniqueValues values{d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(sequence.size()))};
    if (!values || sk_ASN1_TYPE_num(values.get()) != 2) fail("reading the signed digest");
    const ASN1_TYPE* const second = sk_ASN1_TYPE_value(values.get(), 1);
    if (second->type != V_ASN1_SEQUENCE) fail("reading the signed digest");
    const std::string_view der = text_of(second->value.sequence);
    at = bytes_of(der);
    const UniqueDigestInfo info{d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size()))};
    require(bool(info), "reading the signed digest");
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_OCTET_STRING* digest = nullptr;
    X509_SIG_get0(info.get(), &algorithm, &digest);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const char* const name = OBJ_nid2sn(OBJ_obj2nid(object));
    result.algorithm = name == nullptr ? "" : name;
    result.digest = text_of(digest);
}

}  // namespace

Authenticode read_authenticode(std::string_view pkcs7) {
    const UniqueMessage message = parse_message(pkcs7);
    const std::string_view sequence = text_of(message->d.sign->contents->d.other->value.sequence);
    const std::string_view content = signed_bytes(sequence);
    if (sk_PKCS7_SIGNER_INFO_num(PKCS7_get_signer_info(message.get())) != 1)
        throw PkiError("The package must have one signature.");
    const UniqueBio input{BIO_new_mem_buf(content.data(), static_cast<int>(content.size()))};
    if (PKCS7_verify(message.get(), nullptr, nullptr, input.get(), nullptr, PKCS7_NOVERIFY | PKCS7_BINARY) != 1)
        fail("The signature is not valid");
    const UniqueCertificateList signers{PKCS7_get0_signers(message.get(), nullptr, 0)};
    if (!signers || sk_X509_num(signers.get()) != 1) fail("The signature names no certificate");
    Authenticode result;
    result.signer_sha256 = certificate_sha256(sk_X509_value(signers.get(), 0));
    read_digest(sequence, result);
    constexpr std::array<std::string_view, 3> known{"SHA256", "SHA384", "SHA512"};
    if (std::find(known.begin(), known.end(), result.algorithm) == known.end())
        throw PkiError("The package is signed with the digest \"" + result.algorithm + "\"; sign it with SHA-256.");
    return result;
}

struct Digest::State {
    UniqueDigest context{EVP_MD_CTX_new()};
};

Digest::Digest(const std::string& algorithm) : state_(std::make_unique<State>()) {
    const EVP_MD* const kind = EVP_get_digestbyname(algorithm.c_str());
    if (kind == nullptr || EVP_DigestInit_ex(state_->context.get(), kind, nullptr) != 1)
        fail("The digest " + algorithm + " cannot be made");
}

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1, "making a digest");
}

std::string Digest::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    unsigned length = 0;
    require(EVP_DigestFinal_ex(state_->context.get(), result.data(), &length) == 1, "making a digest");
    return {reinterpret_cast<const char*>(result.data()), length};
}

}  // namespace wardwatch

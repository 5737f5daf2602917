// Ed25519 by OpenSSL over a text that names what is signed.
#include "reporting/central/audit/heads.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "reporting/tls/pki.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr const char* key_file = "audit.key";
constexpr std::size_t public_bytes = 32;
constexpr std::size_t signature_bytes = 64;

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct DigestDeleter {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using UniqueKey = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using UniqueDigest = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;
using UniqueBio = std::unique_ptr<BIO, BioDeleter>;

UniqueKey key_from(const std::string& pem) {
    const UniqueBio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    UniqueKey key{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr};
    if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_ED25519)
        throw PkiError(
            "The file audit.key in the data folder holds no Ed25519 key; move it away, and a new one is "
            "made at the next start. Heads that the old one signed are then verified with `--key`.");
    return key;
}

std::string new_key() {
    const UniqueKey key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    const UniqueBio bio{BIO_new(BIO_s_mem())};
    if (!key || !bio || PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        throw PkiError("No Ed25519 key could be made");
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string signed_text(const SignedHead& head) {
    return "wardwatch audit head 1\n" + format_instant(head.at) + "\n" + std::to_string(head.entries) + "\n" +
           head.hash;
}

/// Empty when it is no such hex.
std::string from_hex(std::string_view hex, std::size_t bytes) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    if (hex.size() != 2 * bytes) return "";
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) return "";
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return out;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

HeadKey HeadKey::of(const DataFolder& folder) {
    return HeadKey{folder.secret(key_file, [] { return new_key(); })};
}

HeadKey::HeadKey(std::string private_pem) : private_pem_(std::move(private_pem)) {
    const UniqueKey key = key_from(private_pem_);
    std::array<unsigned char, public_bytes> raw{};
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1) throw PkiError("An Ed25519 key is broken");
    public_key_ = to_hex({reinterpret_cast<const char*>(raw.data()), size});
}

std::string HeadKey::sign(std::string_view text) const {
    const UniqueKey key = key_from(private_pem_);
    const UniqueDigest context{EVP_MD_CTX_new()};
    std::array<unsigned char, signature_bytes> signature{};
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(text), text.size()) != 1)
        throw PkiError("Signing with Ed25519 failed");
    return to_hex({reinterpret_cast<const char*>(signature.data()), size});
}

SignedHead signed_head(const HeadKey& key, std::int64_t entries, const std::string& hash, Instant at) {
    SignedHead head{at, entries, hash, key.public_key(), ""};
    head.signature = key.sign(signed_text(head));
    return head;
}

std::string line_of(const SignedHead& head) {
    return json{{"at", format_instant(head.at)},
                {"audit_head", head.hash},
                {"entries", head.entries},
                {"public_key", head.public_key},
                {"signature", head.signature}}
        .dump();
}

std::optional<SignedHead> head_in(std::string_view line) {
    const std::size_t begin = line.find("{\"at\":\"");
    const std::size_t end = line.rfind('}');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
    try {
        const json value = parse_strict(line.substr(begin, end - begin + 1), {4096, 2});
        JsonObject object{value, "head"};
        SignedHead head;
        head.at = parse_instant(object.text("at", {20, 20}));
        head.hash = object.text("audit_head", {64, 64});
        head.entries = object.integer("entries");
        head.public_key = object.text("public_key", {2 * public_bytes, 2 * public_bytes});
        head.signature = object.text("signature", {2 * signature_bytes, 2 * signature_bytes});
        return head;
    } catch (const std::exception&) {
        return std::nullopt;  // other JSON
    }
}

bool is_signed(const SignedHead& head) {
    const std::string raw = from_hex(head.public_key, public_bytes);
    const std::string signature = from_hex(head.signature, signature_bytes);
    if (raw.empty() || signature.empty()) return false;
    const UniqueKey key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw), raw.size())};
    const UniqueDigest context{EVP_MD_CTX_new()};
    const std::string text = signed_text(head);
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

HeadComparison compare_heads(const AuditLog& log, std::string_view lines, const std::set<std::string>& trusted) {
    HeadComparison found;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
        const std::optional<SignedHead> head = head_in(lines.substr(0, end));
        lines.remove_prefix(end);
        if (!head) continue;
        ++found.heads;
        if (!found.badly_signed && (!trusted.contains(head->public_key) || !is_signed(*head)))
            found.badly_signed = head;
        else if (!found.missing && log.hash_of_entry(head->entries) != head->hash)
            found.missing = head;
    }
    return found;
}

}  // namespace wardwatch

// AES-256-GCM: nonce, encrypted text and tag, in this order, as base64.
#include "reporting/tls/sealing.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "collectors/core/unique_resource.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::string_view mark = "sealed1:";

struct CipherTraits {
    static EVP_CIPHER_CTX* none() { return nullptr; }
    static void release(EVP_CIPHER_CTX* context) noexcept { EVP_CIPHER_CTX_free(context); }
};
using UniqueCipher = UniqueResource<EVP_CIPHER_CTX*, CipherTraits>;

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
int length(std::string_view text) { return static_cast<int>(text.size()); }

void insist(bool ok, const char* what) {
    if (!ok) throw SealingError(what);
}

std::string random_text(std::size_t count) {
    std::string text(count, '\0');
    insist(RAND_bytes(bytes(text), length(text)) == 1, "there are no random bytes");
    return text;
}

std::string base64(std::string_view text) {
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
    encoded.resize(static_cast<std::size_t>(EVP_EncodeBlock(bytes(encoded), bytes(text), length(text))));
    return encoded;
}

std::string from_base64(std::string_view encoded) {
    std::string text(encoded.size(), '\0');
    const int decoded = encoded.size() % 4 == 0 ? EVP_DecodeBlock(bytes(text), bytes(encoded), length(encoded)) : -1;
    insist(decoded > 0, "the sealed text is damaged");
    std::size_t size = static_cast<std::size_t>(decoded);  // with a zero byte for each "="
    for (std::size_t i = encoded.size(); i > 0 && encoded[i - 1] == '='; --i) --size;
    text.resize(size);
    insist(base64(text) == encoded, "the sealed text is damaged");  // the last digit holds bits that are not used
    return text;
}

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Sealing::Sealing(std::string_view key_text) {
    while (!key_text.empty() && (key_text.back() == '\n' || key_text.back() == '\r')) key_text.remove_suffix(1);
    insist(key_text.size() == 2 * key_size, "a sealing key is 64 hex digits");
    for (std::size_t i = 0; i < key_text.size(); i += 2) {
        const int high = digit(key_text[i]);
        const int low = digit(key_text[i + 1]);
        insist(high >= 0 && low >= 0, "a sealing key is 64 hex digits");
        key_ += static_cast<char>(high * 16 + low);
    }
}

Sealing Sealing::fresh() { return Sealing{to_hex(random_text(key_size))}; }

std::string Sealing::key_text() const { return to_hex(key_); }

std::string Sealing::fingerprint() const { return sha256_hex("wardwatch sealing key " + key_).substr(0, 16); }

bool Sealing::is_sealed(std::string_view text) { return text.starts_with(mark); }

std::string Sealing::seal(std::string_view plain, std::string_view purpose) const {
    const std::string nonce = random_text(nonce_size);
    std::string sealed(plain.size(), '\0');
    std::string tag(tag_size, '\0');
    const UniqueCipher cipher{EVP_CIPHER_CTX_new()};
    int size = 0;
    EVP_CIPHER_CTX* const context = cipher.get();
    insist(context != nullptr &&
               EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, bytes(std::string_view{key_}),
                                  bytes(std::string_view{nonce})) == 1 &&
               EVP_EncryptUpdate(context, nullptr, &size, bytes(purpose), length(purpose)) == 1 &&
               EVP_EncryptUpdate(context, bytes(sealed), &size, bytes(plain), length(plain)) == 1 &&
               EVP_EncryptFinal_ex(context, bytes(tag), &size) == 1 &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), tag.data()) == 1,
           "a secret cannot be sealed");
    return std::string{mark} + base64(nonce + sealed + tag);
}

std::string Sealing::open(std::string_view sealed, std::string_view purpose) const {
    insist(is_sealed(sealed), "the text is not sealed");
    const std::string all = from_base64(sealed.substr(mark.size()));
    insist(all.size() >= nonce_size + tag_size, "the sealed text is damaged");
    const std::string_view nonce = std::string_view{all}.substr(0, nonce_size);
    const std::string_view inner = std::string_view{all}.substr(nonce_size, all.size() - nonce_size - tag_size);
    std::string tag = all.substr(all.size() - tag_size);
    std::string plain(inner.size() + 1, '\0');
    const UniqueCipher cipher{EVP_CIPHER_CTX_new()};
    int size = 0;
    EVP_CIPHER_CTX* const context = cipher.get();
    insist(
        context != nullptr &&
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nullptr, bytes(std::string_view{key_}), bytes(nonce)) == 1 &&
            EVP_DecryptUpdate(context, nullptr, &size, bytes(purpose), length(purpose)) == 1 &&
            EVP_DecryptUpdate(context, bytes(plain), &size, bytes(inner), length(inner)) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1 &&
            EVP_DecryptFinal_ex(context, bytes(tag), &size) == 1,
        "the sealed text is damaged, or was sealed by another key");
    plain.resize(inner.size());
    return plain;
}

}  // namespace wardwatch

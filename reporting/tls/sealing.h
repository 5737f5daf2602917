// Secrets as they are stored: encrypted, and bound to what they are for. The key is kept elsewhere.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

/// what() says why a sealed text cannot be opened, or a key is none.
class SealingError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// AES-256-GCM by OpenSSL, a random nonce for each text. A value; may be used from several threads at once.
class Sealing {
public:
    /// From what key_text() gave, with or without a line's end. Throws SealingError.
    explicit Sealing(std::string_view key_text);
    /// A new random key.
    static Sealing fresh();

    /// 64 hex digits: the secret itself.
    std::string key_text() const;
    /// 16 hex digits by which keys are told apart. No secret.
    std::string fingerprint() const;

    /// "sealed1:" and base64. `purpose` is not stored, and must be the same at open().
    std::string seal(std::string_view plain, std::string_view purpose) const;
    /// Throws SealingError for a text that this key did not seal for this purpose, and for one that was changed.
    std::string open(std::string_view sealed, std::string_view purpose) const;
    static bool is_sealed(std::string_view text);

private:
    std::string key_;
};

}  // namespace wardwatch

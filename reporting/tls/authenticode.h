// The signature that Windows packages carry: a PKCS #7 message over a digest of the package (Microsoft, "Windows
// Authenticode Portable Executable Signature Format", 2008).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace wardwatch {

struct Authenticode {
    std::string algorithm;      ///< "SHA256", "SHA384" or "SHA512"
    std::string digest;         ///< of the package as it was signed, raw bytes
    std::string signer_sha256;  ///< of the signer's certificate (DER), 64 lower-case hex digits
};

/// Checks the message with the key of the certificate in it. Whose certificate that is, whether it has ended, and what
/// its issuer says are not looked at: the caller compares it with the one that it knows. Throws PkiError for anything
/// but one valid signature with one of the three algorithms.
Authenticode read_authenticode(std::string_view pkcs7);

/// A digest of what comes piece by piece.
class Digest {
public:
    explicit Digest(const std::string& algorithm);
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void add(std::string_view bytes);
    /// Raw bytes. The last call.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wardwatch

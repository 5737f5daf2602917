// Who signed a Windows Installer package, by its streams and storages: what its Authenticode signature covers, in which
// order (observed in signed packages; osslsigncode does the same). Whoever reads the package says what is in it: the
// agent asks Windows, as Windows Installer will; the centre reads the file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// A stream or a storage of a package; all as the bytes that stand in the file.
struct PackageElement {
    std::string name;  ///< UTF-16, little endian
    bool is_storage = false;
    std::uint32_t size = 0;        ///< of a stream, its lower 32 bits
    std::string class_id;          ///< 16 bytes
    std::uint32_t state_bits = 0;  ///< as its maker left them
    std::string created;           ///< 8 bytes
    std::string changed;           ///< 8 bytes
};

/// Throws std::runtime_error for what cannot be read.
class PackageStorage {
public:
    virtual ~PackageStorage() = default;
    virtual PackageElement itself() const = 0;
    virtual std::vector<PackageElement> elements() const = 0;  ///< in any order
    virtual void read(const std::string& stream, const std::function<void(std::string_view piece)>& take) const = 0;
    virtual std::unique_ptr<PackageStorage> open(const std::string& storage) const = 0;
};

struct PackageSignature {
    std::string signer_sha256;  ///< of the signer's certificate (DER), 64 lower-case hex digits
    bool covers_names = false;  ///< also which content stands under which name, not the contents alone
};

/// The one signature of the package as it is. Whether anybody trusts the certificate's issuer is not asked: the caller
/// compares the certificate with the one that it knows. Throws ReasonError: not signed, changed after it was signed;
/// PkiError for a signature that is none.
PackageSignature read_package_signature(const PackageStorage& package);

}  // namespace wardwatch

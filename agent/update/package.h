// Windows Installer packages: what is in one, who signed it, and its installation. On Linux all of it throws: there the
// system's packages bring updates.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace wardwatch {

struct PackageInfo {
    std::string version;        ///< ProductVersion, "1.2.3"
    std::string upgrade_code;   ///< "{…}": which product it is a version of
    std::string signer_sha256;  ///< of the certificate, 64 lower-case hex digits
};

/// Throws std::runtime_error with one sentence: no such package, not signed, changed after it was signed.
PackageInfo inspect_package(const std::filesystem::path& file);

/// An installation that runs apart from this process, and goes on when it ends.
class Installation {
public:
    virtual ~Installation() = default;
    /// Windows Installer's exit code once it has ended: 0, 1641 and 3010 are success.
    virtual std::optional<int> exit_code() const = 0;
};

/// Silent, without a restart of the PC; Windows Installer writes what it does into `log`. Throws std::runtime_error
/// when it cannot be started.
std::unique_ptr<Installation> install_package(const std::filesystem::path& file, const std::filesystem::path& log);

}  // namespace wardwatch

// Packages are Windows': nothing is installed here.
#include "agent/update/package.h"
#include "collectors/core/reason.h"
#include "embedded/reasons.h"

namespace wardwatch {

PackageInfo inspect_package(const std::filesystem::path&) { throw ReasonError(reasons::updates_for_windows_only()); }

std::unique_ptr<Installation> install_package(const std::filesystem::path&, const std::filesystem::path&) {
    throw ReasonError(reasons::updates_for_windows_only());
}

}  // namespace wardwatch

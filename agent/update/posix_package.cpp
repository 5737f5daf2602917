// Packages are Windows': nothing is installed here.
#include <stdexcept>

#include "agent/update/package.h"

namespace wardwatch {

namespace {
constexpr const char* not_here =
    "Updates from the centre are for Windows; here the system's package manager brings them.";
}

PackageInfo inspect_package(const std::filesystem::path&) { throw std::runtime_error(not_here); }

std::unique_ptr<Installation> install_package(const std::filesystem::path&, const std::filesystem::path&) {
    throw std::runtime_error(not_here);
}

}  // namespace wardwatch

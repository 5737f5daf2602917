// The files port of a Linux PC.
#pragma once

#include "collectors/machine/files.h"

namespace wardwatch {

/// A link that ends inside `home` is followed; what lies behind one that ends nowhere is not absent but cannot be read.
/// Needs /proc: without it every file is access_denied.
class LinuxFiles : public Files {
public:
    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override;
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override;
    std::filesystem::path real_folder(const std::filesystem::path& folder) const override;
};

}  // namespace wardwatch

// The files port of a Windows PC.
#pragma once

#include "collectors/machine/files.h"

namespace wardwatch {

/// Below `home` no junction or symbolic link is followed, wherever it leads; `home` itself may be one. Paths may be
/// longer than 260 characters. Handles share read, write and delete and are closed before the call returns.
class WindowsFiles : public Files {
public:
    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override;
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override;
};

}  // namespace wardwatch

// Makes the ports of the PC that this program runs on.
#pragma once

#include <filesystem>
#include <memory>

#include "collectors/machine/machine.h"

namespace wardwatch {

/// Owns the ports behind a Machine.
class MachineOwner {
public:
    virtual ~MachineOwner() = default;
    virtual const Machine& machine() const = 0;
};

/// This PC. Cheap: a port asks the system when it is called, not before.
std::unique_ptr<MachineOwner> real_machine();

/// A mounted, offline Windows disk: `root` stands for C:. Users and files come from the disk (users by listing
/// `root/Users`); every other port throws PortError "not available on an offline disk".
std::unique_ptr<MachineOwner> offline_machine(const std::filesystem::path& root);

}  // namespace wardwatch

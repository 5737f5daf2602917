// A PC that was written down as JSON, behind the same ports as a real one. tests/machines/README.md describes the
// format.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collectors/core/fact.h"
#include "collectors/machine/real_machine.h"

namespace wardwatch {

struct RecordedMachine {
    std::string name;         ///< the file's name without ".json"
    std::string description;  ///< one sentence
    Instant now;              ///< when the recording says that the scan runs
    std::unique_ptr<MachineOwner> owner;
};

/// Throws std::runtime_error that names the file and the place for anything the format does not know.
RecordedMachine load_machine(const std::filesystem::path& file);

/// Every machine of the folder (tests/machines), ordered by name; golden reports are left out.
std::vector<std::filesystem::path> machine_files(const std::filesystem::path& folder);

}  // namespace wardwatch

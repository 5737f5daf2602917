// Another program of this machine, run to its end.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace wardwatch {

/// what(): the program's own words, or that it cannot be run.
class ProgramFailed : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Program {
    std::filesystem::path file;
    std::vector<std::string> arguments;          ///< everybody on the machine sees them
    std::vector<std::string> environment = {};   ///< "NAME=value" beside the process's own; its user alone sees it
    std::filesystem::path output = "/dev/null";  ///< a new file, for its owner alone
};

/// The first program of this name in these folders and then in PATH; empty when there is none.
std::filesystem::path find_program(const std::string& name, std::vector<std::filesystem::path> folders = {});

/// Waits for its end; it reads nothing, and speaks English. Throws ProgramFailed when that was not a good one. Any
/// thread.
void run_program(const Program& program);

}  // namespace wardwatch

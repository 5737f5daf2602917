// The agent's log: five files of 1 MiB in the data folder, newest in wardwatch.log. What is logged are events and
// counts, never facts: no host, no name of a saved account, no secret, no token.
#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <string>

namespace wardwatch {

/// Times are UTC. `level`: debug, info, warning, error. `console`: also to standard error, when in the foreground. A
/// disk that is full costs lines, not the program.
std::shared_ptr<spdlog::logger> make_log(const std::filesystem::path& folder, const std::string& level, bool console);

/// Takes no lines.
std::shared_ptr<spdlog::logger> no_log();

}  // namespace wardwatch

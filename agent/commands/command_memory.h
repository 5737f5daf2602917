// Which commands this PC has finished, so that one that comes again is answered and not run again.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reporting/client/client.h"

namespace wardwatch {

/// commands.json in the data folder, apart from the database: a damaged database must not make old commands new. The
/// newest 500 are kept. Used by one thread.
class CommandMemory {
public:
    /// A file that cannot be read as such counts as empty. Throws std::runtime_error when it cannot be read at all.
    explicit CommandMemory(const std::filesystem::path& folder);

    /// How the command ended; empty when it has not.
    std::optional<CommandReport> end_of(const std::string& command_id) const;
    /// On the disk when it returns. Throws std::runtime_error when that fails; it is remembered all the same.
    void remember(const std::string& command_id, const CommandReport& end);

private:
    std::filesystem::path file_;
    std::vector<std::pair<std::string, CommandReport>> ends_;  ///< oldest first
};

}  // namespace wardwatch

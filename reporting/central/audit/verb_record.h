// What the command line itself writes to the audit log.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reporting/central/cli/cli.h"

namespace wardwatch {

/// What the audit log says of a verb that changes something or shows persons' data: "cli:" with the system's user, the
/// verb, and the words of the command line. (No verb takes a secret there.)
class CliRecord {
public:
    CliRecord(const Cli& cli, const CLI::App& app, const std::vector<std::string>& words);
    /// `what` stands behind the verb: "", " failed". Nothing is written for other verbs, and where there is no centre.
    void write(const std::string& what) const;
    bool replaces_the_log() const { return action_ == "restore"; }

private:
    bool recorded_ = false;
    DataFolder folder_;
    std::string action_;
    std::string detail_;
};

}  // namespace wardwatch

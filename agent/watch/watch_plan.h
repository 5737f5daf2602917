// Which folders of this PC's people are watched for which names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/watch/change_board.h"
#include "collectors/machine/machine.h"

namespace wardwatch {

/// A file or folder name; one "*" stands for any letters.
struct WatchedName {
    std::string pattern;
    ChangeKind kind;
};

struct WatchedFolder {
    std::filesystem::path root;  ///< links may not lead out of it
    std::filesystem::path folder;
    std::vector<WatchedName> names;  ///< directly in the folder; nothing else there counts

    /// Whether it holds more than folders that may appear.
    bool holds_files() const;
};

struct WatchPlan {
    std::vector<WatchedFolder> folders;  ///< each once; not all of them need to exist
    std::vector<std::string> problems;   ///< what cannot be watched, and why
};

/// The browsers' profile folders of everybody who is logged on (Windows: whose part of the registry is loaded; else of
/// everybody), and the folders in which further ones would appear. At most 400. Of a browser that is not there the
/// nearest folder that is, for the name that is missing.
WatchPlan plan_watches(const Machine& machine);

/// What a change of this name means; empty: nothing. The case of ASCII letters does not count.
std::optional<ChangeKind> kind_of_change(const std::vector<WatchedName>& names, std::string_view name);

}  // namespace wardwatch

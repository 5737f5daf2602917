// Which of Windows' signs of a restart an update waits for.
#include "agent/update/restart.h"

#include <algorithm>
#include <cctype>

namespace wardwatch {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace

std::string pending_restart_by(const RestartSigns& signs, std::string_view program_folder) {
    if (signs.servicing) return "Component Based Servicing\\RebootPending";
    if (signs.windows_update) return "WindowsUpdate\\Auto Update\\RebootRequired";
    // With the separator: "C:\Program Files\Wardwatch Viewer" is somebody else's.
    const std::string ours = lower(program_folder) + "\\";
    if (program_folder.empty() || lower(signs.renames).find(ours) == std::string::npos) return {};
    return "PendingFileRenameOperations of this program";
}

}  // namespace wardwatch

// Whether Windows waits for a restart that an installation must not come before.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// What the registry holds of it.
struct RestartSigns {
    bool servicing = false;       ///< the key Component Based Servicing\\RebootPending
    bool windows_update = false;  ///< the key WindowsUpdate\\Auto Update\\RebootRequired
    std::string renames;          ///< PendingFileRenameOperations: paths, a zero byte after each
};

/// Which sign counts, as a technician looks it up; empty: none. Components of Windows that are half exchanged count,
/// and files of this program (`program_folder`) that the restart will exchange. Other programs' files do not: browsers
/// and antivirus products leave such entries every day (docs/decisions/2026-11-30-an-update-waits-for-a-restart.md).
std::string pending_restart_by(const RestartSigns& signs, std::string_view program_folder);

/// The same of this PC and this program; empty on Linux. What cannot be read counts as no sign.
std::string pending_restart();

}  // namespace wardwatch

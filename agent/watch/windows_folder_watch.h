// One folder whose changes Windows tells.
#pragma once

#include <windows.h>

#include <array>
#include <cstddef>
#include <memory>
#include <set>

#include "agent/watch/watch_plan.h"
#include "collectors/windows/handle.h"

namespace wardwatch {

/// Used by one thread, which is told during its alertable waits. The handle hinders nobody: it shares everything,
/// deleting too, and is closed as soon as the folder is being deleted.
class FolderWatch {
public:
    /// Empty when there is no such folder. Kinds of changes are put into `noticed`, which must outlive the object.
    /// Throws std::runtime_error with the reason when it cannot be watched: it is (below) a link out of the root, not
    /// on a fixed disk, or not readable.
    static std::unique_ptr<FolderWatch> begin(WatchedFolder place, std::set<ChangeKind>& noticed);

    /// The names that count from now on. Not for a place that holds files when the one before did not: what Windows
    /// tells of is settled at the beginning.
    void expect(WatchedFolder place) { place_ = std::move(place); }
    bool holds_files() const { return place_.holds_files(); }

    /// Closes the handle. Windows still writes into this object until it has ended.
    void leave();
    /// The folder is gone, or was left, and Windows has let go of this object.
    bool ended() const { return !pending_; }

private:
    FolderWatch(WatchedFolder place, std::set<ChangeKind>& noticed) : place_(std::move(place)), noticed_(noticed) {}
    bool listen();
    void told(DWORD error, DWORD bytes);
    void read_names(DWORD bytes);
    static void CALLBACK completed(DWORD error, DWORD bytes, OVERLAPPED* overlapped);

    WatchedFolder place_;
    std::set<ChangeKind>& noticed_;
    UniqueFileHandle handle_;
    OVERLAPPED overlapped_ = {};
    bool pending_ = false;
    // Windows keeps as much again. Names that do not fit cost one scan.
    alignas(DWORD) std::array<std::byte, 4096> buffer_;
};

}  // namespace wardwatch

// A SQLite "disk" that is three byte buffers: database, journal and WAL of one snapshot. SQLite itself then rolls back
// a hot journal or replays the WAL, and writes the outcome into the buffers.
#pragma once

#include <memory>

#include "collectors/credential_stores/snapshot.h"

namespace wardwatch {

/// Registered with SQLite while it lives; connections that use it must be closed before. Holds no other file, makes no
/// temporary one, and touches the disk in no case. Offers no shared memory: WAL needs `locking_mode=EXCLUSIVE`.
class MemoryVfs {
public:
    explicit MemoryVfs(Snapshot snapshot);
    MemoryVfs(const MemoryVfs&) = delete;
    MemoryVfs& operator=(const MemoryVfs&) = delete;
    ~MemoryVfs();

    const char* name() const;
    /// The only file name that can be opened.
    static constexpr const char* database_name = "store";
    bool has_wal() const;
    /// SQLite wrote to the database: it rolled back a hot journal, or checkpointed a WAL.
    bool database_changed() const;

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace wardwatch

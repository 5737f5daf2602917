// The bytes of a database that another program may be writing, as they were at one moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "collectors/credential_stores/store_status.h"
#include "collectors/machine/files.h"

namespace wardwatch {

/// Waits; tests pass a function that does not.
using Pause = std::function<void(std::chrono::milliseconds)>;

struct Snapshot {
    StoreStatus status = StoreStatus::absent;  ///< ok: the bytes are there, judged by nobody yet
    SecretBytes database;
    SecretBytes journal;  ///< `-journal`; empty when absent
    SecretBytes wal;      ///< `-wal`; empty when absent
};

/// Reads `-wal`, `-journal` and the file until two rounds in a row are the same, in at most 10 rounds (then `busy`),
/// with pauses that grow to 1.3 s together. The file is never locked, opened through SQLite or changed. `limit` is for
/// the three together.
Snapshot take_snapshot(const Files& files, const std::filesystem::path& home, const std::filesystem::path& file,
                       std::uint64_t limit, const Pause& pause);

}  // namespace wardwatch

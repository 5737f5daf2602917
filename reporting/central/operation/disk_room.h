// Whether the disk has room for more reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>

#include "reporting/central/api/routes.h"

namespace wardwatch {

/// Below this many bytes, unless the configuration says otherwise, the centre takes no reports, so that there is room
/// for all else that it must write: PCs keep theirs and send them again.
inline constexpr std::uintmax_t least_free_space = 256u << 20;

/// Asks the disk at most every five seconds. Says in the log that there is no room, and that there is again. May be
/// used from any thread.
class DiskRoom {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    DiskRoom(std::function<std::uintmax_t()> free_bytes, Log log, std::uintmax_t least = least_free_space)
        : least_(least), free_(std::move(free_bytes)), log_(std::move(log)) {}
    /// Of the disk on which this folder lies.
    DiskRoom(const std::filesystem::path& folder, Log log, std::uintmax_t least);

    /// What cannot be asked is taken for room: storing will tell.
    bool enough(SteadyTime now = std::chrono::steady_clock::now());

private:
    const std::uintmax_t least_;
    const std::function<std::uintmax_t()> free_;
    const Log log_;
    std::mutex mutex_;  ///< of the following
    bool enough_ = true;
    SteadyTime asked_{};
};

}  // namespace wardwatch

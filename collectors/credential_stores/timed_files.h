// The files port with an end: whoever fills a home with folders, or keeps them on a slow disk, cannot hold up a scan.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "collectors/machine/files.h"
#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {

/// The time is over. What was read before stays true.
class OutOfTime : public PortError {
    using PortError::PortError;
};

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Asks `files` until `limit` after its making; then every member throws OutOfTime. A call that has begun is not
/// interrupted. `files` must outlive it.
class TimedFiles : public Files {
public:
    TimedFiles(const Files& files, SteadyClock clock, std::chrono::seconds limit)
        : files_(files), clock_(std::move(clock)), limit_(limit), end_(clock_() + limit) {}

    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override {
        check();
        return files_.read(home, file, limit);
    }
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override {
        check();
        return files_.list(home, folder);
    }
    std::filesystem::path real_folder(const std::filesystem::path& folder) const override {
        check();
        return files_.real_folder(folder);
    }

private:
    void check() const {
        if (clock_() < end_) return;
        throw OutOfTime(reasons::user_out_of_time(limit_.count()));
    }

    const Files& files_;
    SteadyClock clock_;
    std::chrono::seconds limit_;
    std::chrono::steady_clock::time_point end_;
};

}  // namespace wardwatch

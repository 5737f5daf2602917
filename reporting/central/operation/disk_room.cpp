// The disk is asked now and then, not for each report.
#include "reporting/central/operation/disk_room.h"

#include <limits>
#include <string>

namespace wardwatch {

namespace {

constexpr std::chrono::seconds interval{5};

std::uintmax_t free_on_disk_of(const std::filesystem::path& folder) {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    return error ? std::numeric_limits<std::uintmax_t>::max() : space.available;
}

}  // namespace

DiskRoom::DiskRoom(const std::filesystem::path& folder, Log log, std::uintmax_t least)
    : DiskRoom([folder] { return free_on_disk_of(folder); }, std::move(log), least) {}

bool DiskRoom::enough(SteadyTime now) {
    const std::lock_guard lock{mutex_};
    if (asked_ != SteadyTime{} && now < asked_ + interval) return enough_;
    asked_ = now;
    const std::uintmax_t free = free_();
    const bool enough = free >= least_;
    if (enough != enough_ && log_) {
        const std::string mebibytes = std::to_string(free >> 20) + " MiB";
        log_(enough ? "reports are taken again: the disk has " + mebibytes + " free"
                    : "no reports are taken: the disk has " + mebibytes + " free; make room on it");
    }
    return enough_ = enough;
}

}  // namespace wardwatch

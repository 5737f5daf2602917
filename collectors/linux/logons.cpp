#include "collectors/linux/logons.h"

#include "embedded/reasons.h"

#include <lastlog.h>
#include <utmp.h>

#include <cstring>
#include <fstream>

namespace wardwatch {
namespace {

// The records' times are 32 bits wide; read as unsigned they last until 2106.
Instant instant_of(std::int32_t time) { return Instant{std::chrono::seconds{static_cast<std::uint32_t>(time)}}; }

}  // namespace

// wtmp is read besides lastlog because graphical logons reach lastlog only when the display manager uses pam_lastlog.
LastLogons::LastLogons(std::filesystem::path lastlog, const std::filesystem::path& wtmp)
    : lastlog_(std::move(lastlog)) {
    std::ifstream file(wtmp, std::ios::binary);
    utmp record{};
    while (file.read(reinterpret_cast<char*>(&record), sizeof record)) {
        if (record.ut_type != USER_PROCESS) continue;
        const std::string name(record.ut_user, strnlen(record.ut_user, sizeof record.ut_user));
        Instant& newest = newest_in_wtmp_[name];
        newest = std::max(newest, instant_of(record.ut_tv.tv_sec));
    }
}

MaybeInstant LastLogons::in_lastlog(std::uint32_t uid) const {
    std::ifstream file(lastlog_, std::ios::binary);
    if (!file) return Unknown{reasons::file_unreadable("/var/log/lastlog")};
    lastlog record{};
    file.seekg(static_cast<std::streamoff>(sizeof record) * uid);
    // The file ends after the highest uid that ever logged on.
    if (!file.read(reinterpret_cast<char*>(&record), sizeof record) || record.ll_time == 0) return std::monostate{};
    return instant_of(record.ll_time);
}

MaybeInstant LastLogons::of(const std::string& name, std::uint32_t uid) const {
    const MaybeInstant recorded = in_lastlog(uid);
    const auto seen = newest_in_wtmp_.find(name);
    if (seen == newest_in_wtmp_.end()) return recorded;
    const Instant* instant = std::get_if<Instant>(&recorded);
    return instant ? std::max(*instant, seen->second) : seen->second;
}

}  // namespace wardwatch

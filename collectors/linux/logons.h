// When users last logged on to a Linux PC, from /var/log/lastlog and /var/log/wtmp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "collectors/machine/accounts.h"

namespace wardwatch {

class LastLogons {
public:
    /// Reads wtmp now; a missing one holds no logons. Does not throw.
    LastLogons(std::filesystem::path lastlog, const std::filesystem::path& wtmp);
    /// The newest of both records; monostate when lastlog can be read and neither has one.
    MaybeInstant of(const std::string& name, std::uint32_t uid) const;

private:
    MaybeInstant in_lastlog(std::uint32_t uid) const;

    std::filesystem::path lastlog_;
    std::map<std::string, Instant> newest_in_wtmp_;
};

}  // namespace wardwatch

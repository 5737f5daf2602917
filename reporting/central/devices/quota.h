// How much one PC may send.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "reporting/central/api/request_limit.h"

namespace wardwatch {

/// Far above what an honest PC sends, also one that was away for months and has an outbox full of reports: it keeps a
/// PC that somebody has taken over from filling the centre's disk. Kept in memory: a restart gives each its full quota.
struct QuotaRules {
    int reports_per_hour = 60;
    int mebibytes_per_day = 64;
};

/// May be used from any thread.
class DeviceQuota {
public:
    explicit DeviceQuota(QuotaRules rules)
        : reports_({rules.reports_per_hour / 3600.0, rules.reports_per_hour * 20.0}),
          bytes_({rules.mebibytes_per_day * mebibyte / 86'400, rules.mebibytes_per_day * mebibyte}) {}

    /// Zero when this PC may send a report of so many bytes now, else how long it is to wait.
    std::chrono::seconds attempt(const std::string& device_id, std::size_t bytes, Instant now) {
        const std::chrono::seconds wait = bytes_.attempt(device_id, now, static_cast<double>(bytes));
        return wait.count() > 0 ? wait : reports_.attempt(device_id, now);
    }

private:
    static constexpr double mebibyte = 1 << 20;

    RequestLimit reports_;  ///< 20 hours' at once
    RequestLimit bytes_;    ///< a day's at once
};

}  // namespace wardwatch

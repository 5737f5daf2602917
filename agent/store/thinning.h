// Which old reports are kept. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

struct StoredReport {
    std::int64_t sequence;  ///< grows with every stored report, whatever the clock says
    Instant taken_at;
    std::int64_t bytes;
    bool queued;  ///< still in the outbox
};

/// The sequences that may go: after 7 days all but the newest of each day, after 90 days all but the newest of each
/// week (UTC), after 400 days all. A date in the future, from a clock that was wrong, counts by its distance. Never a
/// queued report and never the newest. `reports` is ordered by sequence.
std::vector<std::int64_t> outlived(const std::vector<StoredReport>& reports, Instant now);

/// The sequences that must go so that at most `limit` bytes remain: oldest first, those not queued before those that
/// are, never the newest.
std::vector<std::int64_t> over_limit(const std::vector<StoredReport>& reports, std::int64_t limit);

}  // namespace wardwatch

// What the stored reports say of the PCs at past times, in the centre's database.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

struct ReportThen {
    Instant ordered_at;
    Instant received_at;
    std::optional<Instant> confirmed_at;  ///< when a heartbeat last said that nothing had changed since
    std::string body;                     ///< as it arrived
};

struct MoveSince {
    Instant at;
    std::int64_t from_unit = 0;
};

/// A PC over a stretch of time.
struct PastDevice {
    std::string device_id;
    std::int64_t unit_id = 0;  ///< now
    Instant enrolled_at;
    std::optional<Instant> revoked_at;
    std::vector<MoveSince> moves;     ///< since the stretch began, in order
    std::vector<ReportThen> reports;  ///< the newest from before the stretch and all within it, in order

    /// A PC is there when it was enrolled by then or has a report of then: reports may be older than the enrolment.
    bool there_before(Instant end) const;
    std::int64_t unit_before(Instant end) const;
    /// The newest report that was taken before `end`; nothing when there is none.
    const ReportThen* report_before(Instant end) const;
    /// When something was last heard of its facts; what was confirmed later held then.
    Instant heard_before(Instant end) const;
};

/// May be used from any thread.
class PastReports {
public:
    explicit PastReports(sql::Database database) : database_(std::move(database)) {}

    /// Tells each PC that was there in the stretch of time, until `tell` returns false; then it returns false, too.
    /// Reads PC by PC: no transaction lasts longer than one of them, and `tell` is called outside of all.
    bool each_between(Instant begin, Instant end, const std::function<bool(const PastDevice&)>& tell) const;
    /// When the oldest of all was taken.
    std::optional<Instant> oldest() const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

// What the stored reports say of the PCs at past times, in the centre's database.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// A PC as it was at some time.
struct PastDevice {
    std::string device_id;
    std::int64_t unit_id = 0;  ///< in which it was then
    Instant heard_at;          ///< when something was last heard of its facts; what was confirmed later held then
    std::optional<std::string> report;  ///< the newest until then, as it arrived
};

/// May be used from any thread; each function is one transaction.
class PastReports {
public:
    explicit PastReports(sql::Database database) : database_(std::move(database)) {}

    /// Tells each PC that was there just before `end`, until `tell` returns false; then it returns false, too.
    bool each_before(Instant end, const std::function<bool(const PastDevice&)>& tell) const;
    /// When the oldest of all was taken.
    std::optional<Instant> oldest() const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

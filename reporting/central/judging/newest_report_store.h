// The PCs' newest reports, read all after each other, in the centre's database.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// A PC that is not revoked.
struct ReportingDevice {
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;
    Instant heard_at;                   ///< when its newest report arrived or was confirmed, or when it enrolled
    std::optional<std::string> report;  ///< as it arrived
    /// How it was judged last: by which policy, until when that holds, and how many rules failed, were unknown or
    /// waived.
    std::string policy_hash;
    Instant holds_until;
    std::int64_t failed = 0;
    std::int64_t unknown = 0;
    std::int64_t waived = 0;
};

/// May be used from any thread; each function is one transaction.
class NewestReports {
public:
    explicit NewestReports(sql::Database database) : database_(std::move(database)) {}

    /// How many PCs there are.
    std::int64_t count() const;
    /// The PCs in `parts` shares of about the same size; tells those of share `part`, from 0.
    void each(std::int64_t part, std::int64_t parts, const std::function<void(const ReportingDevice&)>& tell) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

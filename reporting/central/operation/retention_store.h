// What can be removed from the centre's database because it is old.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Reports older than an instant are thinned.
struct ThinningLimits {
    Instant all;      ///< until here all stay; before, one a day: the first of each
    Instant daily;    ///< before, one a month
    Instant monthly;  ///< before, none
};

/// Removes some thousand rows, or some PCs' reports, at a time, each in a transaction of its own, and returns how many
/// in all. May be used
/// from any thread.
class OldData {
public:
    /// With `count_only` nothing is removed.
    OldData(sql::Database database, bool count_only) : database_(std::move(database)), count_only_(count_only) {}

    /// Days and months are the office's. A PC's newest report stays always.
    std::int64_t forget_reports(const ThinningLimits& limits);
    std::int64_t forget_verdict_changes(Instant before);
    /// Messages that no webhook took.
    std::int64_t forget_dead_letters(Instant before);
    /// Accounts that left their web system's list before.
    std::int64_t forget_gone_web_accounts(Instant before);

private:
    std::int64_t forget_reports_of(const std::vector<std::string>& devices, const ThinningLimits& limits);
    template <class... Values>
    std::int64_t forget(const std::string& table, const std::string& ids, const Values&... values);

    sql::Database database_;
    bool count_only_;
};

}  // namespace wardwatch

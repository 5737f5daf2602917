// Reports that are sent by e-mail each month: what goes to whom, and when it did last, in the centre's database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

struct ReportSchedule {
    std::int64_t id = 0;
    std::optional<std::int64_t> unit_id;   ///< with all below it; empty: all units
    std::vector<std::string> recipients;   ///< addresses
    std::int64_t day_of_month = 1;         ///< 1 to 28
    std::vector<std::string> attachments;  ///< of report_attachments
    Language language = Language::vi;
    std::string created_by;
    std::string sent_for;  ///< "2026-10": the month whose report was sent last
    std::optional<Instant> sent_at;
    std::optional<Instant> tried_at;
    std::string problem;  ///< why the last attempt failed; empty: it did not
};
inline constexpr std::string_view report_attachments[] = {"html", "xlsx", "csv"};

/// May be used from any thread; each function is one transaction.
class ReportSchedules {
public:
    explicit ReportSchedules(sql::Database database) : database_(std::move(database)) {}
    std::vector<ReportSchedule> all() const;
    std::optional<ReportSchedule> find(std::int64_t id) const;
    /// Throws StoreError for a unit that is not there.
    std::int64_t add(const ReportSchedule& schedule, Instant now);
    bool remove(std::int64_t id);
    void set_sent(std::int64_t id, const std::string& month, Instant now);
    void set_failed(std::int64_t id, const std::string& problem, Instant now);

private:
    sql::Database database_;
};

/// Within the caller's transaction. Reports about the unit are about the one that has its place.
void report_schedules_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

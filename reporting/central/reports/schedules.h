// Reports that are sent by e-mail each month: what is sent to whom, and when that was done last.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/integration/mail.h"
#include "reporting/central/units/followers.h"
#include "reporting/central/views/json.h"

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

class ReportSchedules {
public:
    explicit ReportSchedules(sql::Database database) : database_(std::move(database)) {}
    std::vector<ReportSchedule> all() const;
    /// Throws StoreError for a unit that is not there.
    std::int64_t add(const ReportSchedule& schedule, Instant now);
    bool remove(std::int64_t id);
    void set_sent(std::int64_t id, const std::string& month, Instant now);
    void set_failed(std::int64_t id, const std::string& problem, Instant now);

private:
    sql::Database database_;
};

nlohmann::json report_schedules_json(const View& view, const ReportSchedules& schedules);

/// Throws what it likes when the message was not taken; what() is kept with the schedule.
using SendReport = std::function<void(const Mail&)>;

/// Sends the last whole month's report of each schedule whose day has come and that has not sent it yet; what failed is
/// tried again after an hour. `all_now`: of every schedule, whatever was sent. Returns how many were sent; `failed` is
/// told the others.
std::size_t send_reports(const View& view, sql::Database& database, bool all_now, const SendReport& send,
                         const std::function<void(std::int64_t schedule, const std::string& why)>& failed);

/// Within the caller's transaction. Reports about the unit are about the one that has its place.
void report_schedules_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

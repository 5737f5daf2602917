// Reports that are sent by e-mail each month.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/integration/mail.h"
#include "reporting/central/reports/schedule_store.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

struct ShownSchedule {
    ReportSchedule schedule;
    std::optional<std::string> unit;  ///< path; empty: all units
};
std::vector<ShownSchedule> shown_schedules(const sql::Database& database, const std::vector<ReportSchedule>& schedules);
nlohmann::json to_json(const ShownSchedule& shown);
nlohmann::json schedules_json(const std::vector<ShownSchedule>& schedules);

/// Throws what it likes when the message was not taken; what() is kept with the schedule.
using SendReport = std::function<void(const Mail&)>;

/// Sends the last whole month's report of each schedule whose day has come and that has not sent it yet; what failed is
/// tried again after an hour. `all_now`: of every schedule, whatever was sent. Returns how many were sent; `failed` is
/// told the others.
std::size_t send_reports(const View& view, sql::Database& database, bool all_now, const SendReport& send,
                         const std::function<void(std::int64_t schedule, const std::string& why)>& failed);

}  // namespace wardwatch

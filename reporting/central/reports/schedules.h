// Reports that are sent by e-mail each month.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/integration/mail.h"
#include "reporting/central/reports/schedule_store.h"
#include "reporting/central/views/json.h"

namespace wardwatch {

nlohmann::json report_schedules_json(const View& view, const ReportSchedules& schedules);

/// Throws what it likes when the message was not taken; what() is kept with the schedule.
using SendReport = std::function<void(const Mail&)>;

/// Sends the last whole month's report of each schedule whose day has come and that has not sent it yet; what failed is
/// tried again after an hour. `all_now`: of every schedule, whatever was sent. Returns how many were sent; `failed` is
/// told the others.
std::size_t send_reports(const View& view, sql::Database& database, bool all_now, const SendReport& send,
                         const std::function<void(std::int64_t schedule, const std::string& why)>& failed);

}  // namespace wardwatch

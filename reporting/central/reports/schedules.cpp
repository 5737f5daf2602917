// The table of schedules, and the mail of the month that is due.
#include "reporting/central/reports/schedules.h"
#include "reporting/central/units/store.h"

#include "reporting/central/api/json.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::chrono::hours retry_after{1};

/// The last whole month before this day.
Period last_month(const std::string& today) {
    const std::string last = add_days(today.substr(0, 8) + "01", -1);
    return {last.substr(0, 8) + "01", last};
}

Mail mail_of(const View& view, const ReportSchedule& schedule, const Period& period) {
    const ComplianceReport report = compliance_report(view, schedule.unit_id, period, schedule.language);
    const bool vi = schedule.language == Language::vi;
    const std::string unit = report.unit.empty() ? (vi ? "tất cả đơn vị" : "all units") : report.unit;
    const std::string month = period.to.substr(5, 2) + "/" + period.to.substr(0, 4);
    Mail mail;
    mail.to = schedule.recipients;
    mail.subject = (vi ? "Báo cáo an toàn thông tin tháng " : "Report on information security, ") + month + ", " + unit;
    const StandingCounts& pcs = report.sum.pcs;
    const auto line = [&](const std::string& words, std::int64_t count) {
        mail.text += words + ": " + std::to_string(count) + "\n";
    };
    mail.text = mail.subject + "\n\n";
    line(vi ? "Số máy" : "PCs", pcs.all());
    for (const Standing standing : standings_of_pcs)
        line(standing_label(standing, schedule.language), pcs.of(standing));
    line(vi ? "Nội dung chuyển sang không đạt trong tháng" : "Checks that began to fail in the month",
         report.got_worse);
    line(vi ? "Nội dung không đạt đã khắc phục trong tháng" : "Failures that ended in the month", report.got_better);
    const std::string name = "wardwatch-" + period.to.substr(0, 7);
    for (const std::string& attachment : schedule.attachments) {
        if (attachment == "html") mail.attachments.push_back({name + ".html", "text/html", report_page(report, {})});
        if (attachment == "csv") mail.attachments.push_back({name + ".csv", "text/csv", compliance_csv(report)});
        if (attachment == "xlsx")
            mail.attachments.push_back({name + ".xlsx",
                                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                        compliance_xlsx(report)});
    }
    return mail;
}

bool is_due(const ReportSchedule& schedule, const std::string& today, const std::string& month, Instant now) {
    return std::stoi(today.substr(8, 2)) >= schedule.day_of_month && schedule.sent_for < month &&
           (schedule.problem.empty() || !schedule.tried_at || now - *schedule.tried_at >= retry_after);
}

}  // namespace

std::vector<ShownSchedule> shown_schedules(const sql::Database& database,
                                           const std::vector<ReportSchedule>& schedules) {
    const std::map<std::int64_t, std::string> paths = Units{database}.paths();
    std::vector<ShownSchedule> all;
    all.reserve(schedules.size());
    for (const ReportSchedule& schedule : schedules) {
        ShownSchedule& shown = all.emplace_back(ShownSchedule{schedule, {}});
        if (schedule.unit_id) shown.unit = paths.at(*schedule.unit_id);
    }
    return all;
}

json to_json(const ShownSchedule& shown) {
    const ReportSchedule& schedule = shown.schedule;
    return {{"id", schedule.id},
            {"unit_id", or_null(schedule.unit_id)},
            {"unit", or_null(shown.unit)},
            {"recipients", schedule.recipients},
            {"day_of_month", schedule.day_of_month},
            {"attachments", schedule.attachments},
            {"language", schedule.language == Language::vi ? "vi" : "en"},
            {"created_by", schedule.created_by},
            {"sent_for", schedule.sent_for},
            {"sent_at", or_null(schedule.sent_at)},
            {"tried_at", or_null(schedule.tried_at)},
            {"problem", schedule.problem}};
}

json schedules_json(const std::vector<ShownSchedule>& schedules) {
    json list = json::array();
    for (const ShownSchedule& shown : schedules) list.push_back(to_json(shown));
    return {{"schedules", std::move(list)}};
}

std::size_t send_reports(const View& view, sql::Database& database, bool all_now, const SendReport& send,
                         const std::function<void(std::int64_t schedule, const std::string& why)>& failed) {
    ReportSchedules schedules{database};
    const std::string today = office_day(view.now);
    const Period period = last_month(today);
    const std::string month = period.to.substr(0, 7);
    std::size_t sent = 0;
    for (const ReportSchedule& schedule : schedules.all()) {
        if (!all_now && !is_due(schedule, today, month, view.now)) continue;
        try {
            send(mail_of(view, schedule, period));
            schedules.set_sent(schedule.id, month, view.now);
            ++sent;
        } catch (const std::exception& error) {
            // One mailbox that is full must not keep the others from their report.
            schedules.set_failed(schedule.id, error.what(), view.now);
            failed(schedule.id, error.what());
        }
    }
    return sent;
}

}  // namespace wardwatch

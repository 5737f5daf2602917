#include "reporting/central/reports/schedules.h"

#include "reporting/central/formats/office_time.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/sql/statements.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::chrono::hours retry_after{1};

std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

ReportSchedule schedule_of(SQLite::Statement& row) {
    ReportSchedule schedule;
    schedule.id = row.getColumn(0).getInt64();
    if (!row.getColumn(1).isNull()) schedule.unit_id = row.getColumn(1).getInt64();
    schedule.recipients = split_words(row.getColumn(2).getString());
    schedule.day_of_month = row.getColumn(3).getInt64();
    schedule.attachments = split_words(row.getColumn(4).getString());
    schedule.language = row.getColumn(5).getString() == "en" ? Language::en : Language::vi;
    schedule.created_by = row.getColumn(6).getString();
    schedule.sent_for = row.getColumn(7).getString();
    schedule.sent_at = sql::maybe_instant(row.getColumn(8));
    schedule.tried_at = sql::maybe_instant(row.getColumn(9));
    schedule.problem = row.getColumn(10).getString();
    return schedule;
}

/// The last whole month before this day.
Period last_month(const std::string& today) {
    const Instant first = parse_instant(today.substr(0, 8) + "01T00:00:00Z");
    const std::string last = format_instant(first - std::chrono::hours{24}).substr(0, 10);
    return {last.substr(0, 8) + "01", last};
}

Mail mail_of(const View& view, CentralStore& store, const ReportSchedule& schedule, const Period& period) {
    const ComplianceReport report = compliance_report(view, store, schedule.unit_id, period, schedule.language);
    const bool vi = schedule.language == Language::vi;
    const std::string unit = report.unit.empty() ? (vi ? "tất cả đơn vị" : "all units") : report.unit;
    const std::string month = period.to.substr(5, 2) + "/" + period.to.substr(0, 4);
    Mail mail;
    mail.to = schedule.recipients;
    mail.subject = (vi ? "Báo cáo an toàn thông tin tháng " : "Report on information security, ") + month + ", " + unit;
    const UnitFigures& sum = report.sum;
    const auto line = [&](const char* vi_words, const char* en_words, std::int64_t count) {
        mail.text += std::string{vi ? vi_words : en_words} + ": " + std::to_string(count) + "\n";
    };
    mail.text = mail.subject + "\n\n";
    line("Số máy", "PCs", sum.devices);
    line("Đạt", "Pass", sum.pass);
    line("Không đạt", "Fail", sum.fail);
    line("Chưa xác định", "Unknown", sum.unknown);
    line("Mất liên lạc", "Silent", sum.silent);
    line("Nội dung chuyển sang không đạt trong tháng", "Checks that began to fail in the month", report.got_worse);
    line("Nội dung không đạt đã khắc phục trong tháng", "Failures that ended in the month", report.got_better);
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

std::vector<ReportSchedule> ReportSchedules::all() const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Statement rows{connection.database,
                           "SELECT id, unit_id, recipients, day_of_month, attachments, language, created_by, sent_for, "
                           "sent_at, tried_at, problem FROM report_schedules ORDER BY id"};
    std::vector<ReportSchedule> all;
    while (rows.executeStep()) all.push_back(schedule_of(rows));
    return all;
}

std::int64_t ReportSchedules::add(const ReportSchedule& schedule, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    if (schedule.unit_id) sql::require_unit(connection.database, *schedule.unit_id);
    sql::run(connection.database,
             "INSERT INTO report_schedules (unit_id, recipients, day_of_month, attachments, language, created_by, "
             "created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
             schedule.unit_id, joined(schedule.recipients), schedule.day_of_month, joined(schedule.attachments),
             schedule.language == Language::vi ? "vi" : "en", schedule.created_by, now);
    const std::int64_t id = connection.database.getLastInsertRowid();
    write.commit();
    return id;
}

bool ReportSchedules::remove(std::int64_t id) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::run(connection.database, "DELETE FROM report_schedules WHERE id = ?1", id) > 0;
}

void ReportSchedules::set_sent(std::int64_t id, const std::string& month, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::run(connection.database,
             "UPDATE report_schedules SET sent_for = ?2, sent_at = ?3, tried_at = ?3, problem = '' WHERE id = ?1", id,
             month, now);
}

void ReportSchedules::set_failed(std::int64_t id, const std::string& problem, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::run(connection.database, "UPDATE report_schedules SET tried_at = ?2, problem = ?3 WHERE id = ?1", id, now,
             problem);
}

json report_schedules_json(const View& view, const ReportSchedules& schedules) {
    const std::map<std::int64_t, std::string> paths = view.store.unit_paths();
    const auto moment = [](const std::optional<Instant>& at) { return at ? json(format_instant(*at)) : json(); };
    json list = json::array();
    for (const ReportSchedule& schedule : schedules.all())
        list.push_back({{"id", schedule.id},
                        {"unit_id", schedule.unit_id ? json(*schedule.unit_id) : json()},
                        {"unit", schedule.unit_id ? json(paths.at(*schedule.unit_id)) : json()},
                        {"recipients", schedule.recipients},
                        {"day_of_month", schedule.day_of_month},
                        {"attachments", schedule.attachments},
                        {"language", schedule.language == Language::vi ? "vi" : "en"},
                        {"created_by", schedule.created_by},
                        {"sent_for", schedule.sent_for},
                        {"sent_at", moment(schedule.sent_at)},
                        {"tried_at", moment(schedule.tried_at)},
                        {"problem", schedule.problem}});
    return {{"schedules", std::move(list)}};
}

std::size_t send_reports(const View& view, CentralStore& store, bool all_now, const SendReport& send,
                         const std::function<void(std::int64_t schedule, const std::string& why)>& failed) {
    ReportSchedules schedules{store};
    const std::string today = office_day(view.now);
    const Period period = last_month(today);
    const std::string month = period.to.substr(0, 7);
    std::size_t sent = 0;
    for (const ReportSchedule& schedule : schedules.all()) {
        if (!all_now && !is_due(schedule, today, month, view.now)) continue;
        try {
            send(mail_of(view, store, schedule, period));
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

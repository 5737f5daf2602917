// The table of schedules, and the mail of the month that is due.
#include "reporting/central/reports/schedules.h"
#include "reporting/central/units/store.h"

#include "reporting/central/formats/office_time.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/sql/database.h"

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

ReportSchedule schedule_of(const sql::Row& row) {
    ReportSchedule schedule;
    schedule.id = row.integer(0);
    if (!row.is_null(1)) schedule.unit_id = row.integer(1);
    schedule.recipients = split_words(row.text(2));
    schedule.day_of_month = row.integer(3);
    schedule.attachments = split_words(row.text(4));
    schedule.language = row.text(5) == "en" ? Language::en : Language::vi;
    schedule.created_by = row.text(6);
    schedule.sent_for = row.text(7);
    schedule.sent_at = row.maybe_instant(8);
    schedule.tried_at = row.maybe_instant(9);
    schedule.problem = row.text(10);
    return schedule;
}

/// The last whole month before this day.
Period last_month(const std::string& today) {
    const Instant first = parse_instant(today.substr(0, 8) + "01T00:00:00Z");
    const std::string last = format_instant(first - std::chrono::hours{24}).substr(0, 10);
    return {last.substr(0, 8) + "01", last};
}

Mail mail_of(const View& view, sql::Database& database, const ReportSchedule& schedule, const Period& period) {
    const ComplianceReport report = compliance_report(view, database, schedule.unit_id, period, schedule.language);
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
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT id, unit_id, recipients, day_of_month, attachments, language, created_by, sent_for, "
        "sent_at, tried_at, problem FROM report_schedules ORDER BY id");
    std::vector<ReportSchedule> all;
    while (rows.next()) all.push_back(schedule_of(rows));
    return all;
}

std::int64_t ReportSchedules::add(const ReportSchedule& schedule, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (schedule.unit_id) require_unit(writer, *schedule.unit_id);
    const std::int64_t id = writer.insert(
        "INSERT INTO report_schedules (unit_id, recipients, day_of_month, attachments, language, created_by, "
        "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        schedule.unit_id, joined(schedule.recipients), schedule.day_of_month, joined(schedule.attachments),
        schedule.language == Language::vi ? "vi" : "en", schedule.created_by, now);
    transaction.commit();
    return id;
}

bool ReportSchedules::remove(std::int64_t id) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM report_schedules WHERE id = $1", id) > 0;
}

void ReportSchedules::set_sent(std::int64_t id, const std::string& month, Instant now) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE report_schedules SET sent_for = $2, sent_at = $3, tried_at = $3, problem = '' WHERE id = $1", id,
               month, now);
}

void ReportSchedules::set_failed(std::int64_t id, const std::string& problem, Instant now) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE report_schedules SET tried_at = $2, problem = $3 WHERE id = $1", id, now, problem);
}

json report_schedules_json(const View& view, const ReportSchedules& schedules) {
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
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
            send(mail_of(view, database, schedule, period));
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

void report_schedules_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE report_schedules SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch

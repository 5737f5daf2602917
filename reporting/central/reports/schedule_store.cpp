// SQL for the reports that are sent each month.
#include "reporting/central/reports/schedule_store.h"

#include <algorithm>

#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

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
    schedule.unit_id = row.maybe_integer(1);
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

std::optional<ReportSchedule> ReportSchedules::find(std::int64_t id) const {
    for (ReportSchedule& schedule : all()) {
        if (schedule.id == id) return std::move(schedule);
    }
    return std::nullopt;
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

void report_schedules_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE report_schedules SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch

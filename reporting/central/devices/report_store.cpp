#include <algorithm>

#include "reporting/central/sql/statements.h"

namespace wardwatch {

ReportOutcome CentralStore::add_report(const NewReport& report, const Judgement& judgement) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    auto same =
        sql::query(connection_->database, "SELECT content_hash FROM reports WHERE device_id = ?1 AND report_id = ?2",
                   report.device_id, report.report_id);
    if (same.executeStep()) {
        return same.getColumn(0).getString() == report.content_hash ? ReportOutcome::known : ReportOutcome::differs;
    }

    const Judgement waived = sql::with_waivers(connection_->database, report.device_id, judgement);
    const Instant ordered_at = std::min(report.taken_at, report.received_at);
    auto insert = sql::query(connection_->database,
                             "INSERT INTO reports(device_id, report_id, trigger, taken_at, received_at, ordered_at, "
                             "facts_hash, content_hash, status, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                             report.device_id, report.report_id, report.trigger, report.taken_at, report.received_at,
                             ordered_at, report.facts_hash, report.content_hash, name_of(waived.status));
    insert.bind(10, report.body.data(), static_cast<int>(report.body.size()));
    insert.exec();
    const std::int64_t row = connection_->database.getLastInsertRowid();

    sql::run(connection_->database,
             "UPDATE reports SET confirmed_at = d.confirmed_at FROM devices d WHERE d.device_id = ?1 AND reports.id = "
             "d.newest_report AND reports.ordered_at <= ?2",
             report.device_id, ordered_at);
    // Equal times happen (whole seconds): then the one that arrived last is the newest.
    const bool newest =
        sql::run(connection_->database,
                 "UPDATE devices SET newest_report = ?2, confirmed_at = ?3 WHERE device_id = ?1 AND ?4 >= "
                 "ifnull((SELECT ordered_at FROM reports WHERE id = newest_report), ?4)",
                 report.device_id, row, report.received_at, ordered_at) > 0;
    if (newest) replace_verdicts(report.device_id, waived, ordered_at);
    sql::run(connection_->database,
             "UPDATE devices SET last_seen_at = max(last_seen_at, ?2), agent_version = ?3 WHERE device_id = ?1",
             report.device_id, report.received_at, report.agent_version);
    sql::finish_commands_of_report(connection_->database, report.device_id, report.report_id, report.received_at);
    write.commit();
    return ReportOutcome::stored;
}

bool CentralStore::knows_facts(const std::string& device_id, const std::string& facts_hash) const {
    const std::lock_guard lock{connection_->mutex};
    return sql::query(connection_->database, "SELECT 1 FROM reports WHERE device_id = ?1 AND facts_hash = ?2",
                      device_id, facts_hash)
        .executeStep();
}

namespace {

StoredReport read_report(SQLite::Statement& row) {
    return {row.getColumn(0).getString(),
            row.getColumn(1).getString(),
            sql::instant(row.getColumn(2)),
            sql::instant(row.getColumn(3)),
            sql::status_from(row.getColumn(4).getString()),
            row.getColumn(5).getString()};
}

}  // namespace

std::optional<StoredReport> CentralStore::newest_report(const std::string& device_id) const {
    const std::lock_guard lock{connection_->mutex};
    auto row = sql::query(connection_->database,
                          "SELECT r.report_id, r.trigger, r.taken_at, r.received_at, r.status, r.body FROM devices d "
                          "JOIN reports r ON r.id = d.newest_report WHERE d.device_id = ?1",
                          device_id);
    if (!row.executeStep()) return std::nullopt;
    return read_report(row);
}

std::vector<StoredReport> CentralStore::reports(const std::string& device_id, std::size_t limit) const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT report_id, trigger, taken_at, received_at, status, '' FROM reports "
                           "WHERE device_id = ?1 ORDER BY ordered_at DESC, id DESC LIMIT ?2",
                           device_id, static_cast<std::int64_t>(limit));
    std::vector<StoredReport> all;
    while (rows.executeStep()) all.push_back(read_report(rows));
    return all;
}

}  // namespace wardwatch

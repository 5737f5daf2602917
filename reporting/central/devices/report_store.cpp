// A report's rows: kept once by its id, with its verdicts in the same transaction.
#include <algorithm>

#include "reporting/central/devices/report_store.h"

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

ReportOutcome Reports::add(const NewReport& report, const Judgement& judgement) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    auto same = writer.query("SELECT content_hash FROM reports WHERE device_id = $1 AND report_id = $2",
                             report.device_id, report.report_id);
    if (same.next()) {
        return same.text(0) == report.content_hash ? ReportOutcome::known : ReportOutcome::differs;
    }

    const Judgement waived = with_waivers(writer, report.device_id, judgement);
    const Instant ordered_at = std::min(report.taken_at, report.received_at);
    const std::int64_t row = writer.insert(
        "INSERT INTO reports(device_id, report_id, trigger, taken_at, received_at, ordered_at, "
        "facts_hash, content_hash, status, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        report.device_id, report.report_id, report.trigger, report.taken_at, report.received_at, ordered_at,
        report.facts_hash, report.content_hash, name_of(waived.status), sql::Blob{report.body});

    writer.run(
        "UPDATE reports SET confirmed_at = d.confirmed_at FROM devices d WHERE d.device_id = $1 AND reports.id = "
        "d.newest_report AND reports.ordered_at <= $2",
        report.device_id, ordered_at);
    // Equal times happen (whole seconds): then the one that arrived last is the newest.
    const bool newest = writer.run(
                            "UPDATE devices SET newest_report = $2, confirmed_at = $3 WHERE device_id = $1 AND $4 >= "
                            "coalesce((SELECT ordered_at FROM reports WHERE id = newest_report), $4)",
                            report.device_id, row, report.received_at, ordered_at) > 0;
    if (newest) replace_verdicts(writer, report.device_id, waived, ordered_at);
    writer.run("UPDATE devices SET last_seen_at = greatest(last_seen_at, $2), agent_version = $3 WHERE device_id = $1",
               report.device_id, report.received_at, report.agent_version);
    finish_commands_of_report(writer, report.device_id, report.report_id, report.received_at);
    transaction.commit();
    return ReportOutcome::stored;
}

std::optional<Instant> Reports::newest_received() const {
    sql::Rows row = database_.reader().query("SELECT max(received_at) FROM reports");
    if (!row.next()) return std::nullopt;
    return row.maybe_instant(0);
}

bool Reports::knows_facts(const std::string& device_id, const std::string& facts_hash) const {
    const sql::Reader reader = database_.reader();
    return reader.query("SELECT 1 FROM reports WHERE device_id = $1 AND facts_hash = $2", device_id, facts_hash).next();
}

namespace {

StoredReport read_report(const sql::Row& row) {
    return {row.text(0), row.text(1), row.instant(2), row.instant(3), status_from(row.text(4)), row.text(5)};
}

}  // namespace

std::optional<StoredReport> Reports::newest(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT r.report_id, r.trigger, r.taken_at, r.received_at, r.status, r.body FROM devices d "
        "JOIN reports r ON r.id = d.newest_report WHERE d.device_id = $1",
        device_id);
    if (!row.next()) return std::nullopt;
    return read_report(row);
}

std::vector<StoredReport> Reports::list(const std::string& device_id, std::size_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT report_id, trigger, taken_at, received_at, status, '' FROM reports "
        "WHERE device_id = $1 ORDER BY ordered_at DESC, id DESC LIMIT $2",
        device_id, static_cast<std::int64_t>(limit));
    std::vector<StoredReport> all;
    while (rows.next()) all.push_back(read_report(rows));
    return all;
}

}  // namespace wardwatch

// The rows of reports, as they are read.
#include "reporting/central/devices/report_store.h"

#include "reporting/central/devices/body_store.h"

namespace wardwatch {

std::int64_t Reports::count() const { return database_.reader().number("SELECT count(*) FROM reports"); }

std::optional<Instant> Reports::newest_received() const {
    sql::Rows row = database_.reader().query("SELECT max(received_at) FROM reports");
    if (!row.next()) return std::nullopt;
    return row.maybe_instant(0);
}

bool Reports::knows_facts(const std::string& device_id, const std::string& facts_hash) const {
    const sql::Reader reader = database_.reader();
    // Nearly always they are the newest one's: found there, the others are not looked at.
    return reader.any("SELECT 1 FROM reports WHERE device_id = $1 AND facts_hash = $2 ORDER BY ordered_at DESC LIMIT 1",
                      device_id, facts_hash);
}

namespace {

StoredReport read_report(const sql::Row& row) {
    return {row.text(0), row.text(1), row.instant(2), row.instant(3), status_from(row.text(4)), ""};
}

}  // namespace

std::optional<StoredReport> Reports::newest(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT r.report_id, r.trigger, r.taken_at, r.received_at, r.status, r.body, b.body FROM devices d "
        "JOIN reports r ON r.id = d.newest_report" WARDWATCH_BODY_BASES "WHERE d.device_id = $1",
        device_id);
    if (!row.next()) return std::nullopt;
    StoredReport report = read_report(row);
    report.body = StoredBodies{}.at(row, 5);
    return report;
}

std::vector<StoredReport> Reports::list(const std::string& device_id, std::size_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT report_id, trigger, taken_at, received_at, status FROM reports "
        "WHERE device_id = $1 ORDER BY ordered_at DESC, id DESC LIMIT $2",
        device_id, static_cast<std::int64_t>(limit));
    std::vector<StoredReport> all;
    while (rows.next()) all.push_back(read_report(rows));
    return all;
}

}  // namespace wardwatch

#include "reporting/central/history/change_store.h"

#include <nlohmann/json.hpp>

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

#define WARDWATCH_CHANGE_COLUMNS                                                                             \
    "SELECT c.at, c.device_id, d.host_name, d.unit_id, c.rule, c.instance, c.from_status, c.to_status FROM " \
    "verdict_changes c JOIN devices d ON d.device_id = c.device_id "

std::vector<VerdictChange> read_changes(SQLite::Statement& rows) {
    std::vector<VerdictChange> all;
    while (rows.executeStep()) {
        all.push_back({sql::instant(rows.getColumn(0)), rows.getColumn(1).getString(), rows.getColumn(2).getString(),
                       rows.getColumn(3).getInt64(), rows.getColumn(4).getString(), rows.getColumn(5).getString(),
                       rows.getColumn(6).getString(), rows.getColumn(7).getString()});
    }
    return all;
}

}  // namespace

std::vector<VerdictChange> ChangeHistory::newest_changes(const News& news) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    const std::string kind = news.kind == Kind::regressions
                                 ? "c.to_status = 'fail'"
                                 : "c.from_status = 'fail' AND c.to_status IN ('pass', 'not_applicable', '')";
    const std::string text = WARDWATCH_CHANGE_COLUMNS "WHERE c.at >= ?1 AND " + kind +
                             " AND d.revoked_at IS NULL AND d.unit_id IN (SELECT value FROM json_each(?2)) AND c.rule "
                             "NOT IN (SELECT value FROM json_each(?3)) ORDER BY c.at DESC, c.id DESC LIMIT ?4";
    auto rows = sql::query(reading.database, text.c_str(), news.since, nlohmann::json(news.units).dump(),
                           nlohmann::json(news.without_rules).dump(), static_cast<std::int64_t>(news.limit));
    return read_changes(rows);
}

std::vector<VerdictChange> ChangeHistory::changes_of(const std::string& device_id, std::size_t offset,
                                                     std::size_t limit) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows =
        sql::query(reading.database,
                   WARDWATCH_CHANGE_COLUMNS "WHERE c.device_id = ?1 ORDER BY c.at DESC, c.id DESC LIMIT ?3 OFFSET ?2",
                   device_id, static_cast<std::int64_t>(offset), static_cast<std::int64_t>(limit));
    return read_changes(rows);
}

#undef WARDWATCH_CHANGE_COLUMNS

std::size_t ChangeHistory::count_changes_of(const std::string& device_id) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto row = sql::query(reading.database, "SELECT count(*) FROM verdict_changes WHERE device_id = ?1", device_id);
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
}

std::vector<std::string> ChangeHistory::written_days(const std::string& first) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows = sql::query(reading.database, "SELECT DISTINCT day FROM unit_days WHERE day >= ?1 ORDER BY day", first);
    std::vector<std::string> days;
    while (rows.executeStep()) days.push_back(rows.getColumn(0).getString());
    return days;
}

std::vector<UnitDayCounts> ChangeHistory::unit_days(const std::vector<std::string>& days) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows = sql::query(reading.database,
                           "SELECT day, unit_id, devices, pass, fail, unknown, silent FROM unit_days WHERE day IN "
                           "(SELECT value FROM json_each(?1)) ORDER BY day, unit_id",
                           nlohmann::json(days).dump());
    std::vector<UnitDayCounts> all;
    while (rows.executeStep()) {
        all.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getInt64(), rows.getColumn(2).getInt64(),
                       rows.getColumn(3).getInt64(), rows.getColumn(4).getInt64(), rows.getColumn(5).getInt64(),
                       rows.getColumn(6).getInt64()});
    }
    return all;
}

std::optional<DeviceCertificate> ChangeHistory::certificate(const std::string& device_id) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto row = sql::query(reading.database,
                          "SELECT sha256, serial, issued_at, not_after FROM certificates WHERE device_id = ?1 "
                          "ORDER BY issued_at DESC, rowid DESC LIMIT 1",
                          device_id);
    if (!row.executeStep()) return std::nullopt;
    return DeviceCertificate{row.getColumn(0).getString(), row.getColumn(1).getString(), sql::instant(row.getColumn(2)),
                             sql::instant(row.getColumn(3))};
}

std::optional<StoredReport> ChangeHistory::report(const std::string& device_id, const std::string& report_id) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto row = sql::query(reading.database,
                          "SELECT report_id, trigger, taken_at, received_at, status, body FROM reports WHERE "
                          "device_id = ?1 AND report_id = ?2",
                          device_id, report_id);
    if (!row.executeStep()) return std::nullopt;
    return StoredReport{row.getColumn(0).getString(),
                        row.getColumn(1).getString(),
                        sql::instant(row.getColumn(2)),
                        sql::instant(row.getColumn(3)),
                        sql::status_from(row.getColumn(4).getString()),
                        row.getColumn(5).getString()};
}

}  // namespace wardwatch

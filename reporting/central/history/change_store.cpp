// Statements that read what has been: changes, days, old reports.
#include "reporting/central/history/change_store.h"
#include "reporting/central/devices/body_store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/history/day_store.h"

#include <nlohmann/json.hpp>

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

#define WARDWATCH_CHANGE_COLUMNS                                                                             \
    "SELECT c.at, c.device_id, d.host_name, d.unit_id, c.rule, c.instance, c.from_status, c.to_status FROM " \
    "verdict_changes c JOIN devices d ON d.device_id = c.device_id "

std::vector<VerdictChange> read_changes(sql::Rows& rows) {
    std::vector<VerdictChange> all;
    while (rows.next()) {
        all.push_back({rows.instant(0), rows.text(1), rows.text(2), rows.integer(3), rows.text(4), rows.text(5),
                       rows.text(6), rows.text(7)});
    }
    return all;
}

}  // namespace

std::vector<VerdictChange> ChangeHistory::newest_changes(const News& news) const {
    const sql::Reader reader = database_.reader();
    const std::string kind = news.kind == Kind::regressions
                                 ? "c.to_status = 'fail'"
                                 : "c.from_status = 'fail' AND c.to_status IN ('pass', 'not_applicable', '')";
    const std::string text = WARDWATCH_CHANGE_COLUMNS "WHERE c.at >= $1 AND " + kind +
                             " AND d.revoked_at IS NULL AND d.unit_id IN (SELECT numbers_of($2)) AND c.rule "
                             "NOT IN (SELECT texts_of($3)) ORDER BY c.at DESC, c.id DESC LIMIT $4";
    auto rows = reader.query(text, news.since, nlohmann::json(news.units).dump(), sql::list_of(news.without_rules),
                             static_cast<std::int64_t>(news.limit));
    return read_changes(rows);
}

std::vector<VerdictChange> ChangeHistory::changes_of(const std::string& device_id, std::size_t offset,
                                                     std::size_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows =
        reader.query(WARDWATCH_CHANGE_COLUMNS "WHERE c.device_id = $1 ORDER BY c.at DESC, c.id DESC LIMIT $3 OFFSET $2",
                     device_id, static_cast<std::int64_t>(offset), static_cast<std::int64_t>(limit));
    return read_changes(rows);
}

#undef WARDWATCH_CHANGE_COLUMNS

std::size_t ChangeHistory::count_changes_of(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query("SELECT count(*) FROM verdict_changes WHERE device_id = $1", device_id);
    row.next();
    return static_cast<std::size_t>(row.integer(0));
}

std::vector<std::string> ChangeHistory::written_days(const std::string& first) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query("SELECT DISTINCT day FROM unit_days WHERE day >= $1 ORDER BY day", first);
    std::vector<std::string> days;
    while (rows.next()) days.push_back(rows.text(0));
    return days;
}

std::vector<UnitDay> ChangeHistory::unit_days(const std::vector<std::string>& days) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT day, unit_id, pass, fail, unknown, silent FROM unit_days WHERE day IN "
        "(SELECT texts_of($1)) ORDER BY day, unit_id",
        sql::list_of(days));
    std::vector<UnitDay> all;
    while (rows.next()) all.push_back({rows.text(0), rows.integer(1), read_counts(rows, 2, standings_of_pcs)});
    return all;
}

std::optional<DeviceCertificate> ChangeHistory::certificate(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT sha256, serial, issued_at, not_after FROM certificates WHERE device_id = $1 "
        "ORDER BY issued_at DESC, not_after DESC LIMIT 1",
        device_id);
    if (!row.next()) return std::nullopt;
    return DeviceCertificate{row.text(0), row.text(1), row.instant(2), row.instant(3)};
}

std::optional<StoredReport> ChangeHistory::report(const std::string& device_id, const std::string& report_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT r.report_id, r.trigger, r.taken_at, r.received_at, r.status, r.body, b.body FROM "
        "reports r" WARDWATCH_BODY_BASES "WHERE r.device_id = $1 AND r.report_id = $2",
        device_id, report_id);
    if (!row.next()) return std::nullopt;
    return StoredReport{
        row.text(0), row.text(1), row.instant(2), row.instant(3), status_from(row.text(4)), StoredBodies{}.at(row, 5)};
}

}  // namespace wardwatch

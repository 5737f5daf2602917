#include "reporting/central/judging/waiver_store.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

#define WARDWATCH_WAIVER_COLUMNS                                                                                  \
    "SELECT w.id, w.rule, w.instance, w.device_id, w.unit_id, w.reason, w.approved_by, w.created_at, w.ends_at, " \
    "w.ended_at, w.ended_by FROM waivers w "

Waiver read_waiver(SQLite::Statement& row) {
    Waiver waiver;
    waiver.id = row.getColumn(0).getInt64();
    waiver.rule = row.getColumn(1).getString();
    if (!row.getColumn(2).isNull()) waiver.instance = row.getColumn(2).getString();
    if (!row.getColumn(3).isNull()) waiver.device_id = row.getColumn(3).getString();
    if (!row.getColumn(4).isNull()) waiver.unit_id = row.getColumn(4).getInt64();
    waiver.reason = row.getColumn(5).getString();
    waiver.approved_by = row.getColumn(6).getString();
    waiver.created_at = sql::instant(row.getColumn(7));
    waiver.ends_at = sql::instant(row.getColumn(8));
    waiver.ended_at = sql::maybe_instant(row.getColumn(9));
    waiver.ended_by = row.getColumn(10).getString();
    return waiver;
}

/// No policy has an empty hash: a device with one is judged again.
void judge_those_of(SQLite::Database& database, const Waiver& waiver) {
    if (waiver.device_id) {
        sql::run(database, "UPDATE devices SET policy_hash = '' WHERE device_id = ?1", *waiver.device_id);
    } else if (waiver.unit_id) {
        sql::judge_unit_soon(database, *waiver.unit_id);
    } else {
        sql::run(database, "UPDATE devices SET policy_hash = ''");
    }
}

}  // namespace

namespace sql {

Judgement with_waivers(SQLite::Database& database, const std::string& device_id, Judgement judgement) {
    // The longest-lived first: what is shown says until when a failure may stand.
    auto rows = query(
        database,
        "WITH RECURSIVE line(id) AS (SELECT unit_id FROM devices WHERE device_id = ?1 UNION ALL "
        "SELECT u.parent_id FROM units u JOIN line USING (id) WHERE u.parent_id IS NOT NULL) " WARDWATCH_WAIVER_COLUMNS
        "WHERE w.ended_at IS NULL AND w.ends_at > ?2 AND (w.device_id = ?1 OR w.unit_id IN (SELECT id FROM "
        "line) OR (w.device_id IS NULL AND w.unit_id IS NULL)) ORDER BY w.ends_at DESC, w.id",
        device_id, judgement.judged_at);
    std::vector<Waiver> waivers;
    while (rows.executeStep()) waivers.push_back(read_waiver(rows));
    apply_waivers(judgement, waivers);
    return judgement;
}

void judge_unit_soon(SQLite::Database& database, std::int64_t unit_id) {
    run(database,
        "WITH RECURSIVE below(id) AS (SELECT ?1 UNION SELECT u.id FROM units u JOIN below ON u.parent_id = below.id) "
        "UPDATE devices SET policy_hash = '' WHERE unit_id IN (SELECT id FROM below) AND "
        "EXISTS (SELECT 1 FROM waivers WHERE unit_id IS NOT NULL)",
        unit_id);
}

}  // namespace sql

std::int64_t Waivers::add(const Waiver& waiver) {
    const std::lock_guard lock{connection_.mutex};
    sql::Write write{connection_.database};
    if (waiver.unit_id) sql::require_unit(connection_.database, *waiver.unit_id);
    if (waiver.device_id &&
        !sql::query(connection_.database, "SELECT 1 FROM devices WHERE device_id = ?1", *waiver.device_id)
             .executeStep())
        throw StoreError("There is no PC " + *waiver.device_id + "; `device list` shows all.");
    sql::run(connection_.database,
             "INSERT INTO waivers(rule, instance, device_id, unit_id, reason, approved_by, created_at, ends_at) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
             waiver.rule, waiver.instance, waiver.device_id, waiver.unit_id, waiver.reason, waiver.approved_by,
             waiver.created_at, waiver.ends_at);
    const std::int64_t id = connection_.database.getLastInsertRowid();
    judge_those_of(connection_.database, waiver);
    write.commit();
    return id;
}

std::vector<Waiver> Waivers::all() const {
    const std::lock_guard lock{connection_.mutex};
    auto rows = sql::query(connection_.database, WARDWATCH_WAIVER_COLUMNS "ORDER BY w.id");
    std::vector<Waiver> all;
    while (rows.executeStep()) all.push_back(read_waiver(rows));
    return all;
}

std::optional<Waiver> Waivers::find(std::int64_t id) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database, WARDWATCH_WAIVER_COLUMNS "WHERE w.id = ?1", id);
    if (!row.executeStep()) return std::nullopt;
    return read_waiver(row);
}

bool Waivers::end(std::int64_t id, const ChangedBy& by) {
    const std::lock_guard lock{connection_.mutex};
    sql::Write write{connection_.database};
    auto row = sql::query(connection_.database, WARDWATCH_WAIVER_COLUMNS "WHERE w.id = ?1", id);
    if (!row.executeStep()) return false;
    const Waiver waiver = read_waiver(row);
    if (waiver.ended_at || waiver.ends_at <= by.at) return false;
    sql::run(connection_.database, "UPDATE waivers SET ended_at = ?2, ended_by = ?3 WHERE id = ?1", id, by.at,
             by.actor);
    judge_those_of(connection_.database, waiver);
    write.commit();
    return true;
}

#undef WARDWATCH_WAIVER_COLUMNS

int Waivers::end_of_time(Instant now) {
    const std::lock_guard lock{connection_.mutex};
    return sql::run(connection_.database,
                    "UPDATE devices SET policy_hash = '' WHERE policy_hash <> '' AND device_id IN (SELECT v.device_id "
                    "FROM verdicts v JOIN waivers w ON w.id = v.waiver_id WHERE v.waiver_id IS NOT NULL AND w.ends_at "
                    "<= ?1)",
                    now);
}

}  // namespace wardwatch

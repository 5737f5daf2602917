#include "reporting/central/history/day_store.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

struct DeviceRow {
    std::string device_id;
    std::int64_t unit_id = 0;
    std::string status;
    Instant heard_at;
    std::vector<CountedVerdict> verdicts;
};

DeviceRow read_device_row(SQLite::Statement& row) {
    const bool judged = !row.getColumn(2).isNull();
    return {row.getColumn(0).getString(),
            row.getColumn(1).getInt64(),
            judged ? row.getColumn(2).getString() : std::string{name_of(Status::unknown)},
            sql::instant(row.getColumn(3)),
            {}};
}

CountedVerdict read_counted(SQLite::Statement& row) {
    return {row.getColumn(4).getString(), sql::severity_from(row.getColumn(5).getString()),
            sql::status_from(row.getColumn(6).getString()), row.getColumn(7).getInt() != 0};
}

}  // namespace

SQLite::Database sql::open_to_read(const Connection& connection) {
    return SQLite::Database{connection.database.getFilename(), SQLite::OPEN_READONLY, 10'000};
}

DayCounts Days::now(const Policy& policy, Instant now, std::chrono::days silent_after) const {
    SQLite::Database database = sql::open_to_read(connection_);
    auto rows = sql::query(database,
                           "SELECT d.device_id, d.unit_id, d.status, ifnull(d.confirmed_at, d.enrolled_at), v.rule, "
                           "v.severity, v.status, v.waiver_id IS NOT NULL FROM devices d LEFT JOIN verdicts v "
                           "ON v.device_id = d.device_id WHERE d.revoked_at IS NULL ORDER BY d.device_id");
    DayCounts counts;
    std::optional<DeviceRow> device;
    const auto count = [&] {
        if (!device) return;
        const bool silent = now - device->heard_at > silent_after;
        count_device(counts, device->unit_id, silent ? "silent" : std::string_view{device->status},
                     clause_standings(policy, device->verdicts));
    };
    while (rows.executeStep()) {
        if (!device || device->device_id != rows.getColumn(0).getText()) {
            count();
            device = read_device_row(rows);
        }
        if (!rows.getColumn(4).isNull()) device->verdicts.push_back(read_counted(rows));
    }
    count();
    return counts;
}

void Days::write(const std::string& day, const DayCounts& counts) {
    const std::lock_guard lock{connection_.mutex};
    sql::Write write{connection_.database};
    sql::run(connection_.database, "DELETE FROM unit_days WHERE day = ?1", day);
    sql::run(connection_.database, "DELETE FROM clause_days WHERE day = ?1", day);
    for (const auto& [unit_id, unit] : counts.units)
        sql::run(connection_.database, "INSERT INTO unit_days VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", day, unit_id,
                 unit.devices, unit.pass, unit.fail, unit.unknown, unit.silent);
    for (const auto& [key, clause] : counts.clauses)
        sql::run(connection_.database, "INSERT INTO clause_days VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", day, key.first,
                 key.second, clause.pass, clause.fail, clause.unknown, clause.waived);
    write.commit();
}

std::optional<UnitDay> Days::unit_day(const std::string& day, std::int64_t unit_id) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database,
                          "SELECT devices, pass, fail, unknown, silent FROM unit_days WHERE day = ?1 AND unit_id = ?2",
                          day, unit_id);
    if (!row.executeStep()) return std::nullopt;
    return UnitDay{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                   row.getColumn(3).getInt64(), row.getColumn(4).getInt64()};
}

std::optional<ClauseDay> Days::clause_day(const std::string& day, std::int64_t unit_id,
                                          const std::string& clause) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database,
                          "SELECT pass, fail, unknown, waived FROM clause_days WHERE day = ?1 AND unit_id = ?2 "
                          "AND clause = ?3",
                          day, unit_id, clause);
    if (!row.executeStep()) return std::nullopt;
    return ClauseDay{row.getColumn(0).getInt64(), row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                     row.getColumn(3).getInt64()};
}

bool Days::written(const std::string& day) const {
    const std::lock_guard lock{connection_.mutex};
    return sql::query(connection_.database, "SELECT 1 FROM unit_days WHERE day = ?1 LIMIT 1", day).executeStep();
}

std::optional<std::string> Days::written_before(const std::string& day) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database, "SELECT max(day) FROM unit_days WHERE day < ?1", day);
    if (!row.executeStep() || row.getColumn(0).isNull()) return std::nullopt;
    return row.getColumn(0).getString();
}

}  // namespace wardwatch

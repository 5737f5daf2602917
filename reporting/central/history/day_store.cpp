// The table of days: today's counts, made and kept.
#include "reporting/central/history/day_store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

struct DeviceRow {
    std::string device_id;
    std::int64_t unit_id = 0;
    Standing judged = Standing::unknown;
    Instant heard_at;
    std::vector<CountedVerdict> verdicts;
};

DeviceRow read_device_row(const sql::Row& row) {
    const Standing judged = row.is_null(2) ? Standing::unknown : standing_from(row.view(2));
    return {row.text(0), row.integer(1), judged, row.instant(3), {}};
}

CountedVerdict read_counted(const sql::Row& row) {
    return {row.text(4), severity_from(row.text(5)), status_from(row.text(6)), row.boolean(7)};
}

}  // namespace

StandingCounts read_counts(const sql::Row& row, int first, std::span<const Standing> standings) {
    StandingCounts counts;
    for (const Standing standing : standings) counts.count(standing, row.integer(first++));
    return counts;
}

DayCounts Days::now(const Policy& policy, Instant now, std::chrono::days silent_after) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT d.device_id, d.unit_id, d.status, coalesce(d.confirmed_at, d.enrolled_at), v.rule, "
        "v.severity, v.status, v.waiver_id IS NOT NULL FROM devices d LEFT JOIN verdicts v "
        "ON v.device_id = d.device_id WHERE d.revoked_at IS NULL ORDER BY d.device_id");
    DayCounts counts;
    std::optional<DeviceRow> device;
    const auto count = [&] {
        if (!device) return;
        const bool silent = is_silent(device->heard_at, now, silent_after);
        count_device(counts, device->unit_id, silent ? Standing::silent : device->judged,
                     clause_standings(policy, device->verdicts));
    };
    while (rows.next()) {
        if (!device || device->device_id != rows.view(0)) {
            count();
            device = read_device_row(rows);
        }
        if (!rows.is_null(4)) device->verdicts.push_back(read_counted(rows));
    }
    count();
    return counts;
}

void Days::write(const std::string& day, const DayCounts& counts) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("DELETE FROM unit_days WHERE day = $1", day);
    writer.run("DELETE FROM clause_days WHERE day = $1", day);
    for (const auto& [unit_id, pcs] : counts.units)
        writer.run("INSERT INTO unit_days VALUES ($1, $2, $3, $4, $5, $6, $7)", day, unit_id, pcs.all(),
                   pcs.of(Standing::pass), pcs.of(Standing::fail), pcs.of(Standing::unknown), pcs.of(Standing::silent));
    for (const auto& [key, pcs] : counts.clauses)
        writer.run("INSERT INTO clause_days VALUES ($1, $2, $3, $4, $5, $6, $7)", day, key.first, key.second,
                   pcs.of(Standing::pass), pcs.of(Standing::fail), pcs.of(Standing::unknown), pcs.of(Standing::waived));
    transaction.commit();
}

DayCounts Days::of(const std::string& day) const {
    const sql::Reader reader = database_.reader();
    DayCounts counts;
    auto units = reader.query("SELECT unit_id, pass, fail, unknown, silent FROM unit_days WHERE day = $1", day);
    while (units.next()) counts.units[units.integer(0)] = read_counts(units, 1, standings_of_pcs);
    auto clauses =
        reader.query("SELECT unit_id, clause, pass, fail, unknown, waived FROM clause_days WHERE day = $1", day);
    while (clauses.next())
        counts.clauses[{clauses.integer(0), clauses.text(1)}] = read_counts(clauses, 2, standings_on_clauses);
    return counts;
}

bool Days::written(const std::string& day) const {
    const sql::Reader reader = database_.reader();
    return reader.query("SELECT 1 FROM unit_days WHERE day = $1 LIMIT 1", day).next();
}

std::optional<std::string> Days::written_before(const std::string& day) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query("SELECT max(day) FROM unit_days WHERE day < $1", day);
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.text(0);
}

}  // namespace wardwatch

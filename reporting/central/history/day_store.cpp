// The table of days: today's counts, made and kept.
#include "reporting/central/history/day_store.h"

#include "reporting/central/judging/standing_group_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

StandingCounts read_counts(const sql::Row& row, int first, std::span<const Standing> standings) {
    StandingCounts counts;
    for (const Standing standing : standings) counts.count(standing, row.integer(first++));
    return counts;
}

DayCounts Days::now(const Policy& policy, Instant now, std::chrono::days silent_after) const {
    const ClauseStandings unknown = nothing_known(policy);
    DayCounts counts;
    for (const StandingGroup& group : StandingGroups{database_}.all(now, silent_after))
        count_device(counts, group.unit_id, group.shown, with_judged(unknown, *group.clauses), group.devices);
    forget_zeros(counts);
    return counts;
}

void Days::write(const std::string& day, const DayCounts& counts) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    sql::Batch batch;
    batch.add("DELETE FROM unit_days WHERE day = $1", day);
    batch.add("DELETE FROM clause_days WHERE day = $1", day);
    for (const auto& [unit_id, pcs] : counts.units)
        batch.add("INSERT INTO unit_days VALUES ($1, $2, $3, $4, $5, $6, $7)", day, unit_id, pcs.all(),
                  pcs.of(Standing::pass), pcs.of(Standing::fail), pcs.of(Standing::unknown), pcs.of(Standing::silent));
    for (const auto& [key, pcs] : counts.clauses)
        batch.add("INSERT INTO clause_days VALUES ($1, $2, $3, $4, $5, $6, $7)", day, key.first, key.second,
                  pcs.of(Standing::pass), pcs.of(Standing::fail), pcs.of(Standing::unknown), pcs.of(Standing::waived));
    writer.batch(batch);
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

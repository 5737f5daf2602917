// Statements over past days, waived verdicts and changes.
#include "reporting/central/reports/compliance_store.h"

#include "reporting/central/history/day_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

ComplianceHistory::ComplianceHistory(sql::Database database) : database_(std::move(database)) {
    const sql::Reader reader = database_.reader();
    auto merged = reader.query("SELECT id, merged_into FROM units WHERE merged_into IS NOT NULL");
    while (merged.next()) merged_into_[merged.integer(0)] = merged.integer(1);
}

std::int64_t ComplianceHistory::successor(std::int64_t unit_id) const {
    for (auto next = merged_into_.find(unit_id); next != merged_into_.end(); next = merged_into_.find(unit_id))
        unit_id = next->second;
    return unit_id;
}

std::optional<std::string> ComplianceHistory::day_until(const std::string& day) const {
    auto row = database_.reader().query("SELECT max(day) FROM unit_days WHERE day <= $1", day);
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.text(0);
}

std::map<std::int64_t, UnitFigures> ComplianceHistory::figures(const std::string& day) const {
    std::map<std::int64_t, UnitFigures> by_unit;
    const DayCounts counts = Days{database_}.of(day);
    for (const auto& [unit_id, pcs] : counts.units) by_unit[successor(unit_id)].pcs += pcs;
    for (const auto& [key, pcs] : counts.clauses) by_unit[successor(key.first)].clauses[key.second] += pcs;
    return by_unit;
}

std::map<VerdictKey, std::optional<Standing>> ComplianceHistory::before(Instant instant) const {
    auto rows = database_.reader().query(
        "SELECT device_id, rule, instance, from_status FROM verdict_changes WHERE id IN "
        "(SELECT min(id) FROM verdict_changes WHERE at >= $1 GROUP BY device_id, rule, instance)",
        instant);
    std::map<VerdictKey, std::optional<Standing>> before;
    while (rows.next()) {
        std::optional<Standing>& standing = before[{rows.text(0), rows.text(1), rows.text(2)}];
        if (!rows.view(3).empty()) standing = standing_from(rows.view(3));
    }
    return before;
}

std::pair<std::int64_t, std::int64_t> ComplianceHistory::changes(Instant from, Instant to,
                                                                 const std::set<std::int64_t>& units) const {
    // A subject that is gone (an account that was removed) ends its failure, too.
    auto rows = database_.reader().query(
        "SELECT unit_id, count(*) FILTER (WHERE to_status = 'fail'), count(*) FILTER (WHERE from_status = 'fail') "
        "FROM verdict_changes WHERE at >= $1 AND at < $2 AND from_status <> to_status GROUP BY unit_id",
        from, to);
    std::pair<std::int64_t, std::int64_t> sum;
    while (rows.next()) {
        if (!units.contains(successor(rows.integer(0)))) continue;
        sum.first += rows.integer(1);
        sum.second += rows.integer(2);
    }
    return sum;
}

}  // namespace wardwatch

#include "reporting/central/reports/compliance_store.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

struct ComplianceHistory::Database {
    explicit Database(const std::string& file) : sqlite(file, SQLite::OPEN_READONLY, busy_for) {}
    SQLite::Database sqlite;
    static constexpr int busy_for = 10'000;  // milliseconds
};

ComplianceHistory::ComplianceHistory(const CentralStore& store) {
    std::string file;
    {
        const std::lock_guard lock{store.connection().mutex};
        file = store.connection().database.getFilename();
    }
    database_ = std::make_unique<Database>(file);
    SQLite::Statement merged{database_->sqlite, "SELECT id, merged_into FROM units WHERE merged_into IS NOT NULL"};
    while (merged.executeStep()) merged_into_[merged.getColumn(0).getInt64()] = merged.getColumn(1).getInt64();
}

ComplianceHistory::~ComplianceHistory() = default;

std::int64_t ComplianceHistory::successor(std::int64_t unit_id) const {
    for (auto next = merged_into_.find(unit_id); next != merged_into_.end(); next = merged_into_.find(unit_id))
        unit_id = next->second;
    return unit_id;
}

std::set<VerdictKey> ComplianceHistory::waived() const {
    SQLite::Statement rows{database_->sqlite,
                           "SELECT device_id, rule, instance FROM verdicts WHERE waiver_id IS NOT NULL"};
    std::set<VerdictKey> all;
    while (rows.executeStep())
        all.emplace(rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString());
    return all;
}

std::optional<std::string> ComplianceHistory::day_until(const std::string& day) const {
    auto row = sql::query(database_->sqlite, "SELECT max(day) FROM unit_days WHERE day <= ?1", day);
    if (!row.executeStep() || row.getColumn(0).isNull()) return std::nullopt;
    return row.getColumn(0).getString();
}

std::map<std::int64_t, UnitFigures> ComplianceHistory::figures(const std::string& day) const {
    std::map<std::int64_t, UnitFigures> by_unit;
    auto units = sql::query(database_->sqlite,
                            "SELECT unit_id, devices, pass, fail, unknown, silent FROM unit_days WHERE day = ?1", day);
    while (units.executeStep()) {
        UnitFigures figures;
        figures.devices = units.getColumn(1).getInt64();
        figures.pass = units.getColumn(2).getInt64();
        figures.fail = units.getColumn(3).getInt64();
        figures.unknown = units.getColumn(4).getInt64();
        figures.silent = units.getColumn(5).getInt64();
        by_unit[successor(units.getColumn(0).getInt64())].add(figures);
    }
    auto clauses = sql::query(
        database_->sqlite, "SELECT unit_id, clause, pass, fail, unknown, waived FROM clause_days WHERE day = ?1", day);
    while (clauses.executeStep()) {
        ClauseFigures& sum =
            by_unit[successor(clauses.getColumn(0).getInt64())].clauses[clauses.getColumn(1).getString()];
        sum.pass += clauses.getColumn(2).getInt64();
        sum.fail += clauses.getColumn(3).getInt64();
        sum.unknown += clauses.getColumn(4).getInt64();
        sum.waived += clauses.getColumn(5).getInt64();
    }
    return by_unit;
}

std::map<VerdictKey, std::string> ComplianceHistory::before(Instant instant) const {
    auto rows = sql::query(database_->sqlite,
                           "SELECT device_id, rule, instance, from_status, min(id) FROM verdict_changes WHERE at >= ?1 "
                           "GROUP BY device_id, rule, instance",
                           instant);
    std::map<VerdictKey, std::string> before;
    while (rows.executeStep())
        before[{rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString()}] =
            rows.getColumn(3).getString();
    return before;
}

std::pair<std::int64_t, std::int64_t> ComplianceHistory::changes(Instant from, Instant to,
                                                                 const std::set<std::int64_t>& units) const {
    // A subject that is gone (an account that was removed) ends its failure, too.
    auto rows = sql::query(database_->sqlite,
                           "SELECT unit_id, sum(to_status = 'fail'), sum(from_status = 'fail') FROM verdict_changes "
                           "WHERE at >= ?1 AND at < ?2 AND from_status <> to_status GROUP BY unit_id",
                           from, to);
    std::pair<std::int64_t, std::int64_t> sum;
    while (rows.executeStep()) {
        if (!units.contains(successor(rows.getColumn(0).getInt64()))) continue;
        sum.first += rows.getColumn(1).getInt64();
        sum.second += rows.getColumn(2).getInt64();
    }
    return sum;
}

}  // namespace wardwatch

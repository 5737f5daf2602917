// Counts PCs into units and clauses by their worst verdict.
#include "reporting/central/history/days.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

ClauseStandings nothing_known(const Policy& policy) {
    ClauseStandings clauses;
    for (const Rule& rule : policy.rules)
        if (rule.severity != Severity::advice) clauses[rule.clause] = Standing::unknown;
    return clauses;
}

ClauseStandings with_judged(ClauseStandings nothing_known, const ClauseStandings& judged) {
    for (auto& [clause, standing] : nothing_known)
        if (const auto found = judged.find(clause); found != judged.end()) standing = found->second;
    return nothing_known;
}

void count_device(DayCounts& counts, std::int64_t unit_id, Standing shown, const ClauseStandings& clauses,
                  std::int64_t how_many) {
    counts.units[unit_id].count(shown, how_many);
    if (shown == Standing::silent) return;
    for (const auto& [clause, standing] : clauses) counts.clauses[{unit_id, clause}].count(standing, how_many);
}

void forget_zeros(DayCounts& counts) {
    std::erase_if(counts.units, [](const auto& entry) { return entry.second == StandingCounts{}; });
    std::erase_if(counts.clauses, [](const auto& entry) { return entry.second == StandingCounts{}; });
}

void DayStretch::count(std::size_t from, std::size_t to, std::int64_t unit_id, Standing shown,
                       const ClauseStandings& clauses) {
    if (from == to) return;
    count_device(changes_.at(from), unit_id, shown, clauses, 1);
    count_device(changes_.at(to), unit_id, shown, clauses, -1);
}

void DayStretch::each(const std::function<void(std::size_t day, const DayCounts& counts)>& tell) const {
    DayCounts counts;
    for (std::size_t day = 0; day + 1 < changes_.size(); ++day) {
        for (const auto& [unit, change] : changes_[day].units) counts.units[unit] += change;
        for (const auto& [key, change] : changes_[day].clauses) counts.clauses[key] += change;
        forget_zeros(counts);
        tell(day, counts);
    }
}

}  // namespace wardwatch

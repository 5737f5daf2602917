// Counts PCs into units and clauses by their worst verdict.
#include "reporting/central/history/days.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

std::vector<CountedVerdict> counted(const Judgement& judgement) {
    std::vector<CountedVerdict> verdicts;
    verdicts.reserve(judgement.verdicts.size());
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i)
        verdicts.push_back({judgement.verdicts[i].rule_id, judgement.severities[i], judgement.verdicts[i].status,
                            judgement.waiver_ids[i].has_value()});
    return verdicts;
}

std::map<std::string, Standing> clause_standings(const Policy& policy, const std::vector<CountedVerdict>& verdicts) {
    std::map<std::string, Standing> clauses;
    std::map<std::string_view, std::string_view> clause_of;
    for (const Rule& rule : policy.rules) {
        clause_of[rule.id] = rule.clause;
        if (rule.severity != Severity::advice)
            clauses[rule.clause] = verdicts.empty() ? Standing::unknown : Standing::pass;
    }
    for (const CountedVerdict& verdict : verdicts) {
        const auto clause = clause_of.find(verdict.rule);
        if (verdict.severity == Severity::advice || clause == clause_of.end()) continue;
        Standing& standing = clauses.try_emplace(std::string{clause->second}, Standing::pass).first->second;
        standing = worst({standing, standing_of(verdict.status, verdict.waived)});
    }
    return clauses;
}

void count_device(DayCounts& counts, std::int64_t unit_id, Standing shown,
                  const std::map<std::string, Standing>& clauses, std::int64_t how_many) {
    counts.units[unit_id].count(shown, how_many);
    if (shown == Standing::silent) return;
    for (const auto& [clause, standing] : clauses) counts.clauses[{unit_id, clause}].count(standing, how_many);
}

void DayStretch::count(std::size_t from, std::size_t to, std::int64_t unit_id, Standing shown,
                       const std::map<std::string, Standing>& clauses) {
    if (from == to) return;
    count_device(changes_.at(from), unit_id, shown, clauses, 1);
    count_device(changes_.at(to), unit_id, shown, clauses, -1);
}

void DayStretch::each(const std::function<void(std::size_t day, const DayCounts& counts)>& tell) const {
    DayCounts counts;
    for (std::size_t day = 0; day + 1 < changes_.size(); ++day) {
        for (const auto& [unit, change] : changes_[day].units) counts.units[unit] += change;
        for (const auto& [key, change] : changes_[day].clauses) counts.clauses[key] += change;
        std::erase_if(counts.units, [](const auto& entry) { return entry.second == StandingCounts{}; });
        std::erase_if(counts.clauses, [](const auto& entry) { return entry.second == StandingCounts{}; });
        tell(day, counts);
    }
}

}  // namespace wardwatch

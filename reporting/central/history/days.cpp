// Counts PCs into units and clauses by their worst verdict.
#include "reporting/central/history/days.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/setting_store.h"

#include <algorithm>

namespace wardwatch {

namespace {

/// The worst of what is known wins; waived lies between unknown and pass.
int standing_weight(std::string_view word) {
    return word == "fail" ? 3 : word == "unknown" ? 2 : word == "waived" ? 1 : 0;
}

std::string_view counted_word(const CountedVerdict& verdict) {
    if (verdict.status == Status::fail) return verdict.waived ? "waived" : "fail";
    return verdict.status == Status::unknown ? "unknown" : "pass";
}

}  // namespace

std::vector<CountedVerdict> counted(const Judgement& judgement) {
    std::vector<CountedVerdict> verdicts;
    verdicts.reserve(judgement.verdicts.size());
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i)
        verdicts.push_back({judgement.verdicts[i].rule_id, judgement.severities[i], judgement.verdicts[i].status,
                            judgement.waiver_ids[i].has_value()});
    return verdicts;
}

std::map<std::string, std::string_view> clause_standings(const Policy& policy,
                                                         const std::vector<CountedVerdict>& verdicts) {
    std::map<std::string, std::string_view> clauses;
    std::map<std::string_view, std::string_view> clause_of;
    for (const Rule& rule : policy.rules) {
        clause_of[rule.id] = rule.clause;
        if (rule.severity != Severity::advice) clauses[rule.clause] = verdicts.empty() ? "unknown" : "pass";
    }
    for (const CountedVerdict& verdict : verdicts) {
        const auto clause = clause_of.find(verdict.rule);
        if (verdict.severity == Severity::advice || clause == clause_of.end()) continue;
        std::string_view& standing = clauses[std::string{clause->second}];
        standing =
            std::max(standing.empty() ? "pass" : standing, counted_word(verdict),
                     [](std::string_view a, std::string_view b) { return standing_weight(a) < standing_weight(b); });
    }
    return clauses;
}

void count_device(DayCounts& counts, std::int64_t unit_id, std::string_view shown_status,
                  const std::map<std::string, std::string_view>& clauses) {
    UnitDay& unit = counts.units[unit_id];
    ++unit.devices;
    if (shown_status == "silent") {
        ++unit.silent;
        return;
    }
    ++(shown_status == "pass" ? unit.pass : shown_status == "fail" ? unit.fail : unit.unknown);
    for (const auto& [clause, word] : clauses) {
        ClauseDay& day = counts.clauses[{unit_id, clause}];
        ++(word == "pass" ? day.pass : word == "fail" ? day.fail : word == "waived" ? day.waived : day.unknown);
    }
}

std::chrono::days silent_after_of(const sql::Database& database) {
    const std::optional<std::string> days = Settings{database}.get(silent_after_setting);
    return std::chrono::days{days ? std::stoi(*days) : 7};
}

}  // namespace wardwatch

// Marks waived verdicts, and counts rules anew.
#include "reporting/central/judging/waivers.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <set>

#include "reporting/central/judging/waiver_store.h"
#include "reporting/policy/forever.h"

namespace wardwatch {

namespace {

struct RuleCount {
    Severity severity = Severity::advice;
    bool failed = false;
    bool unknown = false;
    bool waived = false;
};

void count_rules(Judgement& judgement) {
    std::map<std::string_view, RuleCount> rules;
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
        RuleCount& rule = rules[judgement.verdicts[i].rule_id];
        const Status status = judgement.verdicts[i].status;
        rule.severity = judgement.severities[i];
        rule.failed |= status == Status::fail && !judgement.waiver_ids[i];
        rule.waived |= judgement.waiver_ids[i].has_value();
        rule.unknown |= status == Status::unknown;
    }
    judgement.failed = judgement.grave = judgement.unknown = judgement.waived = 0;
    for (const auto& [id, rule] : rules) {
        if (rule.severity == Severity::advice) continue;
        judgement.failed += rule.failed ? 1 : 0;
        judgement.grave += rule.failed && rule.severity == Severity::grave ? 1 : 0;
        judgement.unknown += !rule.failed && rule.unknown ? 1 : 0;
        judgement.waived += !rule.failed && rule.waived ? 1 : 0;
    }
    judgement.status = judgement.failed > 0 ? Status::fail : judgement.unknown > 0 ? Status::unknown : Status::pass;
}

void judge_clauses(Judgement& judgement) {
    for (auto& [clause, standing] : judgement.clauses) standing = Standing::pass;
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
        if (judgement.severities[i] == Severity::advice) continue;
        Standing& standing = judgement.clauses.try_emplace(judgement.clause_of.at(i), Standing::pass).first->second;
        standing = worst({standing, standing_of(judgement.verdicts[i].status, judgement.waiver_ids[i].has_value())});
    }
}

}  // namespace

void apply_waivers(Judgement& judgement, const std::vector<Waiver>& waivers) {
    judgement.waiver_ids.assign(judgement.verdicts.size(), std::nullopt);
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
        const Verdict& verdict = judgement.verdicts[i];
        if (verdict.status != Status::fail) continue;
        const auto covers = [&](const Waiver& waiver) {
            return waiver.rule == verdict.rule_id && waiver.instance.value_or(verdict.instance) == verdict.instance;
        };
        const auto found = std::find_if(waivers.begin(), waivers.end(), covers);
        if (found != waivers.end()) judgement.waiver_ids[i] = found->id;
    }
    count_rules(judgement);
    judge_clauses(judgement);
}

bool in_force(const Waiver& waiver, Instant at) {
    return waiver.created_at <= at && at < waiver.ends_at && (!waiver.ended_at || at < *waiver.ended_at);
}

WaiverTable::WaiverTable(const sql::Database& database) : waivers_(Waivers{database}.all()) {
    std::stable_sort(waivers_.begin(), waivers_.end(),
                     [](const Waiver& a, const Waiver& b) { return a.ends_at > b.ends_at; });
    for (const Waiver& waiver : waivers_) {
        changes_.insert(changes_.end(), {waiver.created_at, waiver.ends_at});
        if (waiver.ended_at) changes_.push_back(*waiver.ended_at);
    }
    std::ranges::sort(changes_);
    for (const Unit& unit : Units{database}.all()) parents_[unit.id] = unit.parent_id;
}

Instant WaiverTable::unchanged_until(Instant at) const {
    const auto next = std::ranges::upper_bound(changes_, at);
    return next == changes_.end() ? forever : *next;
}

std::vector<Waiver> WaiverTable::of(const std::string& device_id, std::int64_t unit_id, Instant at) const {
    std::set<std::int64_t> line;
    for (std::optional<std::int64_t> id = unit_id; !waivers_.empty() && id && line.insert(*id).second;) {
        const auto parent = parents_.find(*id);
        id = parent == parents_.end() ? std::nullopt : parent->second;
    }
    std::vector<Waiver> found;
    for (const Waiver& waiver : waivers_) {
        const bool meant =
            waiver.device_id ? *waiver.device_id == device_id : !waiver.unit_id || line.contains(*waiver.unit_id);
        if (meant && in_force(waiver, at)) found.push_back(waiver);
    }
    return found;
}

}  // namespace wardwatch

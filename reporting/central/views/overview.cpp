// The heat map, the trend by week, and the newest changes.
#include "reporting/central/views/overview.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <map>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/days.h"
#include "reporting/central/judging/standing_group_store.h"
#include "reporting/policy/describe.h"

namespace wardwatch {

namespace {

constexpr std::size_t changes_shown = 20;
constexpr std::chrono::days changes_are_news{90};
constexpr int weeks_shown = 52;

/// In the order of the policy's clauses. One that is advice alone is passed where the PC was judged at all.
void count_clauses(const Policy& policy, const ClauseStandings& unknown, const StandingGroup& group,
                   std::vector<StandingCounts>& counts) {
    counts.resize(policy.clauses.size());
    const ClauseStandings known = with_judged(unknown, *group.clauses);
    const Standing advice = group.clauses->empty() ? Standing::unknown : Standing::pass;
    auto count = counts.begin();
    for (const auto& [clause, text] : policy.clauses) {
        const auto found = known.find(clause);
        (count++)->count(found == known.end() ? advice : found->second, group.devices);
    }
}

/// One row for each unit below the one that is shown, with all that is below it, and one for its own PCs.
std::vector<HeatRow> heat_table(const View& view, const UnitTree& tree, const Unit* top,
                                const std::vector<StandingGroup>& groups) {
    std::optional<std::int64_t> top_id;
    if (top != nullptr) top_id = top->id;
    const std::vector<const Unit*> children = tree.children(top_id);
    std::map<std::int64_t, std::int64_t> row_of;  // unit → the unit of its row
    for (const Unit* child : children) {
        for (const std::int64_t id : tree.unit_and_below(child->id)) row_of[id] = child->id;
    }
    const ClauseStandings unknown = nothing_known(view.policy);
    std::map<std::int64_t, HeatRow> rows;
    for (const StandingGroup& group : groups) {
        const auto row_id = row_of.find(group.unit_id);
        HeatRow& row = rows[row_id == row_of.end() ? group.unit_id : row_id->second];
        row.devices += group.devices;
        count_clauses(view.policy, unknown, group, row.clauses);
    }
    std::vector<HeatRow> heat;
    const auto add = [&](const Unit& unit, bool own) {
        HeatRow& row = heat.emplace_back(std::move(rows[unit.id]));
        row.unit = unit;
        row.own = own;
        row.clauses.resize(view.policy.clauses.size());
    };
    if (top != nullptr && (children.empty() || rows.contains(top->id))) add(*top, true);
    for (const Unit* child : children) add(*child, false);
    return heat;
}

std::string day_of(Instant instant) { return vietnam_time(instant).substr(0, 10); }

/// One written day for each week before today: the last one of the week.
std::vector<std::string> days_of_weeks(const View& view) {
    const std::vector<std::string> written =
        ChangeHistory{view.database}.written_days(day_of(view.now - std::chrono::days{7 * weeks_shown + 6}));
    std::vector<std::string> days;
    for (int week = weeks_shown; week >= 1; --week) {
        const std::string last = day_of(view.now - std::chrono::days{7 * week});
        const std::string before = day_of(view.now - std::chrono::days{7 * week + 7});
        const auto end = std::upper_bound(written.begin(), written.end(), last);
        if (end != written.begin() && *std::prev(end) > before) days.push_back(*std::prev(end));
    }
    return days;
}

std::vector<TrendPoint> trend(const View& view, const UnitTree& tree, const std::set<std::int64_t>& units,
                              const StandingCounts& today) {
    std::map<std::string, StandingCounts> days;
    for (const UnitDay& day : ChangeHistory{view.database}.unit_days(days_of_weeks(view))) {
        // What a merged unit had belongs to the one that took its place.
        if (units.contains(tree.successor(day.unit_id))) days[day.day] += day.counts;
    }
    std::vector<TrendPoint> points;
    points.reserve(days.size() + 1);
    for (const auto& [day, counts] : days) points.push_back({day, counts});
    points.push_back({day_of(view.now), today});
    return points;
}

std::vector<ShownChange> newest_changes(const View& view, const UnitTree& tree, ChangeHistory::Kind kind,
                                        const std::set<std::int64_t>& units) {
    ChangeHistory::News news{kind, units, {}, view.now - changes_are_news, changes_shown};
    for (const Rule& rule : view.policy.rules) {
        if (rule.severity == Severity::advice) news.without_rules.push_back(rule.id);
    }
    std::vector<ShownChange> changes;
    for (const VerdictChange& change : ChangeHistory{view.database}.newest_changes(news))
        changes.push_back(shown_change(view, tree, change));
    return changes;
}

}  // namespace

ShownChange shown_change(const View& view, const UnitTree& tree, const VerdictChange& change) {
    ShownChange shown{
        change, tree.path(change.unit_id), "", {change.rule, change.rule}, {change.instance, change.instance}};
    const bool known = std::any_of(view.policy.rules.begin(), view.policy.rules.end(),
                                   [&](const Rule& rule) { return rule.id == change.rule; });
    if (!known) return shown;
    Verdict verdict;
    verdict.rule_id = change.rule;
    verdict.instance = change.instance;
    const Description vi = describe(view.policy, verdict, change.at, Language::vi);
    shown.clause = vi.clause;
    const Description en = describe(view.policy, verdict, change.at, Language::en);
    shown.title = {vi.title, en.title};
    shown.subject = {vi.subject, en.subject};
    return shown;
}

std::optional<Overview> overview(const View& view, std::optional<std::int64_t> unit_id) {
    const UnitTree tree{view.database, view.scope};
    const Unit* top = unit_id ? tree.find(*unit_id) : nullptr;
    if (unit_id && top == nullptr) return std::nullopt;
    // One line for all of it would say nothing that the numbers above do not.
    if (top == nullptr && tree.children(std::nullopt).size() == 1) top = tree.children(std::nullopt).front();
    std::set<std::int64_t> units;
    for (const Unit& unit : tree.units()) units.insert(unit.id);
    if (top != nullptr) units = tree.unit_and_below(top->id);

    std::vector<StandingGroup> groups = StandingGroups{view.database}.all(view.now, view.silent_after);
    std::erase_if(groups, [&](const StandingGroup& group) { return !units.contains(group.unit_id); });
    Overview all;
    all.at = view.now;
    if (top != nullptr) all.unit_id = top->id;
    all.silent_after = view.silent_after;
    for (const StandingGroup& group : groups) count_group(group, all.counts);
    for (const auto& [unit, pcs] : StandingGroups{view.database}.confirmed_since(view.now - std::chrono::hours{24}))
        all.reporting_24h += units.contains(unit) ? pcs : 0;
    for (const auto& [clause, text] : view.policy.clauses) all.clauses.emplace_back(clause, text);
    all.heat = heat_table(view, tree, top, groups);
    all.trend = trend(view, tree, units, all.counts.shown);
    all.regressions = newest_changes(view, tree, ChangeHistory::Kind::regressions, units);
    all.fixes = newest_changes(view, tree, ChangeHistory::Kind::fixes, units);
    return all;
}

}  // namespace wardwatch

// Puts a period's figures together, unit by unit.
#include "reporting/central/reports/compliance.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/units/store.h"

#include <algorithm>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/reports/compliance_store.h"
#include "reporting/policy/describe.h"

namespace wardwatch {

namespace {

constexpr std::int64_t licence_warning_days = 90;

const Rule* find_rule(const Policy& policy, const std::string& id) {
    const auto found =
        std::find_if(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) { return rule.id == id; });
    return found == policy.rules.end() ? nullptr : &*found;
}

class Gatherer {
public:
    Gatherer(const View& view, const Period& period, Language language) : view_(view), history_(view.database) {
        report_.period = period;
        report_.language = language;
        report_.at = view.now;
        report_.today = office_day(view.now);
        report_.day = report_.today;
        for (const auto& [clause, text] : view.policy.clauses) report_.clauses.emplace_back(clause, text.in(language));
        for (const Unit& unit : Units{view.database}.all()) {
            if (view.scope.holds(unit.id)) units_.push_back(unit);
        }
        paths_ = Units{view.database}.paths();
    }

    ComplianceReport gather(std::optional<std::int64_t> asked) {
        choose_rows(asked);
        gather_pcs();
        gather_figures();
        gather_registers();
        return std::move(report_);
    }

private:
    bool is_past() const { return report_.period.to < report_.today; }

    std::vector<const Unit*> tops() const {
        std::set<std::int64_t> seen;
        for (const Unit& unit : units_) seen.insert(unit.id);
        std::vector<const Unit*> all;
        for (const Unit& unit : units_) {
            if (!unit.parent_id || !seen.contains(*unit.parent_id)) all.push_back(&unit);
        }
        return all;
    }

    void add_row(const Unit& unit, const std::string& name) {
        rows_of_units_[unit.id] = report_.rows.size();
        report_.rows.push_back({unit.id, name, {}, std::nullopt, {}});
    }

    void choose_rows(std::optional<std::int64_t> asked) {
        const std::vector<const Unit*> top = tops();
        // Of one top unit, the units below it are of interest.
        if (!asked && top.size() == 1) asked = top.front()->id;
        const auto chosen =
            std::find_if(units_.begin(), units_.end(), [&](const Unit& unit) { return unit.id == asked; });
        if (asked && chosen == units_.end()) throw StoreError("There is no unit with this number.");
        if (asked) {
            report_.unit = chosen->path;
            report_.unit_name = chosen->name;
            add_row(*chosen,
                    report_.language == Language::vi ? chosen->name + " (trực thuộc)" : chosen->name + " (own)");
        }
        // Depth first: a unit's row is that of the unit above it, or one of its own.
        for (const Unit& unit : units_) {
            const bool own = asked ? unit.parent_id == asked : std::find(top.begin(), top.end(), &unit) != top.end();
            if (own) {
                add_row(unit, unit.name);
            } else if (unit.parent_id && rows_of_units_.contains(*unit.parent_id) && unit.id != asked) {
                rows_of_units_[unit.id] = rows_of_units_[*unit.parent_id];
            }
        }
        if (asked && report_.rows.size() == 1) report_.rows.front().name = report_.unit_name;
    }

    void gather_pcs() {
        const Instant end = start_of_day(report_.period.to) + std::chrono::days{1};
        const std::map<VerdictKey, std::optional<Standing>> before =
            is_past() ? history_.before(end) : std::map<VerdictKey, std::optional<Standing>>{};
        std::map<std::string, std::size_t, std::less<>> places;  // of a PC in report_.pcs
        for (Device& device : Devices{view_.database}.all()) {
            const auto row = rows_of_units_.find(device.unit_id);
            if (row == rows_of_units_.end() || device.revoked_at || device.enrolled_at >= end) continue;
            ReportedPc pc;
            pc.unit = report_.texts.of(paths_.at(device.unit_id));
            pc.row = row->second;
            pc.status = shown_standing(view_, device);
            for (const auto& [clause, text] : report_.clauses) {
                if (!device.last_report_at) pc.clauses[clause] = Standing::unknown;
            }
            places.emplace(device.device_id, report_.pcs.size());
            pc.device = std::move(device);
            report_.pcs.push_back(std::move(pc));
        }
        Verdicts{view_.database}.each([&](std::string_view device_id, const StoredVerdict& stored) {
            const auto place = places.find(device_id);
            if (place != places.end()) judge_one(report_.pcs[place->second], stored, before);
        });
        for (ReportedPc& pc : report_.pcs) {
            if (is_past()) pc.status = status_then(pc);
        }
        std::stable_sort(report_.pcs.begin(), report_.pcs.end(), [](const ReportedPc& a, const ReportedPc& b) {
            return std::tie(a.row, a.unit, a.device.host_name) < std::tie(b.row, b.unit, b.device.host_name);
        });
    }

    void judge_one(ReportedPc& pc, const StoredVerdict& stored,
                   const std::map<VerdictKey, std::optional<Standing>>& before) {
        const Verdict& verdict = stored.verdict;
        const Rule* rule = find_rule(view_.policy, verdict.rule_id);
        if (rule == nullptr || stored.severity == Severity::advice) return;
        const VerdictKey key{pc.device.device_id, verdict.rule_id, verdict.instance};
        const auto then = before.find(key);
        Standing standing = standing_of(verdict.status, stored.waiver_id.has_value());
        if (then != before.end()) standing = then->second.value_or(Standing::not_applicable);
        if (standing == Standing::not_applicable) return;
        Standing& clause = pc.clauses.try_emplace(rule->clause, Standing::pass).first->second;
        clause = worst({clause, standing});
        if (standing == Standing::pass) return;
        const Description words = describe(view_.policy, verdict, view_.now, report_.language);
        SharedTexts& texts = report_.texts;
        RuleFinding finding{texts.of(rule->clause),
                            standing,
                            texts.of(words.title),
                            texts.of(words.observed),
                            texts.of(words.required),
                            texts.of(words.remedy),
                            stored.since};
        if (then != before.end()) {
            finding.observed = {};
            finding.since.reset();
        }
        pc.findings.push_back(finding);
    }

    /// No PC as a whole is waived: what is waived does not count against it.
    static Standing status_then(const ReportedPc& pc) {
        Standing found = Standing::pass;
        for (const auto& [clause, standing] : pc.clauses) {
            if (standing != Standing::waived) found = worst({found, standing});
        }
        return found;
    }

    void count(const ReportedPc& pc, UnitFigures& figures) const {
        figures.pcs.count(pc.status);
        if (pc.status == Standing::silent) return;
        for (const auto& [clause, standing] : pc.clauses) figures.clauses[clause].count(standing);
    }

    void gather_figures() {
        const std::optional<std::string> stored_day = is_past() ? history_.day_until(report_.period.to) : std::nullopt;
        if (stored_day) {
            report_.day = *stored_day;
            add_days_figures(*stored_day, false);
        } else {
            for (const ReportedPc& pc : report_.pcs) count(pc, report_.rows[pc.row].figures);
            if (is_past()) report_.day = report_.period.to;
        }
        for (const ReportRow& row : report_.rows) report_.sum += row.figures;
        // The end of the day before the period: the newest figures before its first day.
        const std::optional<std::string> first = history_.day_until(add_days(report_.period.from, -1));
        if (first) {
            report_.before_day = *first;
            add_days_figures(*first, true);
            report_.before.emplace();
            for (const ReportRow& row : report_.rows) *report_.before += row.before.value_or(UnitFigures{});
        }
        std::set<std::int64_t> units;
        for (const auto& [unit, row] : rows_of_units_) units.insert(unit);
        std::tie(report_.got_worse, report_.got_better) = history_.changes(
            start_of_day(report_.period.from), start_of_day(report_.period.to) + std::chrono::days{1}, units);
        drop_empty_own_row();
    }

    void add_days_figures(const std::string& day, bool before) {
        for (const auto& [unit, figures] : history_.figures(day)) {
            const auto row = rows_of_units_.find(unit);
            if (row == rows_of_units_.end()) continue;
            ReportRow& sum = report_.rows[row->second];
            if (before) {
                if (!sum.before) sum.before.emplace();
                *sum.before += figures;
            } else {
                sum.figures += figures;
            }
        }
    }

    /// The reported unit's own row says nothing when all PCs are in the units below.
    void drop_empty_own_row() {
        own_row_dropped_ = !report_.unit.empty() && report_.rows.size() > 1 &&
                           report_.rows.front().figures.pcs.all() == 0 && !report_.rows.front().before;
        if (!own_row_dropped_) return;
        report_.rows.erase(report_.rows.begin());
        for (ReportedPc& pc : report_.pcs) --pc.row;
    }

    void gather_registers() {
        AccountFilter filter;
        filter.units.emplace();
        for (const auto& [unit, row] : rows_of_units_) filter.units->insert(unit);
        const WebRegister accounts{view_.database};
        for (const auto& [unit, counts] : accounts.counts(filter, account_limits(view_))) {
            const std::size_t row = rows_of_units_.at(unit);
            for (const auto& [name, number] : counts) {
                report_.accounts[name] += number;
                if (!own_row_dropped_ || row > 0)
                    report_.rows[row - (own_row_dropped_ ? 1 : 0)].accounts[name] += number;
            }
        }
        for (LicenceUse& use : licence_uses(view_, licence_warning_days)) {
            const std::optional<std::int64_t>& unit = use.licence.unit_id;
            if (!unit || filter.units->contains(*unit)) report_.licences.push_back(std::move(use));
        }
    }

    const View& view_;
    ComplianceHistory history_;
    std::vector<Unit> units_;
    std::map<std::int64_t, std::string> paths_;
    std::map<std::int64_t, std::size_t> rows_of_units_;
    bool own_row_dropped_ = false;
    ComplianceReport report_;
};

}  // namespace

StandingCounts UnitFigures::on(const std::string& clause) const {
    const auto found = clauses.find(clause);
    return found == clauses.end() ? StandingCounts{} : found->second;
}

UnitFigures& UnitFigures::operator+=(const UnitFigures& more) {
    pcs += more.pcs;
    for (const auto& [clause, counts] : more.clauses) clauses[clause] += counts;
    return *this;
}

ComplianceReport compliance_report(const View& view, std::optional<std::int64_t> unit, const Period& period,
                                   Language language) {
    return Gatherer{view, period, language}.gather(unit);
}

std::string day_words_of(const std::string& day, Language language) {
    return language == Language::en ? day : written_day(day);
}

}  // namespace wardwatch

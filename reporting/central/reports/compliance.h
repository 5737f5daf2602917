// How a part of the office followed the policy in a period: what the exports and the printed report are made of. Read
// once, whole, in one language.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/devices/store.h"
#include "reporting/central/judging/standing_counts.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/registers_json.h"
#include "reporting/central/views/listed_devices.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

struct UnitFigures {
    StandingCounts pcs;                             ///< as they are shown
    std::map<std::string, StandingCounts> clauses;  ///< how they stand with each
    /// How they stand with one; no PC where nothing is known of it.
    StandingCounts on(const std::string& clause) const;
    UnitFigures& operator+=(const UnitFigures& more);
};

/// Texts of which each is kept once: of 100,000 PCs most findings say the same. They stay where they are.
class SharedTexts {
public:
    const std::string& of(const std::string& text) { return *texts_.insert(text).first; }

private:
    std::set<std::string, std::less<>> texts_;
};

/// A verdict that is not passed, in words that the report holds. Advice is none.
struct RuleFinding {
    std::string_view clause;
    Standing standing = Standing::fail;  ///< failed, waived or unknown
    std::string_view title;
    std::string_view observed;  ///< empty when it is of a day before today
    std::string_view required;
    std::string_view remedy;
    std::optional<Instant> since;
};

struct ReportedPc {
    Device device;
    std::string_view unit;                    ///< path
    std::size_t row = 0;                      ///< of ComplianceReport::rows
    Standing status = Standing::unknown;      ///< passed, failed, unknown or silent
    std::map<std::string, Standing> clauses;  ///< clause → passed, failed, unknown or waived
    std::vector<RuleFinding> findings;
};

/// A unit with all below it, or the PCs of the reported unit itself.
struct ReportRow {
    std::int64_t unit_id = 0;
    std::string name;
    UnitFigures figures;
    std::optional<UnitFigures> before;  ///< at the end of the day before the period
    AccountCounts accounts;
};

struct Period {
    std::string from;  ///< "2026-11-01", the first day
    std::string to;    ///< the last
};

struct ComplianceReport {
    ComplianceReport() = default;
    ComplianceReport(ComplianceReport&&) = default;
    ComplianceReport& operator=(ComplianceReport&&) = default;

    std::string unit;  ///< the reported unit's path; empty: all units
    std::string unit_name;
    Period period;
    std::string today;
    Instant at;
    Language language = Language::vi;
    std::vector<std::pair<std::string, std::string>> clauses;  ///< clause and its wording, in order
    std::vector<ReportRow> rows;
    UnitFigures sum;
    std::optional<UnitFigures> before;
    std::string before_day;       ///< that of `before`
    std::string day;              ///< that of the figures: `to`, or the last before it with figures
    std::int64_t got_worse = 0;   ///< verdicts that became a failure in the period
    std::int64_t got_better = 0;  ///< failures that ended in the period
    std::vector<ReportedPc> pcs;  ///< by unit, then host name
    SharedTexts texts;            ///< of the findings
    AccountCounts accounts;
    std::vector<LicenceUse> licences;  ///< those that end within 90 days or ended
};

/// Without a unit: everything the viewer sees. Throws StoreError when the unit is none of theirs.
ComplianceReport compliance_report(const View& view, std::optional<std::int64_t> unit, const Period& period,
                                   Language language);

/// "22/11/2026" of "2026-11-22" in Vietnamese.
std::string day_words_of(const std::string& day, Language language);

}  // namespace wardwatch

// What a period's report reads from the database: figures of past days, verdicts that are waived, and changes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "reporting/central/reports/compliance.h"

namespace wardwatch {

/// device, rule, instance
using VerdictKey = std::tuple<std::string, std::string, std::string>;

/// Reads on a connection of its own, so that it holds up nobody.
class ComplianceHistory {
public:
    explicit ComplianceHistory(sql::Database database);

    /// The newest day with figures on or before `day`.
    std::optional<std::string> day_until(const std::string& day) const;
    /// Each unit's own PCs; a merged unit's count for the one that took its place.
    std::map<std::int64_t, UnitFigures> figures(const std::string& day) const;
    /// How verdicts that changed since `instant` stood before; without a standing they were not there.
    std::map<VerdictKey, std::optional<Standing>> before(Instant instant) const;
    /// How many verdicts of these units' PCs became a failure, and how many failures ended, in [from, to).
    std::pair<std::int64_t, std::int64_t> changes(Instant from, Instant to, const std::set<std::int64_t>& units) const;

private:
    std::int64_t successor(std::int64_t unit_id) const;

    sql::Database database_;
    std::map<std::int64_t, std::int64_t> merged_into_;
};

}  // namespace wardwatch

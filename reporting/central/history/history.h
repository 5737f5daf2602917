// How the units stood on past days, from the reports that are stored.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "reporting/central/history/days.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Reports that were taken before this instant ("2026-01-01T00:00:00Z") are no longer all there: days before it cannot
/// be judged again. Whoever deletes old reports sets it.
inline constexpr const char* reports_whole_since_setting = "reports_whole_since";

/// The store and the policy outlive it.
class History {
public:
    /// True when the work is to stop.
    using Stop = std::function<bool()>;
    History(sql::Database& database, const PolicyInForce& policy) : database_(database), policy_(policy) {}

    /// Writes the counts at the end of each of these days, `first` and `last` included: each PC's newest report until
    /// then, judged as of then with the waivers of then, in the unit of then. A PC is silent when nothing had been
    /// heard of it for `silent_after` and its facts were not confirmed later either. A report is read once and judged
    /// only as often as time, a waiver or a move changes what comes of it; no read lasts longer than one PC's. False,
    /// and nothing written, when it was stopped.
    bool judge_days(const std::string& first, const std::string& last, const Stop& stop);

    /// Writes today's counts from the verdicts as they stand, and those of the days since the last written one on which
    /// the centre did not run, as far as PCs were not yet silent then. Where no day was ever written, the whole history
    /// is to be judged: then it returns true.
    bool write_today(Instant now, const Stop& stop);

    /// Judges the next of the days that are to be (judging/days_to_judge.h), a quarter of a year at once, and returns
    /// the oldest of these; empty when there is none.
    std::string judge_next(const Stop& stop);

private:
    std::string first_day() const;
    std::string first_whole_day() const;

    sql::Database& database_;
    const PolicyInForce& policy_;
};

}  // namespace wardwatch

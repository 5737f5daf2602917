// How the units' PCs stand on a day, by unit and by clause: what the trend is made of. Stored by history/day_store.h.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reporting/central/api/view.h"
#include "reporting/central/judging/standing_counts.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/policy.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// Each unit's own PCs alone: all that were enrolled and not revoked.
struct DayCounts {
    std::map<std::int64_t, StandingCounts> units;                            ///< as the PCs are shown
    std::map<std::pair<std::int64_t, std::string>, StandingCounts> clauses;  ///< unit, clause
};

/// Of a PC that was not judged: unknown on each clause that has more than advice.
ClauseStandings nothing_known(const Policy& policy);

/// What was judged of these clauses; on one that a new policy brought a PC is unknown until it is judged again.
ClauseStandings with_judged(ClauseStandings nothing_known, const ClauseStandings& judged);

/// Counts one PC. A silent one is left out of the clauses: what it is like is not known any more.
void count_device(DayCounts& counts, std::int64_t unit_id, Standing shown, const ClauseStandings& clauses,
                  std::int64_t how_many = 1);

/// Drops units and clauses on which nobody counts.
void forget_zeros(DayCounts& counts);

/// Counts on successive days, made of stretches of days on which a PC stood alike.
class DayStretch {
public:
    explicit DayStretch(std::size_t how_many_days) : changes_(how_many_days + 1) {}

    /// One PC on the days from `from` to before `to`, counted from 0.
    void count(std::size_t from, std::size_t to, std::int64_t unit_id, Standing shown, const ClauseStandings& clauses);
    /// Day by day.
    void each(const std::function<void(std::size_t day, const DayCounts& counts)>& tell) const;

private:
    std::vector<DayCounts> changes_;  ///< to the day before
};

}  // namespace wardwatch

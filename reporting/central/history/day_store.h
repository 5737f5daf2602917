// How the units stood at the end of each day, in the centre's database.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "reporting/central/history/days.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// A store over the centre's, under its rules.
class Days {
public:
    explicit Days(sql::Database database) : database_(std::move(database)) {}

    /// As the verdicts stand now. Reads on a connection of its own: it holds up nobody.
    DayCounts now(const Policy& policy, Instant now, std::chrono::days silent_after) const;
    /// Takes the place of what was written for this day; whole, or not at all.
    void write(const std::string& day, const DayCounts& counts);
    std::optional<UnitDay> unit_day(const std::string& day, std::int64_t unit_id) const;
    std::optional<ClauseDay> clause_day(const std::string& day, std::int64_t unit_id, const std::string& clause) const;
    bool written(const std::string& day) const;
    /// The newest day before `day` that was written.
    std::optional<std::string> written_before(const std::string& day) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

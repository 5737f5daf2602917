// How the units stood at the end of each day, in the centre's database.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "reporting/central/history/days.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// The numbers of these standings in columns of the same order, from column `first` on.
StandingCounts read_counts(const sql::Row& row, int first, std::span<const Standing> standings);

/// A store over the centre's, under its rules.
class Days {
public:
    explicit Days(sql::Database database) : database_(std::move(database)) {}

    /// As the verdicts stand now. Reads on a connection of its own: it holds up nobody.
    DayCounts now(const Policy& policy, Instant now, std::chrono::days silent_after) const;
    /// Takes the place of what was written for this day; whole, or not at all.
    void write(const std::string& day, const DayCounts& counts);
    /// What was written for this day; empty when it was not.
    DayCounts of(const std::string& day) const;
    bool written(const std::string& day) const;
    /// The newest day before `day` that was written.
    std::optional<std::string> written_before(const std::string& day) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

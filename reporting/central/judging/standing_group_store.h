// How many PCs stand how, by unit: kept with every judgement (schema step 14), so that no page counts PCs one by one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// Clause → how a PC stands on it.
using ClauseStandings = std::map<std::string, Standing>;

/// As the column has it, a line for each.
std::string text_of(const ClauseStandings& clauses);
/// The inverse.
ClauseStandings clause_standings_from(std::string_view text);

/// PCs of one unit that stand alike; revoked ones are in none.
struct StandingGroup {
    std::int64_t unit_id = 0;
    Standing shown = Standing::unknown;   ///< as they are shown: pass, fail, unknown or silent
    Standing judged = Standing::unknown;  ///< of silent ones, as they were when they were last heard of
    bool waived = false;                  ///< with a waiver in use
    /// Empty: they were not judged yet, or by a program that did not say.
    std::shared_ptr<const ClauseStandings> clauses;
    std::int64_t devices = 0;
};

/// May be used from any thread; each function is one statement.
class StandingGroups {
public:
    explicit StandingGroups(sql::Database database) : database_(std::move(database)) {}

    std::vector<StandingGroup> all(Instant now, std::chrono::days silent_after) const;
    /// Unit → its PCs whose facts were confirmed at that instant or later.
    std::map<std::int64_t, std::int64_t> confirmed_since(Instant since) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch

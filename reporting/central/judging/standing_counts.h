// How many PCs stand how: of a unit, on a clause, on a day, in a report.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "reporting/policy/standing.h"

namespace wardwatch {

class StandingCounts {
public:
    StandingCounts() = default;
    StandingCounts(std::initializer_list<std::pair<Standing, std::int64_t>> counts);

    void count(Standing standing, std::int64_t how_many = 1);
    std::int64_t of(Standing standing) const;
    std::int64_t all() const;
    /// passed / (passed + failed + unknown): of those that are judged; nothing when there is none. Who is not known to
    /// comply is not counted as complying.
    std::optional<double> compliant_share() const;
    StandingCounts& operator+=(const StandingCounts& more);
    bool operator==(const StandingCounts&) const = default;

private:
    std::array<std::int64_t, 6> counts_{};
};

/// As what PCs are shown; each is one of these.
inline constexpr std::array standings_of_pcs{Standing::pass, Standing::fail, Standing::unknown, Standing::silent};
/// How PCs stand on a clause; where nothing applies it is passed.
inline constexpr std::array standings_on_clauses{Standing::pass, Standing::fail, Standing::unknown, Standing::waived};

/// {"pass": 3, "fail": 1}: of these standings.
nlohmann::json counts_json(const StandingCounts& counts, std::span<const Standing> standings);
/// The same of PCs, with their number as "devices".
nlohmann::json pc_counts_json(const StandingCounts& counts);

}  // namespace wardwatch

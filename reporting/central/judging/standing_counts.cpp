// One number for each standing.
#include "reporting/central/judging/standing_counts.h"

#include <numeric>

namespace wardwatch {

namespace {

std::size_t place_of(Standing standing) { return static_cast<std::size_t>(standing); }

}  // namespace

StandingCounts::StandingCounts(std::initializer_list<std::pair<Standing, std::int64_t>> counts) {
    for (const auto& [standing, how_many] : counts) count(standing, how_many);
}

void StandingCounts::count(Standing standing, std::int64_t how_many) { counts_.at(place_of(standing)) += how_many; }

std::int64_t StandingCounts::of(Standing standing) const { return counts_.at(place_of(standing)); }

std::int64_t StandingCounts::all() const { return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}); }

std::optional<double> StandingCounts::compliant_share() const {
    const std::int64_t judged = of(Standing::pass) + of(Standing::fail) + of(Standing::unknown);
    if (judged == 0) return std::nullopt;
    return static_cast<double>(of(Standing::pass)) / static_cast<double>(judged);
}

StandingCounts& StandingCounts::operator+=(const StandingCounts& more) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += more.counts_[i];
    return *this;
}

nlohmann::json counts_json(const StandingCounts& counts, std::span<const Standing> standings) {
    nlohmann::json object = nlohmann::json::object();
    for (const Standing standing : standings) object[std::string{name_of(standing)}] = counts.of(standing);
    return object;
}

nlohmann::json pc_counts_json(const StandingCounts& counts) {
    nlohmann::json object = counts_json(counts, standings_of_pcs);
    object["devices"] = counts.all();
    return object;
}

}  // namespace wardwatch

// Kept groups, and the silent ones among them.
#include "reporting/central/judging/standing_group_store.h"

namespace wardwatch {

std::string text_of(const ClauseStandings& clauses) {
    std::string text;
    for (const auto& [clause, standing] : clauses) {
        if (!text.empty()) text += '\n';
        text += clause + "=" + std::string{name_of(standing)};
    }
    return text;
}

ClauseStandings clause_standings_from(std::string_view text) {
    ClauseStandings clauses;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t equals = line.rfind('=');
        clauses.emplace(line.substr(0, equals), standing_from(line.substr(equals + 1)));
    }
    return clauses;
}

std::vector<StandingGroup> StandingGroups::all(Instant now, std::chrono::days silent_after) const {
    const sql::Reader reader = database_.reader();
    // One statement sees one moment: the silent ones are among those that are counted.
    auto rows = reader.query(
        "SELECT unit_id, status, waived, clauses, devices, 0 FROM standing_groups UNION ALL "
        "SELECT unit_id, coalesce(status, ''), CASE WHEN waived > 0 THEN 1 ELSE 0 END, clauses, count(*), 1 "
        "FROM devices WHERE coalesce(confirmed_at, enrolled_at) < $1 AND revoked_at IS NULL GROUP BY 1, 2, 3, 4",
        now - silent_after);
    std::map<std::string, std::shared_ptr<const ClauseStandings>, std::less<>> known;
    const auto clauses_of = [&](std::string_view text) {
        auto found = known.find(text);
        if (found == known.end()) {
            auto clauses = std::make_shared<const ClauseStandings>(clause_standings_from(text));
            found = known.emplace(text, std::move(clauses)).first;
        }
        return found->second;
    };
    std::vector<StandingGroup> groups;
    while (rows.next()) {
        const std::string_view status = rows.view(1);
        const Standing judged = status.empty() ? Standing::unknown : standing_from(status);
        StandingGroup group{rows.integer(0),          judged,         judged, rows.boolean(2),
                            clauses_of(rows.view(3)), rows.integer(4)};
        if (rows.boolean(5)) {
            StandingGroup heard = group;
            heard.devices = -group.devices;
            groups.push_back(std::move(heard));
            group.shown = Standing::silent;
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

std::map<std::int64_t, std::int64_t> StandingGroups::confirmed_since(Instant since) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT unit_id, count(*) FROM devices WHERE coalesce(confirmed_at, enrolled_at) >= $1 AND "
        "confirmed_at IS NOT NULL AND revoked_at IS NULL GROUP BY unit_id",
        since);
    std::map<std::int64_t, std::int64_t> units;
    while (rows.next()) units[rows.integer(0)] = rows.integer(1);
    return units;
}

}  // namespace wardwatch

// The first page as the people's API has it. Texts are in both languages.
#include "reporting/central/api/json.h"
#include "reporting/central/judging/policy_json.h"
#include "reporting/central/views/overview.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json clauses_json(const Overview& overview) {
    json list = json::array();
    for (const auto& [clause, text] : overview.clauses) list.push_back({{"clause", clause}, {"text", text_json(text)}});
    return list;
}

json heat_json(const Overview& overview) {
    json list = json::array();
    for (const HeatRow& row : overview.heat) {
        json cells = json::object();
        for (std::size_t i = 0; i < overview.clauses.size(); ++i)
            cells[overview.clauses[i].first] = counts_json(row.clauses.at(i), standings_on_clauses);
        list.push_back({{"unit_id", row.unit.id},
                        {"name", row.unit.name},
                        {"path", row.unit.path},
                        {"devices", row.devices},
                        {"own", row.own},
                        {"cells", std::move(cells)}});
    }
    return list;
}

json trend_json(const Overview& overview) {
    json list = json::array();
    for (const TrendPoint& point : overview.trend) {
        json one = pc_counts_json(point.counts);
        one["day"] = point.day;
        one["compliant_share"] = or_null(point.counts.compliant_share());
        list.push_back(std::move(one));
    }
    return list;
}

json changes_json(const std::vector<ShownChange>& changes) {
    json list = json::array();
    for (const ShownChange& shown : changes) list.push_back(to_json(shown));
    return list;
}

}  // namespace

json to_json(const ShownChange& shown) {
    const VerdictChange& change = shown.change;
    return {{"at", format_instant(change.at)},
            {"device_id", change.device_id},
            {"host_name", change.host_name},
            {"unit_id", change.unit_id},
            {"unit", shown.unit},
            {"rule", change.rule},
            {"clause", shown.clause},
            {"title", text_json(shown.title)},
            {"subject", text_json(shown.subject)},
            {"instance", change.instance},
            {"from", change.from},
            {"to", change.to}};
}

json to_json(const Overview& overview) {
    json result = to_json(overview.counts);
    result["at"] = format_instant(overview.at);
    result["unit_id"] = or_null(overview.unit_id);
    result["reporting_24h"] = overview.reporting_24h;
    result["silent_after_days"] = overview.silent_after.count();
    result["compliant_share"] = or_null(overview.counts.shown.compliant_share());
    result["clauses"] = clauses_json(overview);
    result["heat"] = heat_json(overview);
    result["trend"] = trend_json(overview);
    result["regressions"] = changes_json(overview.regressions);
    result["fixes"] = changes_json(overview.fixes);
    return result;
}

}  // namespace wardwatch

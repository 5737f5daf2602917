// The heat map, the trend by week, and the newest changes.
#include "reporting/central/views/overview.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <map>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/standing_store.h"
#include "reporting/policy/describe.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t changes_shown = 20;
constexpr std::chrono::days changes_are_news{90};
constexpr int weeks_shown = 52;

/// A clause's rules that count; advice does not.
struct Clauses {
    std::vector<std::string> names;
    std::vector<RuleIds> rules;
};

Clauses clauses_of(const Policy& policy) {
    Clauses clauses;
    for (const auto& [clause, text] : policy.clauses) {
        clauses.names.push_back(clause);
        RuleIds& rules = clauses.rules.emplace_back();
        for (const Rule& rule : policy.rules) {
            if (rule.clause == clause && rule.severity != Severity::advice) rules.push_back(rule.id);
        }
    }
    return clauses;
}

/// The PCs of one row of the heat table.
struct HeatRow {
    std::int64_t devices = 0;
    std::vector<UnitCounts> clauses;
};

void count_standing(Standing standing, UnitCounts& cell) {
    ++(standing == Standing::fail      ? cell.fail
       : standing == Standing::unknown ? cell.unknown
       : standing == Standing::waived  ? cell.waived
                                       : cell.pass);
}

json heat_json(const Unit& unit, const HeatRow& row, const Clauses& clauses, bool own) {
    json cells = json::object();
    for (std::size_t i = 0; i < clauses.names.size(); ++i) {
        const UnitCounts& cell = row.clauses[i];
        cells[clauses.names[i]] = {
            {"pass", cell.pass}, {"fail", cell.fail}, {"unknown", cell.unknown}, {"waived", cell.waived}};
    }
    return {{"unit_id", unit.id},     {"name", unit.name}, {"path", unit.path},
            {"devices", row.devices}, {"own", own},        {"cells", cells}};
}

/// One row for each unit below the one that is shown, with all that is below it, and one for its own PCs.
json heat_table(const View& view, const UnitTree& tree, const Unit* top, const std::vector<Device>& devices) {
    const Clauses clauses = clauses_of(view.policy);
    std::optional<std::int64_t> top_id;
    if (top != nullptr) top_id = top->id;
    const std::vector<const Unit*> children = tree.children(top_id);
    std::map<std::int64_t, std::int64_t> row_of;  // unit → the unit of its row
    for (const Unit* child : children) {
        for (const std::int64_t id : tree.unit_and_below(child->id)) row_of[id] = child->id;
    }
    DeviceSet ids;
    for (const Device& device : devices) ids.insert(device.device_id);
    const auto standings = RuleStandings{view.database}.by_group(clauses.rules, ids);
    const std::vector<Standing> not_reported(clauses.names.size(), Standing::unknown);
    std::map<std::int64_t, HeatRow> rows;
    for (const Device& device : devices) {
        const auto row_id = row_of.find(device.unit_id);
        HeatRow& row = rows[row_id == row_of.end() ? device.unit_id : row_id->second];
        row.clauses.resize(clauses.names.size());
        ++row.devices;
        const auto found = standings.find(device.device_id);
        const std::vector<Standing>& stands = found == standings.end() ? not_reported : found->second;
        for (std::size_t i = 0; i < stands.size(); ++i) count_standing(stands[i], row.clauses[i]);
    }
    json heat = json::array();
    if (top != nullptr && (children.empty() || rows.contains(top->id))) {
        rows[top->id].clauses.resize(clauses.names.size());
        heat.push_back(heat_json(*top, rows[top->id], clauses, true));
    }
    for (const Unit* child : children) {
        rows[child->id].clauses.resize(clauses.names.size());
        heat.push_back(heat_json(*child, rows[child->id], clauses, false));
    }
    return heat;
}

std::string day_of(Instant instant) { return vietnam_time(instant).substr(0, 10); }

json compliant_share(std::int64_t pass, std::int64_t fail, std::int64_t unknown) {
    const std::int64_t judged = pass + fail + unknown;
    return judged == 0 ? json() : json(static_cast<double>(pass) / static_cast<double>(judged));
}

json trend_point(const std::string& day, const UnitCounts& counts) {
    return {{"day", day},
            {"devices", counts.devices},
            {"pass", counts.pass},
            {"fail", counts.fail},
            {"unknown", counts.unknown},
            {"silent", counts.silent},
            {"compliant_share", compliant_share(counts.pass, counts.fail, counts.unknown)}};
}

/// One written day for each week before today: the last one of the week.
std::vector<std::string> days_of_weeks(const View& view) {
    const std::vector<std::string> written =
        ChangeHistory{view.database}.written_days(day_of(view.now - std::chrono::days{7 * weeks_shown + 6}));
    std::vector<std::string> days;
    for (int week = weeks_shown; week >= 1; --week) {
        const std::string last = day_of(view.now - std::chrono::days{7 * week});
        const std::string before = day_of(view.now - std::chrono::days{7 * week + 7});
        const auto end = std::upper_bound(written.begin(), written.end(), last);
        if (end != written.begin() && *std::prev(end) > before) days.push_back(*std::prev(end));
    }
    return days;
}

json trend(const View& view, const UnitTree& tree, const std::set<std::int64_t>& units, const UnitCounts& today) {
    std::map<std::string, UnitCounts> days;
    for (const UnitDayCounts& day : ChangeHistory{view.database}.unit_days(days_of_weeks(view))) {
        // What a merged unit had belongs to the one that took its place.
        if (!units.contains(tree.successor(day.unit_id))) continue;
        days[day.day] += {day.devices, day.pass, day.fail, day.unknown, day.silent, 0};
    }
    json points = json::array();
    for (const auto& [day, counts] : days) points.push_back(trend_point(day, counts));
    points.push_back(trend_point(day_of(view.now), today));
    return points;
}

json changes_json(const View& view, const UnitTree& tree, ChangeHistory::Kind kind,
                  const std::set<std::int64_t>& units) {
    ChangeHistory::News news{kind, units, {}, view.now - changes_are_news, changes_shown};
    for (const Rule& rule : view.policy.rules) {
        if (rule.severity == Severity::advice) news.without_rules.push_back(rule.id);
    }
    json list = json::array();
    for (const VerdictChange& change : ChangeHistory{view.database}.newest_changes(news))
        list.push_back(change_json(view, tree, change));
    return list;
}

json clauses_json(const Policy& policy) {
    json list = json::array();
    for (const auto& [clause, text] : policy.clauses)
        list.push_back({{"clause", clause}, {"text", {{"vi", text.vi}, {"en", text.en}}}});
    return list;
}

}  // namespace

json change_json(const View& view, const UnitTree& tree, const VerdictChange& change) {
    json result = {{"at", format_instant(change.at)},
                   {"device_id", change.device_id},
                   {"host_name", change.host_name},
                   {"unit_id", change.unit_id},
                   {"unit", tree.path(change.unit_id)},
                   {"rule", change.rule},
                   {"clause", ""},
                   {"title", {{"vi", change.rule}, {"en", change.rule}}},
                   {"instance", change.instance},
                   {"from", change.from},
                   {"to", change.to}};
    const bool known = std::any_of(view.policy.rules.begin(), view.policy.rules.end(),
                                   [&](const Rule& rule) { return rule.id == change.rule; });
    if (!known) return result;
    Verdict verdict;
    verdict.rule_id = change.rule;
    verdict.instance = change.instance;
    for (const Language language : {Language::vi, Language::en}) {
        const Description words = describe(view.policy, verdict, change.at, language);
        result["clause"] = words.clause;
        result["title"][language == Language::vi ? "vi" : "en"] = words.title;
    }
    return result;
}

std::optional<json> overview_json(const View& view, std::optional<std::int64_t> unit_id) {
    const UnitTree tree{view.database, view.scope};
    const Unit* top = unit_id ? tree.find(*unit_id) : nullptr;
    if (unit_id && top == nullptr) return std::nullopt;
    // One line for all of it would say nothing that the numbers above do not.
    if (top == nullptr && tree.children(std::nullopt).size() == 1) top = tree.children(std::nullopt).front();
    std::set<std::int64_t> units;
    for (const Unit& unit : tree.units()) units.insert(unit.id);
    if (top != nullptr) units = tree.unit_and_below(top->id);

    std::vector<Device> devices = Devices{view.database}.all();
    std::erase_if(devices, [&](const Device& device) { return device.revoked_at || !units.contains(device.unit_id); });
    UnitCounts counts;
    std::int64_t reporting = 0;
    for (const Device& device : devices) {
        count_device(view, device, counts);
        reporting += device.confirmed_at && view.now - *device.confirmed_at <= std::chrono::hours{24} ? 1 : 0;
    }
    return json{{"at", format_instant(view.now)},
                {"unit_id", top == nullptr ? json() : json(top->id)},
                {"devices", counts.devices},
                {"reporting_24h", reporting},
                {"silent", counts.silent},
                {"silent_after_days", view.silent_after.count()},
                {"pass", counts.pass},
                {"fail", counts.fail},
                {"unknown", counts.unknown},
                {"waived", counts.waived},
                {"compliant_share", compliant_share(counts.pass, counts.fail, counts.unknown)},
                {"clauses", clauses_json(view.policy)},
                {"heat", heat_table(view, tree, top, devices)},
                {"trend", trend(view, tree, units, counts)},
                {"regressions", changes_json(view, tree, ChangeHistory::Kind::regressions, units)},
                {"fixes", changes_json(view, tree, ChangeHistory::Kind::fixes, units)}};
}

}  // namespace wardwatch

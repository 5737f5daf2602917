// Counts each unit's PCs and those below it, for the tree as JSON and as CSV.
#include "reporting/central/views/units.h"

#include <algorithm>
#include <map>

#include "reporting/central/api/json.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/csv.h"
#include "reporting/central/units/names.h"
#include "reporting/central/units/tree.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json counted_json(const CountedUnit& counted) {
    const auto& [unit, counts] = counted;
    json object = to_json(counts);
    object["id"] = unit.id;
    object["parent_id"] = or_null(unit.parent_id);
    object["name"] = unit.name;
    object["path"] = unit.path;
    return object;
}

}  // namespace

std::vector<CountedUnit> counted_units(const View& view) {
    const UnitTree tree{view.database, view.scope};
    std::map<std::int64_t, PcCounts> own;
    for (const StandingGroup& group : StandingGroups{view.database}.all(view.now, view.silent_after))
        if (view.scope.holds(group.unit_id)) count_group(group, own[group.unit_id]);
    std::map<std::int64_t, PcCounts> counts;
    for (const auto& [unit_id, here] : own) {
        for (const std::int64_t id : tree.line(unit_id)) counts[id] += here;
    }
    std::vector<CountedUnit> counted;
    counted.reserve(tree.units().size());
    for (const Unit& unit : tree.units()) counted.push_back({unit, counts[unit.id]});
    return counted;
}

json units_json(std::span<const CountedUnit> units) {
    json list = json::array();
    for (const CountedUnit& counted : units) list.push_back(counted_json(counted));
    return {{"units", std::move(list)}};
}

std::optional<json> counted_unit_json(const View& view, std::int64_t id) {
    const std::vector<CountedUnit> all = counted_units(view);
    const auto found =
        std::find_if(all.begin(), all.end(), [id](const CountedUnit& counted) { return counted.unit.id == id; });
    if (found == all.end()) return std::nullopt;
    return counted_json(*found);
}

std::string units_csv(const View& view) {
    std::string csv = std::string{byte_order_mark} + csv_line({"path", "pcs"});
    for (const auto& [unit, counts] : counted_units(view)) {
        if (const std::optional<Text> problem = unit_name_problem(unit.name))
            throw StoreError("The unit \"" + unit.path + "\" cannot be exported: " + problem->en +
                             ". Give it another one: `unit rename`.");
        csv += csv_line({unit.path, std::to_string(counts.shown.all())});
    }
    return csv;
}

}  // namespace wardwatch

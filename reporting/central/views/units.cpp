// Counts each unit's PCs and those below it, for the tree as JSON and as CSV.
#include "reporting/central/views/units.h"

#include <algorithm>
#include <map>

#include "reporting/central/devices/store.h"
#include "reporting/central/formats/csv.h"
#include "reporting/central/units/names.h"
#include "reporting/central/units/tree.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json counted_json(const CountedUnit& counted) {
    const auto& [unit, counts] = counted;
    return {{"id", unit.id},
            {"parent_id", unit.parent_id ? json(*unit.parent_id) : json()},
            {"name", unit.name},
            {"path", unit.path},
            {"devices", counts.devices},
            {"pass", counts.pass},
            {"fail", counts.fail},
            {"unknown", counts.unknown},
            {"silent", counts.silent},
            {"waived", counts.waived}};
}

}  // namespace

std::vector<CountedUnit> counted_units(const View& view) {
    const UnitTree tree{view.database, view.scope};
    std::map<std::int64_t, UnitCounts> own;
    for (const Device& device : Devices{view.database}.all()) {
        if (!device.revoked_at && view.scope.holds(device.unit_id)) count_device(view, device, own[device.unit_id]);
    }
    std::map<std::int64_t, UnitCounts> counts;
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
        csv += csv_line({unit.path, std::to_string(counts.devices)});
    }
    return csv;
}

}  // namespace wardwatch

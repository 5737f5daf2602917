// Changes as JSON, without the paths that the reader may not see.
#include "reporting/central/units/changes_view.h"

#include <ranges>

#include "reporting/central/units/store.h"
#include "reporting/central/units/tree.h"

namespace wardwatch {

using nlohmann::json;

namespace {

/// What stands before the paths of those who see a part only, "Thành phố/Quận 1/".
std::vector<std::string> hidden_beginnings(const sql::Database& database, const Scope& scope, const UnitTree& tree) {
    std::vector<std::string> beginnings;
    if (scope.everything()) return beginnings;
    const std::map<std::int64_t, std::string> whole = Units{database}.paths();
    for (const Unit* top : tree.children(std::nullopt)) {
        const std::string& path = whole.at(top->id);
        beginnings.push_back(path.substr(0, path.size() - top->name.size()));
    }
    return beginnings;
}

std::string shown_path(const Scope& scope, const std::vector<std::string>& hidden, const std::string& path) {
    if (scope.everything()) return path;
    for (const std::string& beginning : hidden) {
        if (path.starts_with(beginning)) return path.substr(beginning.size());
    }
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

json unit_changes_json(const sql::Database& database, const Scope& scope, std::optional<std::int64_t> unit_id) {
    const UnitTree tree{database, scope};
    const std::vector<std::string> hidden = hidden_beginnings(database, scope, tree);
    const std::vector<UnitChange> changes = Units{database}.changes();
    json list = json::array();
    for (const UnitChange& change : std::views::reverse(changes)) {
        if (!scope.holds(tree.successor(change.unit_id))) continue;
        const bool came_in = change.kind == "merged" && change.merged_into == unit_id;
        if (unit_id && change.unit_id != *unit_id && !came_in) continue;
        list.push_back({{"at", format_instant(change.at)},
                        {"unit_id", change.unit_id},
                        {"kind", change.kind},
                        {"before", change.before.empty() ? json() : json(shown_path(scope, hidden, change.before))},
                        {"after", shown_path(scope, hidden, change.after)},
                        {"merged_into", change.merged_into ? json(*change.merged_into) : json()},
                        {"actor", change.actor}});
    }
    return list;
}

}  // namespace wardwatch

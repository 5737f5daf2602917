// Paths, successors and what is below, for the units of one view.
#include "reporting/central/units/tree.h"

namespace wardwatch {

UnitTree::UnitTree(const sql::Database& database, const Scope& scope) {
    const Units stored{database};
    std::vector<Unit> all = stored.all();
    units_.reserve(all.size());
    for (Unit& unit : all) {
        names_[unit.id] = unit.name;
        if (!scope.holds(unit.id)) continue;
        const auto above = unit.parent_id ? positions_.find(*unit.parent_id) : positions_.end();
        if (above == positions_.end()) {
            unit.parent_id.reset();
            unit.path = unit.name;
        } else {
            unit.path = units_[above->second].path + "/" + unit.name;
        }
        positions_[unit.id] = units_.size();
        units_.push_back(std::move(unit));
    }
    for (const MergedUnit& unit : stored.merged()) {
        names_[unit.id] = unit.name;
        merged_into_[unit.id] = unit.into;
    }
}

std::int64_t UnitTree::successor(std::int64_t id) const {
    // A merged unit is not changed any more: the way never leads back.
    for (auto next = merged_into_.find(id); next != merged_into_.end(); next = merged_into_.find(id)) id = next->second;
    return id;
}

const Unit* UnitTree::find(std::int64_t id) const {
    const auto found = positions_.find(successor(id));
    return found == positions_.end() ? nullptr : &units_[found->second];
}

std::string UnitTree::path(std::int64_t id) const {
    const Unit* unit = find(id);
    return unit == nullptr ? "" : unit->path;
}

std::string UnitTree::path_or_name(std::int64_t id) const {
    const auto seen = positions_.find(id);
    if (seen != positions_.end()) return units_[seen->second].path;
    const auto name = names_.find(id);
    return name == names_.end() ? "" : name->second;
}

std::size_t UnitTree::position(std::int64_t id) const {
    const auto found = positions_.find(id);
    return found == positions_.end() ? units_.size() : found->second;
}

std::vector<std::int64_t> UnitTree::line(std::int64_t id) const {
    std::vector<std::int64_t> line;
    for (const Unit* unit = find(id); unit != nullptr; unit = unit->parent_id ? find(*unit->parent_id) : nullptr)
        line.push_back(unit->id);
    return line;
}

std::set<std::int64_t> UnitTree::unit_and_below(std::int64_t id) const {
    std::set<std::int64_t> ids;
    const Unit* top = find(id);
    if (top == nullptr) return ids;
    ids.insert(top->id);
    // Depth first: a unit comes after the one above it.
    for (std::size_t i = position(top->id) + 1; i < units_.size(); ++i) {
        if (!units_[i].parent_id || !ids.contains(*units_[i].parent_id)) break;
        ids.insert(units_[i].id);
    }
    return ids;
}

std::vector<const Unit*> UnitTree::children(std::optional<std::int64_t> id) const {
    std::vector<const Unit*> children;
    for (const Unit& unit : units_) {
        if (unit.parent_id == id) children.push_back(&unit);
    }
    return children;
}

}  // namespace wardwatch

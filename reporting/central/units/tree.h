// The units that somebody sees, as a tree.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

/// Read once, for one answer. Who sees a part of the tree only sees it as the whole: its top has no unit above it, and
/// paths begin there.
class UnitTree {
public:
    UnitTree(const sql::Database& database, const Scope& scope);

    /// Depth first, siblings in display order.
    const std::vector<Unit>& units() const { return units_; }
    /// Also by the number of a unit that was merged since: then the one that took its place. Null when nothing of that
    /// is seen.
    const Unit* find(std::int64_t id) const;
    /// The same as a number; nothing is looked up but merges.
    std::int64_t successor(std::int64_t id) const;
    /// Empty for a unit that is not seen.
    std::string path(std::int64_t id) const;
    /// Of a unit that is not seen no more than its own name.
    std::string path_or_name(std::int64_t id) const;
    /// Its place in display order; behind all others for a unit that is not seen.
    std::size_t position(std::int64_t id) const;
    /// The unit and all above it that is seen.
    std::vector<std::int64_t> line(std::int64_t id) const;
    std::set<std::int64_t> unit_and_below(std::int64_t id) const;
    /// Without a unit: the top ones.
    std::vector<const Unit*> children(std::optional<std::int64_t> id) const;

private:
    std::vector<Unit> units_;
    std::map<std::int64_t, std::size_t> positions_;
    std::map<std::int64_t, std::int64_t> merged_into_;
    std::map<std::int64_t, std::string> names_;  ///< of all units, merged and unseen ones too
};

}  // namespace wardwatch

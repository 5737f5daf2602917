// The units of the office in the centre's database: the tree, and how it changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

/// An office or a part of one.
struct Unit {
    std::int64_t id = 0;
    std::optional<std::int64_t> parent_id;
    std::string name;
    std::string path;  ///< names from the top, joined by "/"
};

/// What is to be another than it is.
struct UnitEdit {
    std::optional<std::string> name;
    std::optional<std::optional<std::int64_t>> parent_id;  ///< an empty one: to the top
};

/// What happened to a unit. A merged unit is no longer in the tree.
struct UnitChange {
    std::int64_t unit_id = 0;
    std::optional<std::int64_t> merged_into;  ///< of a unit that is merged by now
    Instant at;
    std::string actor;
    std::string kind;    ///< "added", "renamed", "moved" or "merged"
    std::string before;  ///< its path then; empty: it was added
    std::string after;   ///< its path from then on; merged: that of the unit that took its place
};

/// A unit that is no longer in the tree. Nothing is merged into it, nor does it change any more.
struct MergedUnit {
    std::int64_t id = 0;
    std::string name;
    std::int64_t into = 0;
};

/// May be used from any thread; each function is one transaction.
class Units {
public:
    explicit Units(sql::Database database) : database_(std::move(database)) {}

    /// Appends a unit after its siblings and returns its id. The name is unique among them.
    std::int64_t add(const std::string& name, std::optional<std::int64_t> parent_id, const ChangedBy& by);
    /// Adds what is missing of these paths (names from the top) and returns it, in order. Adds nothing when it is to be
    /// tried only.
    std::vector<std::string> add_paths(const std::vector<std::vector<std::string>>& paths, const ChangedBy& by,
                                       bool try_only);
    /// Depth first, siblings in display order; without merged ones.
    std::vector<Unit> all() const;
    /// Those that were merged into others, which may have been merged since.
    std::vector<MergedUnit> merged() const;
    /// By id ("3"), by name, or by path ("Phường A/Văn phòng"). Throws StoreError when none or several match.
    Unit find(const std::string& text) const;
    std::set<std::int64_t> and_below(std::int64_t id) const;

    // --- changes (change_store.cpp); a merged unit is not changed any more. The followers are told what was done ---
    void rename(std::int64_t id, const std::string& name, const ChangedBy& by);
    /// To the end of the new siblings, with all below it; without a parent, to the top. Not below itself.
    void move(std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by,
              const UnitFollowers& followers);
    /// Both at once, or one of them.
    void change(std::int64_t id, const UnitEdit& edit, const ChangedBy& by, const UnitFollowers& followers);
    /// What belongs to the unit and its child units move; children of equal names are merged, too. `into` does not lie
    /// below `from`.
    MergedUnits merge(std::int64_t from, std::int64_t into, const ChangedBy& by, const UnitFollowers& followers);
    /// As they happened.
    std::vector<UnitChange> changes() const;
    /// Paths by id; of a merged unit the last one that it had.
    std::map<std::int64_t, std::string> paths() const;

private:
    sql::Database database_;
};

// --- within the caller's transaction ---

/// Throws StoreError when there is no such unit, or it was merged since it was looked up.
void require_unit(const sql::Reader& reader, std::int64_t unit_id);
/// Throws StoreError where the name cannot be a unit's, or a unit below this parent has it.
void require_free_name(const sql::Reader& reader, const std::string& name, std::optional<std::int64_t> parent_id);
/// `path` is the new unit's own: an import knows it.
std::int64_t insert_unit(sql::Writer& writer, const std::string& name, std::optional<std::int64_t> parent_id,
                         const std::string& path, const ChangedBy& by);
/// Whether the unit is this one or below it.
bool lies_in(const sql::Reader& reader, std::int64_t unit_id, std::int64_t above);
/// Also of a unit that is merged: those above it are still named.
std::string path_of(const sql::Reader& reader, std::int64_t unit_id);

}  // namespace wardwatch

// What other subjects do when a unit moves or is merged into another. Each subject offers its own; the list of all is
// put together where the centre is (unit_followers.h at the root).
#pragma once

#include <cstdint>
#include <vector>

#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// What a merge took over, the units below included.
struct MergedUnits {
    std::int64_t units = 0;  ///< that are gone
    std::int64_t devices = 0;
    std::int64_t tokens = 0;
    std::int64_t offers = 0;     ///< of updates, those in force; the others stay as history
    std::int64_t withdrawn = 0;  ///< offers: the unit that stays had one of its own
    std::int64_t waivers = 0;    ///< are for all of the unit that stays from now on
};

/// A unit that is no more, and the one that has its place.
struct UnitMerge {
    std::int64_t from = 0;
    std::int64_t into = 0;
    ChangedBy by;
};

/// Both are called within the transaction that changes the tree, and may be null.
struct UnitFollower {
    /// What belonged to `from` belongs to `into` from now on; what is counted in `done` is added there.
    void (*merged)(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done) = nullptr;
    /// The unit lies elsewhere, with all below it.
    void (*moved)(sql::Writer& writer, std::int64_t unit_id) = nullptr;
};

/// In the order in which they are called.
using UnitFollowers = std::vector<UnitFollower>;

}  // namespace wardwatch

// Waivers in the centre's database. One that is made or ended has the PCs that it is about judged again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/waivers.h"

namespace wardwatch {

/// A store over the centre's, under its rules: any thread, each function one transaction.
class Waivers {
public:
    explicit Waivers(CentralStore& store) : connection_(store.connection()) {}

    /// Returns its id; `id`, `ended_at` and `ended_by` do not matter. The PCs that it is about are to be judged again
    /// (CentralStore::devices_to_judge). Throws StoreError for a device or unit that is not there.
    std::int64_t add(const Waiver& waiver);
    /// As they were made; those that have ended are kept.
    std::vector<Waiver> all() const;
    std::optional<Waiver> find(std::int64_t id) const;
    /// The PCs that it was about are to be judged again. False when there is none, or it had ended before.
    bool end(std::int64_t id, const ChangedBy& by);
    /// Has PCs judged again for which a waiver's time is over. Returns how many.
    int end_of_time(Instant now);

private:
    sql::Connection& connection_;
};

}  // namespace wardwatch

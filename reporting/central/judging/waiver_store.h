// Waivers in the centre's database. One that is made or ended has the PCs that it is about judged again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

/// A store over the centre's, under its rules: any thread, each function one transaction.
class Waivers {
public:
    explicit Waivers(sql::Database database) : database_(std::move(database)) {}

    /// Returns its id; `id`, `ended_at` and `ended_by` do not matter. The PCs that it is about are to be judged again
    /// (Verdicts::devices_to_judge). Throws StoreError for a device or unit that is not there.
    std::int64_t add(const Waiver& waiver);
    /// As they were made; those that have ended are kept.
    std::vector<Waiver> all() const;
    std::optional<Waiver> find(std::int64_t id) const;
    /// Those that are or were for this PC, its unit, one above it or all units, and those that its verdicts name; the
    /// newest first.
    std::vector<Waiver> about(const std::string& device_id, std::int64_t unit_id) const;
    /// The PCs that it was about are to be judged again. False when there is none, or it had ended before.
    bool end(std::int64_t id, const ChangedBy& by);
    /// Has PCs judged again for which a waiver's time is over. Returns how many.
    std::int64_t end_of_time(Instant now);

private:
    sql::Database database_;
};

/// Within the caller's transaction. The judgement with what is waived for this device when it was judged.
Judgement with_waivers(const sql::Reader& reader, const std::string& device_id, Judgement judgement);
/// Within the caller's transaction. Has the devices judged again: of the unit and all below it, where waivers of units
/// could matter to them.
void judge_unit_soon(sql::Writer& writer, std::int64_t unit_id);

/// Within the caller's transaction. Those of the one PC are for the other, which is judged again.
void waivers_follow_device(sql::Writer& writer, const std::string& from, const std::string& to);

/// Within the caller's transaction. They are for all of the unit that stays, whose PCs are judged again.
void waivers_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

// What waivers do to a judgement. They are stored by judging/waiver_store.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Lets a rule's failure stand for a PC, a unit with all below it, or all units, until a day is over.
struct Waiver {
    std::int64_t id = 0;
    std::string rule;
    std::optional<std::string> instance;   ///< empty: every subject of the rule
    std::optional<std::string> device_id;  ///< at most one of these two; neither: all units
    std::optional<std::int64_t> unit_id;
    std::string reason;
    std::string approved_by;
    Instant created_at;
    Instant ends_at;                  ///< from then on it holds no more: a midnight of the office
    std::optional<Instant> ended_at;  ///< by hand, before that
    std::string ended_by;
};

/// Marks the failures that one of the waivers covers and counts anew: status, failed, grave, unknown, waived, clauses.
/// All of `waivers` are for this device and in force; of several that cover a failure the first counts. Only failures
/// are waived: what is unknown stays unknown. A rule counts once: as failed while a failure of it is not waived, else
/// as unknown while a verdict is, and as waived when it has waived failures and no other ones. Advice counts in no
/// number.
void apply_waivers(Judgement& judgement, const std::vector<Waiver>& waivers);

/// By its own dates, whatever happened to it later.
bool in_force(const Waiver& waiver, Instant at);

/// All waivers, to find those for a device without asking the database each time. Units stand as they do now.
class WaiverTable {
public:
    explicit WaiverTable(const sql::Database& database);
    /// In the order in which apply_waivers takes them.
    std::vector<Waiver> of(const std::string& device_id, std::int64_t unit_id, Instant at) const;
    /// When the next waiver begins or ends, whomever it is for; `forever` when none does.
    Instant unchanged_until(Instant at) const;

private:
    std::vector<Waiver> waivers_;   ///< the longest-lived first
    std::vector<Instant> changes_;  ///< begins and ends, in order
    std::map<std::int64_t, std::optional<std::int64_t>> parents_;
};

}  // namespace wardwatch

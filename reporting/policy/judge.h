// Judges a report. Pure: the same policy, report and time give the same verdicts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/core/report.h"
#include "reporting/policy/fact_table.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

enum class Status { pass, fail, unknown, not_applicable };

/// "pass", "fail", "unknown", "not_applicable".
std::string_view name_of(Status status);
std::string_view name_of(Severity severity);
/// The inverse. Throws std::invalid_argument for a name that this program does not know.
Status status_from(std::string_view name);
Severity severity_from(std::string_view name);

/// One rule on one subject. A rule without subjects gives one verdict with an empty instance.
struct Verdict {
    std::string rule_id;
    std::string instance;
    Status status = Status::unknown;
    std::optional<Fact> observed;  ///< the fact that is shown for it
    Reason reason;                 ///< why it is unknown; empty otherwise
    bool operator==(const Verdict&) const = default;
};

/// In the order of the policy's rules, then by instance. A missing or Unknown fact makes a verdict unknown unless the
/// others decide it alone; a collector that failed makes the rules on its facts unknown with its reason. A subject for
/// which `where` is unknown has an unknown verdict. Each rule has at least one verdict.
///
/// A `some` rule passes with one subject that passes, is unknown when one is unknown, and fails only when all fail. It
/// has verdicts for the subjects that decided so and none for the others: counting verdicts needs no case for it.
///
/// Ages count from `now`, or from the report's own time when the PC's clock is ahead of it.
std::vector<Verdict> judge(const Policy& policy, const Report& report, Instant now);

/// Verdicts, and until when they hold: judged at any later time before that instant the same report gives the same.
struct LastingVerdicts {
    std::vector<Verdict> verdicts;
    Instant holds_until;  ///< later than `now`; `forever` (forever.h) when time changes nothing
};
LastingVerdicts judge_lasting(const Policy& policy, const Report& report, Instant now);
/// The same of facts that were put in order before; `now` is not before the report's own time.
LastingVerdicts judge_lasting(const Policy& policy, const FactTable& facts, Instant now);

/// Whether two rules give every report the same verdicts; how they are worded, and how much they weigh, may differ.
bool judge_alike(const Rule& rule, const Rule& other);

/// One rule's verdicts as one: fail beats unknown beats pass; not_applicable when nothing else is there.
Status summary(const Rule& rule, const std::vector<Verdict>& verdicts);

/// The PC's verdict: fail when a grave or violation rule fails, else unknown when one is unknown, else pass.
Status overall(const Policy& policy, const std::vector<Verdict>& verdicts);

}  // namespace wardwatch

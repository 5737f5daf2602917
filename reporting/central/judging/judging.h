// Judges devices' reports at the centre: when they arrive, when the policy changed, and as time passes.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/fact_table.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// A policy as it was published, and the hash of its text: another hash means that everything is to be judged again.
struct PolicyInForce {
    Policy policy;
    std::string hash;
    std::int64_t number = 1;  ///< of the published version; 1: the built-in one
};

/// The built-in policy, and its text.
PolicyInForce built_in_policy();
std::string_view built_in_policy_text();

/// Judges one report. Rules are counted once however many subjects they have; advice counts in no number.
Judgement judge_report(const PolicyInForce& policy, const Report& report, Instant now);
/// The same of facts that were put in order before; `now` is not before the report's own time.
Judgement judge_facts(const PolicyInForce& policy, const FactTable& facts, Instant now);

/// Judges again every device that was judged with another policy, or whose verdicts time has changed: a password passes
/// its 90 days without a new report. Returns how many. A report that cannot be judged is named to `failed`, keeps its
/// old verdicts and is tried again a day later.
std::size_t judge_stale_devices(sql::Database& database, const PolicyInForce& policy, Instant now,
                                const std::function<void(const std::string& device_id, const std::string& why)>& failed,
                                std::size_t at_most = std::numeric_limits<std::size_t>::max());

}  // namespace wardwatch

// A statement about one subject of a report: yes, no or unknown. Docs with examples: docs/policy.md.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/policy/fact_table.h"
#include "reporting/policy/forever.h"

namespace wardwatch {

/// Kleene's third value has its reason with it.
enum class Truth { no, unknown, yes };
struct Answer {
    Truth truth = Truth::unknown;
    Reason reason;  ///< why it is unknown; empty otherwise
    /// Asked at any time before this instant the answer is the same; after `now` always.
    Instant holds_until = forever;
    bool operator==(const Answer&) const = default;
};

enum class Operator { all, any, negation, equals, one_of, at_least, at_most, newer_than_days, in_future };

struct Condition {
    Operator op = Operator::all;
    std::vector<Condition> operands;  ///< all, any: one or more; negation: one; empty for the others
    std::string fact;                 ///< what is compared
    bool of_pc = false;               ///< read the fact about the PC (empty instance) instead of the subject's
    std::vector<Value> values;        ///< equals, at_least, at_most, newer_than_days: one; one_of: one or more
    bool operator==(const Condition&) const = default;
};

/// What a condition is asked about. Ages count from `now`.
struct Subject {
    const FactTable& facts;
    std::string_view instance;
    Instant now;
};

/// A fact that is missing, Unknown or of another type than the operator compares makes the comparison unknown. `all` is
/// no when one operand is no, `any` is yes when one is yes, whatever the others are; the first unknown gives the
/// reason. Of the operators only newer_than_days and in_future know the time.
Answer evaluate(const Condition& condition, const Subject& subject);

using Parameters = std::map<std::string, std::int64_t, std::less<>>;

/// Throws JsonError with the place. Numbers may name a parameter: "$max_password_age_days".
Condition parse_condition(const nlohmann::json& value, const std::string& place, const Parameters& parameters);

/// The ids of all facts that the condition reads.
std::set<std::string> facts_of(const Condition& condition);

}  // namespace wardwatch

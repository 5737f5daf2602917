// The office's rules as data. All thresholds, titles, remedies and clauses stand in baseline.json, once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

enum class Language { vi, en };

/// The same text in both languages. Templates hold {value}, {instance} and the policy's parameters: {max_password_age_days}.
struct Text {
    std::string vi;
    std::string en;
    const std::string& in(Language language) const { return language == Language::vi ? vi : en; }
};

/// grave and violation make a PC non-compliant; advice never does.
enum class Severity { grave, violation, advice };

/// A statement about one subject: true, false or unknown (Kleene logic). A tree: all, any and not hold operands, the
/// others compare one fact with a value. Documented in docs/policy.md.
struct Condition;

struct Rule {
    std::string id;      ///< "password-age"
    std::string clause;  ///< the dispatch's clause: "1a"
    Severity severity = Severity::violation;
    Text title;
    Text required;     ///< what the rule asks for, as a template
    Text remedy;       ///< how to fix it, as a template
    std::string each;  ///< the fact id whose instances are the rule's subjects
    std::string observed;  ///< the fact id that is shown as the observed value
    bool some = false;     ///< true: one subject that meets `require` is enough; false: every subject must
    std::shared_ptr<const Condition> where;    ///< which subjects count; null: all
    std::shared_ptr<const Condition> require;  ///< what must hold
    /// Verdict when there are no subjects although the collector ran: not_applicable, fail (no antivirus) or pass.
    std::string when_none;
};

struct Policy {
    std::string id;       ///< "hanoi-dispatch"
    std::string version;  ///< "2026-11-1"
    Text title;
    std::map<std::string, std::int64_t, std::less<>> parameters;  ///< thresholds by name, with the unit in the name
    std::vector<std::string> official_hosts;
    std::map<std::string, Text, std::less<>> clauses;  ///< clause → its wording
    std::vector<Rule> rules;
    std::map<std::string, Text, std::less<>> facts;  ///< fact id → label
    std::map<std::string, Text, std::less<>> words;  ///< fact values and unknown reasons in people's words: "busy" → …
};

/// what() names the place in the policy and what is wrong.
class PolicyError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws PolicyError for anything malformed: unknown members, a missing language, an undefined parameter, a fact id
/// that no label explains.
Policy parse_policy(std::string_view json);

/// The policy `hanoi-dispatch` that is built in (reporting/policy/baseline.json).
const Policy& baseline();

}  // namespace wardwatch

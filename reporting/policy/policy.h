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

/// The same text in both languages. Templates hold {value}, {instance} and the policy's parameters:
/// {max_password_age_days}.
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
    Text required;  ///< what the rule asks for, as a template
    Text remedy;    ///< how to fix it, as a template
    /// The fact id whose instances are the rule's subjects. Empty: the rule is about the PC, its one subject.
    std::string each;
    /// A fact about the PC that says how many subjects there are ("browser_credentials.profiles"); empty when there is
    /// none. While it is Unknown, missing or larger than the number of instances in the report, a subject may have been
    /// overlooked: the rule then has one more verdict, unknown, and never the one of `when_none`.
    std::string complete;
    /// The fact ids that are shown as the observed value: the first that the report holds, for the subject or else the
    /// PC.
    std::vector<std::string> observed;
    bool some = false;  ///< true: one subject that meets `require` is enough; false: every subject must
    std::shared_ptr<const Condition> where;    ///< which subjects count; null: all
    std::shared_ptr<const Condition> require;  ///< what must hold
    /// Verdict when no subject counts although the collector ran: not_applicable, fail (no antivirus) or pass. Empty
    /// for rules about the PC.
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
    std::vector<Rule> disabled;                      ///< rules that are switched off: they give no verdicts
    std::map<std::string, Text, std::less<>> facts;  ///< fact id → label
    /// Fact values and unknown reasons in people's words: "busy" → …; "antivirus.state=on" is for that fact alone.
    std::map<std::string, Text, std::less<>> words;
};

/// what() names the place in the policy and what is wrong.
class PolicyError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws PolicyError for anything malformed: unknown members, a missing language, an undefined parameter or
/// placeholder, two rules with one id, a clause without wording, a fact id that no label explains.
Policy parse_policy(std::string_view text);

/// The policy `hanoi-dispatch` that is built in (reporting/policy/baseline.json).
const Policy& baseline();

}  // namespace wardwatch

// Puts verdicts and facts into people's words. Used by the agent's `check` and by the centre's API.
#pragma once

#include <string>

#include "reporting/policy/judge.h"

namespace wardwatch {

struct Description {
    std::string title;     ///< what the rule is about, filled in
    std::string subject;   ///< subject_text() of the verdict's instance
    std::string clause;    ///< "1a"
    std::string observed;  ///< "2026-07-01 (144 days ago)", "9", "unknown: the file is in use"
    std::string required;  ///< "at most 90 days"
    std::string remedy;    ///< empty when the verdict is pass or not_applicable
};

Description describe(const Policy& policy, const Verdict& verdict, Instant now, Language language);

/// What an instance of facts with this id is about, for people: "Cốc Cốc của minh.do" for
/// "minh.do/coccoc/Default"; as it is where it says so itself (an account, a product), empty for the PC as a whole.
std::string subject_text(std::string_view fact_id, std::string_view instance, Language language);

/// A fact's label ("Saved credentials"); the id itself when the policy has none.
std::string label_of(const Policy& policy, std::string_view fact_id, Language language);

/// A fact's value for people: words from the policy, those for this fact alone first ("antivirus.state=on"), instants
/// as dates in Vietnam with their age, yes/no, "unknown: <reason>".
std::string fact_text(const Policy& policy, const Fact& fact, Instant now, Language language);

}  // namespace wardwatch

// Verdicts in words, for what `check` shows on the terminal and on a page.
#pragma once

#include <string>
#include <vector>

#include "reporting/policy/describe.h"

namespace wardwatch {

/// A verdict with its rule, and in words. Refers to the policy and the verdicts, which must outlive it.
struct Finding {
    const Rule* rule;
    const Verdict* verdict;
    Description words;
};

/// In the order of the verdicts.
std::vector<Finding> in_words(const Policy& policy, const std::vector<Verdict>& verdicts, Instant now,
                              Language language);

/// The findings that fail, the graver first, then those that are unknown. Neighbours of one rule that ask for the same
/// in the same words are together.
std::vector<std::vector<Finding>> to_do(const std::vector<Finding>& findings);

/// The rule's title, and the subject when the title does not name it.
std::string title_with_subject(const Finding& finding);

/// "nghiêm trọng", "vi phạm", "khuyến nghị" / "grave", "violation", "advice".
std::string severity_text(Severity severity, Language language);

/// What is left: "Đạt: 31; không áp dụng: 4", "Pass: 31; not applicable: 4". Empty when nothing is.
std::string others_text(const std::vector<Finding>& findings, Language language);

/// Throws std::logic_error when the policy has no such rule.
const Rule& rule_of(const Policy& policy, const Verdict& verdict);

}  // namespace wardwatch

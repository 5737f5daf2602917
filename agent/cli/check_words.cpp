// The words of `check`, which the terminal and the page share.
#include "agent/cli/check_words.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "reporting/policy/standing.h"

namespace wardwatch {
namespace {

bool needs_doing(const Verdict& verdict) { return verdict.status == Status::fail || verdict.status == Status::unknown; }

bool same_advice(const Finding& a, const Finding& b) {
    return a.rule == b.rule && a.words.required == b.words.required && a.words.remedy == b.words.remedy;
}

}  // namespace

const Rule& rule_of(const Policy& policy, const Verdict& verdict) {
    for (const Rule& rule : policy.rules)
        if (rule.id == verdict.rule_id) return rule;
    throw std::logic_error("a verdict without a rule: " + verdict.rule_id);
}

std::vector<Finding> in_words(const Policy& policy, const std::vector<Verdict>& verdicts, Instant now,
                              Language language) {
    std::vector<Finding> findings;
    findings.reserve(verdicts.size());
    for (const Verdict& verdict : verdicts)
        findings.push_back({&rule_of(policy, verdict), &verdict, describe(policy, verdict, now, language)});
    return findings;
}

std::vector<std::vector<Finding>> to_do(const std::vector<Finding>& findings) {
    std::vector<Finding> open;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(open),
                 [](const Finding& finding) { return needs_doing(*finding.verdict); });
    const auto place = [](const Finding& finding) {
        return std::pair{finding.verdict->status != Status::fail, finding.rule->severity};
    };
    std::stable_sort(open.begin(), open.end(),
                     [&](const Finding& left, const Finding& right) { return place(left) < place(right); });
    std::vector<std::vector<Finding>> groups;
    for (const Finding& finding : open) {
        if (groups.empty() || !same_advice(groups.back().back(), finding)) groups.emplace_back();
        groups.back().push_back(finding);
    }
    return groups;
}

std::string others_text(const std::vector<Finding>& findings, Language language) {
    std::string text;
    for (const Standing standing : {Standing::pass, Standing::not_applicable}) {
        const auto count = std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
            return standing_of(finding.verdict->status) == standing;
        });
        if (count == 0) continue;
        text += (text.empty() ? standing_label(standing, language) : "; " + standing_text(standing, language)) + ": " +
                std::to_string(count);
    }
    return text;
}

std::string title_with_subject(const Finding& finding) {
    const std::string& title = finding.words.title;
    const std::string& subject = finding.words.subject;
    return title.find(subject) != std::string::npos ? title : title + ": " + subject;
}

std::string severity_text(Severity severity, Language language) {
    const bool vietnamese = language == Language::vi;
    switch (severity) {
        case Severity::grave:
            return vietnamese ? "nghiêm trọng" : "grave";
        case Severity::violation:
            return vietnamese ? "vi phạm" : "violation";
        case Severity::advice:
            break;
    }
    return vietnamese ? "khuyến nghị" : "advice";
}

}  // namespace wardwatch

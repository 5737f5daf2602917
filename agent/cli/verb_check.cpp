#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/config.h"
#include "agent/scan.h"
#include "agent/service/console.h"
#include "agent/service/protected_files.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

std::string file_or_input(const Invocation& invocation, const std::string& name) {
    if (name == "-") return read_input();
    std::optional<std::string> text = read_file(utf8_path(name));
    if (!text) throw UsageError(name + ": " + invocation.say("không có tệp này", "there is no such file"));
    return std::move(*text);
}

Report report_to_judge(const Invocation& invocation, const CheckArguments& arguments, const Policy& policy) {
    if (!arguments.report.empty()) return report_from_json(file_or_input(invocation, arguments.report));
    std::vector<std::string> hosts = policy.official_hosts;
    const Config config = load_config(invocation.data).config;
    hosts.insert(hosts.end(), config.official_hosts.begin(), config.official_hosts.end());
    return scan_this_pc({random_uuid(), "00000000-0000-0000-0000-000000000000", "manual", invocation.now, hosts,
                         config.disabled_collectors});
}

const Rule& rule_of(const Policy& policy, const Verdict& verdict) {
    for (const Rule& rule : policy.rules)
        if (rule.id == verdict.rule_id) return rule;
    throw std::logic_error("a verdict without a rule: " + verdict.rule_id);
}

json in_both(const Description& vi, const Description& en, std::string Description::*member) {
    return {{"vi", vi.*member}, {"en", en.*member}};
}

json to_json(const Policy& policy, const Verdict& verdict, Instant now) {
    const Description vi = describe(policy, verdict, now, Language::vi);
    const Description en = describe(policy, verdict, now, Language::en);
    return {{"rule", verdict.rule_id},
            {"clause", vi.clause},
            {"severity", name_of(rule_of(policy, verdict).severity)},
            {"instance", verdict.instance},
            {"status", name_of(verdict.status)},
            {"observed", verdict.observed ? wardwatch::to_json(*verdict.observed) : json()},
            {"reason", verdict.reason},
            {"title", in_both(vi, en, &Description::title)},
            {"observed_text", in_both(vi, en, &Description::observed)},
            {"required", in_both(vi, en, &Description::required)},
            {"remedy", in_both(vi, en, &Description::remedy)}};
}

std::string for_machines(const Invocation& invocation, const Policy& policy, const Report& report,
                         const std::vector<Verdict>& verdicts) {
    json document = {{"policy", {{"id", policy.id}, {"version", policy.version}}},
                     {"judged_at", format_instant(invocation.now)},
                     {"report_id", report.report_id},
                     {"taken_at", format_instant(report.taken_at)},
                     {"status", name_of(overall(policy, verdicts))},
                     {"verdicts", json::array()}};
    for (const Verdict& verdict : verdicts) document["verdicts"].push_back(to_json(policy, verdict, invocation.now));
    return document.dump(2) + "\n";
}

std::string severity_text(const Invocation& invocation, Severity severity) {
    switch (severity) {
        case Severity::grave:
            return invocation.say("nghiêm trọng", "grave");
        case Severity::violation:
            return invocation.say("vi phạm", "violation");
        case Severity::advice:
            break;
    }
    return invocation.say("khuyến nghị", "advice");
}

bool needs_doing(const Verdict& verdict) { return verdict.status == Status::fail || verdict.status == Status::unknown; }

std::string headline(const Invocation& invocation, const Rule& rule, const Verdict& verdict, const Description& words) {
    const std::string status = status_text(verdict.status, invocation.language);
    const bool named = words.title.find(verdict.instance) != std::string::npos;
    return printable("[" + status + ", " + severity_text(invocation, rule.severity) + "] " + words.clause + "  " +
                     words.title + (named ? "" : ": " + verdict.instance)) +
           "\n";
}

// First what needs doing, with how to do it; then everything in one table. What several subjects of a rule have in
// common is told once, after the last of them.
std::string for_people(const Invocation& invocation, const Policy& policy, const std::vector<Verdict>& verdicts) {
    const Language language = invocation.language;
    std::string text = policy.title.in(language) + " (" + policy.version + ")\n";
    std::vector<std::vector<std::string>> all;
    std::vector<std::pair<const Verdict*, Description>> to_do;
    for (const Verdict& verdict : verdicts) {
        Description words = describe(policy, verdict, invocation.now, language);
        all.push_back(
            {status_text(verdict.status, language), words.clause, words.title, verdict.instance, words.observed});
        if (needs_doing(verdict)) to_do.emplace_back(&verdict, std::move(words));
    }
    for (std::size_t i = 0; i < to_do.size(); ++i) {
        const auto& [verdict, words] = to_do[i];
        const auto same_advice = [&](std::size_t other) {
            return other < to_do.size() && to_do[other].first->rule_id == verdict->rule_id &&
                   to_do[other].second.required == words.required && to_do[other].second.remedy == words.remedy;
        };
        if (i == 0 || !same_advice(i - 1)) text += "\n";
        text += headline(invocation, rule_of(policy, *verdict), *verdict, words);
        std::vector<std::vector<std::string>> details = {{invocation.say("Thấy được", "Observed"), words.observed}};
        if (!same_advice(i + 1)) {
            details.push_back({invocation.say("Yêu cầu", "Required"), words.required});
            if (!words.remedy.empty())
                details.push_back({invocation.say("Cách khắc phục", "How to fix"), words.remedy});
        }
        text += table(details, "    ");
    }
    text += "\n" + table(all);
    return text + "\n" + invocation.say("Kết luận: ", "Verdict: ") + status_text(overall(policy, verdicts), language) +
           "\n";
}

}  // namespace

Exit verb_check(const Invocation& invocation, const CheckArguments& arguments) {
    const Policy policy =
        arguments.policy.empty() ? baseline() : parse_policy(file_or_input(invocation, arguments.policy));
    const Report report = report_to_judge(invocation, arguments, policy);
    const std::vector<Verdict> verdicts = judge(policy, report, invocation.now);
    print(invocation.json ? for_machines(invocation, policy, report, verdicts)
                          : for_people(invocation, policy, verdicts));
    switch (overall(policy, verdicts)) {
        case Status::fail:
            return Exit::not_compliant;
        case Status::unknown:
            return Exit::could_not_tell;
        default:
            return Exit::ok;
    }
}

}  // namespace wardwatch

// `wardwatch check`: judges this PC or a report, and says how to fix what fails.
#include <nlohmann/json.hpp>

#include "agent/cli/check_html.h"
#include "agent/cli/check_words.h"
#include "agent/cli/cli.h"
#include "agent/data_folder/protected_files.h"
#include "agent/loop/delivery.h"
#include "agent/loop/hive_memory.h"
#include "agent/scan/scan.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/standing.h"
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
    return scan_this_pc({random_uuid(),
                         "00000000-0000-0000-0000-000000000000",
                         "manual",
                         invocation.now,
                         hosts,
                         config.disabled_collectors,
                         newest_facts(invocation.data),
                         {},
                         newest_scan_at(invocation.data),
                         known_hives(invocation.data)});
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
            {"reason", sentence_of(verdict.reason)},
            {"title", in_both(vi, en, &Description::title)},
            {"subject", in_both(vi, en, &Description::subject)},
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

std::string headline(const Invocation& invocation, const Finding& finding) {
    return printable("[" + standing_text(standing_of(finding.verdict->status), invocation.language) + ", " +
                     severity_text(finding.rule->severity, invocation.language) + "] " + finding.words.clause + "  " +
                     title_with_subject(finding)) +
           "\n";
}

std::string table_of_all(const std::vector<Finding>& findings, Language language) {
    std::vector<std::vector<std::string>> all;
    all.reserve(findings.size());
    for (const Finding& finding : findings)
        all.push_back({standing_text(standing_of(finding.verdict->status), language), finding.words.clause,
                       finding.words.title, finding.words.subject, finding.words.observed});
    return table(all);
}

// First what needs doing, with how to do it; then how much passes, or all in one table. What several subjects of a rule
// have in common is told once, after the last of them.
std::string for_people(const Invocation& invocation, const Policy& policy, const std::vector<Verdict>& verdicts,
                       bool all) {
    const Language language = invocation.language;
    const std::vector<Finding> findings = in_words(policy, verdicts, invocation.now, language);
    std::string text = policy.title.in(language) + " (" + policy.version + ")\n";
    for (const std::vector<Finding>& group : to_do(findings)) {
        text += "\n";
        for (const Finding& finding : group) {
            text += headline(invocation, finding);
            std::vector<std::vector<std::string>> details = {
                {invocation.say("Thấy được", "Observed"), finding.words.observed}};
            if (&finding == &group.back()) {
                details.push_back({invocation.say("Yêu cầu", "Required"), finding.words.required});
                if (!finding.words.remedy.empty())
                    details.push_back({invocation.say("Cách khắc phục", "How to fix"), finding.words.remedy});
            }
            text += table(details, "    ");
        }
    }
    const std::string others = others_text(findings, language);
    if (all) {
        text += "\n" + table_of_all(findings, language);
    } else if (!others.empty()) {
        text += "\n" + others + invocation.say(" (xem tất cả: --all)", " (to see all: --all)") + "\n";
    }
    return text + "\n" + invocation.say("Kết luận: ", "Verdict: ") +
           standing_text(standing_of(overall(policy, verdicts)), language) + "\n";
}

}  // namespace

Exit verb_check(const Invocation& invocation, const CheckArguments& arguments) {
    const bool page_is_output = arguments.html == "-";
    if (page_is_output && invocation.json)
        throw UsageError(invocation.say("--json và --html - cùng ghi ra đầu ra chuẩn; hãy cho --html một tệp",
                                        "--json and --html - both write to standard output; give --html a file"));
    const bool page_is_file = !arguments.html.empty() && !page_is_output;
    if (page_is_file) require_page_file(invocation, arguments.html);  // before a scan that takes its time
    const Policy policy =
        arguments.policy.empty() ? baseline() : parse_policy(file_or_input(invocation, arguments.policy));
    const Report report = report_to_judge(invocation, arguments, policy);
    const std::vector<Verdict> verdicts = judge(policy, report, invocation.now);
    if (page_is_output)
        print(check_page(invocation, policy, report, verdicts));
    else
        print(invocation.json ? for_machines(invocation, policy, report, verdicts)
                              : for_people(invocation, policy, verdicts, arguments.all));
    if (page_is_file) write_page(invocation, arguments.html, check_page(invocation, policy, report, verdicts));
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

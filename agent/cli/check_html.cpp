// The page of `check --html`: put together as text, escaped where it holds what others wrote.
#include "agent/cli/check_html.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>

#include "agent/cli/check_words.h"
#include "agent/cli/html_markup.h"
#include "agent/data_folder/protected_files.h"
#include "reporting/policy/standing.h"

namespace wardwatch {
namespace {

/// The PC's own time with its distance from UTC, so that a printed page can be compared with a log.
std::string local_time(Instant instant, Language language) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(instant);
    const std::tm* local = std::localtime(&seconds);  // NOLINT(concurrency-mt-unsafe): nothing else here asks for it
    if (local == nullptr) return format_instant(instant);
    using namespace std::chrono;
    const Instant wall = sys_days{year{local->tm_year + 1900} / (local->tm_mon + 1) / local->tm_mday} +
                         hours{local->tm_hour} + minutes{local->tm_min} + std::chrono::seconds{local->tm_sec};
    const std::int64_t offset = floor<minutes>(wall - instant).count();
    const auto two_digits = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const std::string zone = std::string(offset < 0 ? "-" : "+") + two_digits(std::abs(offset) / 60) + ":" +
                             two_digits(std::abs(offset) % 60);
    const std::string iso = format_instant(wall);
    const std::string day = language == Language::en
                                ? iso.substr(0, 10)
                                : iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
    return day + " " + iso.substr(11, 8) + " (UTC" + zone + ")";
}

std::string time_element(Instant instant, Language language) {
    return element("time datetime=\"" + format_instant(instant) + "\"", escaped(local_time(instant, language)));
}

std::string_view sign_of(Status status) {
    switch (status) {
        case Status::pass:
            return "\u2713";
        case Status::fail:
            return "\u2717";
        case Status::unknown:
            return "?";
        case Status::not_applicable:
            break;
    }
    return "\u2013";
}

std::string verdict_markup(Status status, Language language) {
    return element("span class=\"verdict " + std::string(name_of(status)) + "\"",
                   "<span aria-hidden=\"true\">" + std::string(sign_of(status)) + "</span> " +
                       escaped(standing_text(standing_of(status), language)));
}

std::string fact_of_pc(const Report& report, std::string_view id) {
    for (const Fact& fact : report.facts)
        if (const auto* text = std::get_if<std::string>(&fact.value); text != nullptr && fact.id == id) return *text;
    return {};
}

// "3 fail, 1 unknown, 12 pass": the sum that stands under the verdict.
std::string counts_text(const std::vector<Verdict>& verdicts, Language language) {
    std::map<Status, std::size_t> counts;
    for (const Verdict& verdict : verdicts) ++counts[verdict.status];
    std::string text;
    for (const Status status : {Status::fail, Status::unknown, Status::pass, Status::not_applicable}) {
        if (!counts.contains(status)) continue;
        text += (text.empty() ? "" : ", ") + std::to_string(counts[status]) + " " +
                standing_text(standing_of(status), language);
    }
    return text;
}

std::string page_title(const Invocation& invocation, const Report& report) {
    const std::string name = fact_of_pc(report, "host.name");
    return invocation.say("Kết quả kiểm tra máy tính", "Result of checking the PC") + (name.empty() ? "" : ": " + name);
}

std::string about_the_check(const Invocation& invocation, const Policy& policy, const Report& report) {
    const Language language = invocation.language;
    std::string rows;
    const auto add = [&](const char* vi, const char* en, const std::string& text) {
        if (!text.empty()) rows += field(invocation.say(vi, en), escaped(text));
    };
    add("Tên máy", "PC", fact_of_pc(report, "host.name"));
    add("Hệ điều hành", "Operating system", fact_of_pc(report, "host.os_name"));
    rows += field(invocation.say("Thời điểm quét", "Scanned"), time_element(report.taken_at, language));
    rows += field(invocation.say("Thời điểm đánh giá", "Judged"), time_element(invocation.now, language));
    add("Chính sách", "Policy", policy.id + " " + policy.version);
    add("Phiên bản Wardwatch", "Wardwatch version", report.agent_version);
    add("Mã báo cáo", "Report", report.report_id);
    return fields(rows);
}

std::string clause_text(const Policy& policy, const std::string& clause, Language language) {
    const auto wording = policy.clauses.find(clause);
    return wording == policy.clauses.end() ? clause : clause + " \u2013 " + wording->second.in(language);
}

// What was seen: for one subject alone, for several a list.
std::string observed_markup(const std::vector<Finding>& group, Language language) {
    if (group.size() == 1) return escaped(group.front().words.observed);
    std::string list;
    for (const Finding& finding : group) {
        const std::string& subject = finding.words.subject;
        list += element("li", verdict_markup(finding.verdict->status, language) +
                                  escaped((subject.empty() ? "\u2026" : subject) + ": " + finding.words.observed));
    }
    return element("ul", list);
}

std::string group_title(const Invocation& invocation, const Policy& policy, const std::vector<Finding>& group) {
    if (group.size() == 1) return title_with_subject(group.front());
    Verdict of_all = *group.front().verdict;
    of_all.instance.clear();
    return describe(policy, of_all, invocation.now, invocation.language).title;
}

// Findings of one rule with the same advice: each subject with what was seen, then once what to do.
std::string to_do_item(const Invocation& invocation, const Policy& policy, const std::vector<Finding>& group) {
    const Language language = invocation.language;
    const auto& [rule, verdict, words] = group.front();
    const Status status = verdict->status;  // one advice is never for what fails and what is unknown
    std::string rows = field(invocation.say("Thấy được", "Observed"), observed_markup(group, language)) +
                       field(invocation.say("Yêu cầu", "Required"), escaped(words.required));
    if (!words.remedy.empty()) rows += field(invocation.say("Cách khắc phục", "How to fix"), escaped(words.remedy));
    rows += field(invocation.say("Điều khoản", "Clause"), escaped(clause_text(policy, words.clause, language))) +
            field(invocation.say("Mức độ", "Severity"), escaped(severity_text(rule->severity, language)));
    return element("section class=\"item " + std::string(name_of(status)) + "\"",
                   element("h3", verdict_markup(status, language) + escaped(group_title(invocation, policy, group))) +
                       fields(rows));
}

std::string to_do_part(const Invocation& invocation, const Policy& policy, const std::vector<Finding>& findings) {
    std::string items;
    for (const std::vector<Finding>& group : to_do(findings)) items += to_do_item(invocation, policy, group);
    if (items.empty()) items = element("p", escaped(invocation.say("Không có việc gì.", "Nothing.")));
    return element("h2", escaped(invocation.say("Việc cần làm", "What needs doing"))) + items;
}

std::string all_rules(const Invocation& invocation, const std::vector<Finding>& findings) {
    std::string rows;
    for (const Finding& finding : findings)
        rows += element("tr", element("td", verdict_markup(finding.verdict->status, invocation.language)) +
                                  element("td", escaped(finding.words.clause)) +
                                  element("th scope=\"row\"", escaped(title_with_subject(finding))) +
                                  element("td", escaped(finding.words.observed)) +
                                  element("td", escaped(finding.words.required)));
    const std::vector<std::string> names = {invocation.say("Kết quả", "Verdict"),
                                            invocation.say("Điều khoản", "Clause"), invocation.say("Quy định", "Rule"),
                                            invocation.say("Thấy được", "Observed"),
                                            invocation.say("Yêu cầu", "Required")};
    return element("h2", escaped(invocation.say("Tất cả quy định", "All rules"))) +
           element("table class=\"rules\"", head_row(names) + element("tbody", rows));
}

std::string clauses_part(const Invocation& invocation, const Policy& policy, const std::vector<Finding>& findings) {
    std::set<std::string> used;
    for (const Finding& finding : findings) used.insert(finding.words.clause);
    std::string rows;
    for (const auto& [clause, wording] : policy.clauses)
        if (used.contains(clause)) rows += field(clause, escaped(wording.in(invocation.language)));
    return element("h2", escaped(invocation.say("Các điều khoản", "The clauses"))) + fields(rows);
}

}  // namespace

std::string check_page(const Invocation& invocation, const Policy& policy, const Report& report,
                       const std::vector<Verdict>& verdicts) {
    const Language language = invocation.language;
    const std::vector<Finding> findings = in_words(policy, verdicts, invocation.now, language);
    const Status status = overall(policy, verdicts);
    const std::string title = page_title(invocation, report);
    const std::string head =
        "<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
        element("title", escaped(title)) + element("style", std::string(page_style()));
    const std::string conclusion = element(
        "p class=\"overall " + std::string(name_of(status)) + "\"",
        escaped(invocation.say("Kết luận: ", "Verdict: ")) + element("strong", verdict_markup(status, language)) +
            element("span class=\"counts\"", escaped(counts_text(verdicts, language))));
    const std::string body = element("h1", escaped(title)) +
                             element("p class=\"policy\"", escaped(policy.title.in(language))) + conclusion +
                             about_the_check(invocation, policy, report) + to_do_part(invocation, policy, findings) +
                             all_rules(invocation, findings) + clauses_part(invocation, policy, findings);
    return "<!DOCTYPE html>\n" + element(language == Language::vi ? "html lang=\"vi\"" : "html lang=\"en\"",
                                         element("head", head) + element("body", element("main", body)));
}

void require_page_file(const Invocation& invocation, const std::string& file) {
    std::error_code error;
    const std::filesystem::file_type type = std::filesystem::symlink_status(utf8_path(file), error).type();
    if (type == std::filesystem::file_type::not_found || type == std::filesystem::file_type::regular) return;
    if (type == std::filesystem::file_type::none)
        throw std::runtime_error(file + ": " + error.message() +
                                 invocation.say(" (chọn tệp khác)", " (name another file)"));
    throw std::runtime_error(
        file + ": " +
        invocation.say("đây không phải là tệp thông thường nên không bị ghi đè; hãy chọn tên tệp khác",
                       "this is not a regular file, so it is not overwritten; name another file"));
}

void write_page(const Invocation& invocation, const std::string& file, const std::string& page) {
    require_page_file(invocation, file);
    try {
        write_file(utf8_path(file), page);
    } catch (const std::exception& error) {
        throw std::runtime_error(error.what() +
                                 invocation.say("; hãy chọn tệp trong thư mục đã có và được phép ghi",
                                                "; name a file in a folder that exists and that you may write to"));
    }
}

}  // namespace wardwatch

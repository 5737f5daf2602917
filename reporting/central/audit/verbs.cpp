// audit list|verify|export, and what the command line itself writes to the audit log.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "reporting/central/audit/heads.h"
#include "reporting/central/audit/person_mark.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/audit/verb_record.h"
#include "reporting/central/cli/cli.h"
#include "reporting/central/cli/files.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct AuditChoice {
    std::string from;
    std::string to;
    AuditFilter filter;
    std::int64_t limit = 100;
    std::string file;
    std::string expected;
    std::string heads;
    std::vector<std::string> keys;
};

/// Verbs that change nothing and show nothing of persons. Everything else is recorded, also what is added later.
constexpr std::array unrecorded{
    "serve",        "ca fingerprint", "unit list",        "unit history",         "unit export",
    "token list",   "api-token list", "device list",      "update list",          "update status",
    "audit verify", "doctor",         "config show",      "config check",         "waiver list",
    "policy list",  "policy show",    "certificate list", "service-account list", "audit key"};

/// Verbs whose words are a person's data: the log, which is for ever, has which options were given, and on which PC.
constexpr std::array without_values{"device describe", "device note add"};

/// Verbs whose words are names of persons.
constexpr std::array about_persons{"person export", "person erase"};

std::string marks_of_names(const CLI::App& verb) {
    std::string marks;
    for (const std::string& name : verb.get_option("names")->as<std::vector<std::string>>())
        marks += (marks.empty() ? "" : " ") + person_mark(name);
    return marks;
}

std::string words_without_values(const CLI::App& verb) {
    std::string words = verb.get_option("pc")->as<std::string>();
    for (const CLI::Option* option : verb.get_options()) {
        if (option->count() > 0 && !option->get_positional()) words += " " + option->get_name();
    }
    return words;
}

std::string system_user() {
    const passwd* entry = getpwuid(getuid());  // NOLINT(concurrency-mt-unsafe): the one thread
    return entry != nullptr ? entry->pw_name : std::to_string(getuid());
}

Instant said_time(const Cli& cli, const std::string& text, bool end) {
    try {
        return day_or_instant(text, end);
    } catch (const std::exception&) {
        throw UsageError("\"" + text + "\"" +
                         cli.say(" không phải ngày; hãy viết như 2026-11-22 hoặc 2026-11-22T03:00:00Z.",
                                 " is no day; write it as 2026-11-22 or 2026-11-22T03:00:00Z."));
    }
}

AuditFilter chosen_filter(const Cli& cli, const AuditChoice& choice) {
    AuditFilter filter = choice.filter;
    if (!choice.from.empty()) filter.from = said_time(cli, choice.from, false);
    if (!choice.to.empty()) filter.until = said_time(cli, choice.to, true);
    return filter;
}

void list_entries(const Cli& cli, const AuditChoice& choice) {
    sql::Database database = cli.open();
    const AuditPage page = AuditLog{database}.page(chosen_filter(cli, choice), 0, choice.limit);
    json list = json::array();
    std::vector<std::vector<std::string>> rows{{cli.say("Lúc", "At"), cli.say("Ai", "Who"), cli.say("Từ", "From"),
                                                cli.say("Việc", "Action"), cli.say("Đối tượng", "Subject"),
                                                cli.say("Chi tiết", "Detail")}};
    for (const AuditEntry& entry : page.entries) {
        rows.push_back({vietnam_time(entry.at), entry.actor, entry.address, entry.action, entry.subject, entry.detail});
        list.push_back({{"id", entry.id},
                        {"at", format_instant(entry.at)},
                        {"actor", entry.actor},
                        {"address", entry.address},
                        {"action", entry.action},
                        {"subject", entry.subject},
                        {"detail", entry.detail},
                        {"hash", entry.hash}});
    }
    cli.print({{"entries", std::move(list)}, {"total", page.total}}, table(rows, "", Heading::first_row));
}

std::string text_of_file(const Cli& cli, const std::string& name) {
    std::ifstream in{name, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in) throw UsageError(cli.say("Không đọc được tệp ", "This file cannot be read: ") + name);
    return text;
}

/// Whether the log holds each head that left the machine; says so.
bool holds_heads(const Cli& cli, const AuditChoice& choice, const AuditLog& log, json& machine, std::string& text) {
    std::set<std::string> trusted{choice.keys.begin(), choice.keys.end()};
    trusted.insert(HeadKey::of(cli.folder()).public_key());
    const HeadComparison found = compare_heads(log, text_of_file(cli, choice.heads), trusted);
    machine["heads"] = found.heads;
    const auto about = [](const SignedHead& head) {
        return format_instant(head.at) + ", " + std::to_string(head.entries) + ", " + head.hash + "\n";
    };
    if (found.missing)
        text += cli.say("Nhật ký ĐÃ BỊ THAY hoặc CẮT: không khớp đầu chuỗi đã gửi đi ",
                        "The log WAS REPLACED or CUT OFF: it does not hold the head that left ") +
                about(*found.missing);
    if (found.badly_signed)
        text += cli.say("Đầu chuỗi có chữ ký sai hoặc của khóa lạ (--key): ",
                        "A head is signed wrongly, or by a key that is not trusted (--key): ") +
                about(*found.badly_signed);
    if (found.heads == 0) text += cli.say("Tệp không có đầu chuỗi nào.\n", "The file has no head.\n");
    const bool all = found.heads > 0 && !found.missing && !found.badly_signed;
    if (all)
        text += cli.say("Khớp số đầu chuỗi đã gửi đi: ", "Heads that left and are held: ") +
                std::to_string(found.heads) + "\n";
    machine["heads_held"] = all;
    return all;
}

void show_head_key(const Cli& cli, const AuditChoice& /*choice*/) {
    const std::string key = HeadKey::of(cli.folder()).public_key();
    cli.print({{"public_key", key}}, key + "\n");
}

void verify_entries(Cli& cli, const AuditChoice& choice) {
    sql::Database database = cli.open();
    const AuditLog log{database};
    const AuditVerification found = log.verify();
    const bool cut = !found.first_invalid && !choice.expected.empty() && !log.knows(choice.expected);
    std::string text = std::to_string(found.entries) +
                       cli.say(" mục nguyên vẹn. Mã cuối: ", " entries as written. Head: ") + found.head + "\n";
    if (found.first_invalid)
        text = cli.say("Nhật ký ĐÃ BỊ SỬA, từ mục ", "The log WAS CHANGED, from entry ") +
               std::to_string(*found.first_invalid) + "\n";
    if (cut)
        text = cli.say("Nhật ký ĐÃ BỊ CẮT hoặc thay: không có mục với mã ",
                       "The log WAS CUT OFF or replaced: no entry has the hash ") +
               choice.expected + "\n";
    bool valid = !found.first_invalid && !cut;
    json machine = {{"entries", found.entries},
                    {"first_invalid", found.first_invalid ? json(*found.first_invalid) : json()},
                    {"head", found.head}};
    if (!choice.heads.empty() && !holds_heads(cli, choice, log, machine, text)) valid = false;
    machine["valid"] = valid;
    cli.print(machine, text);
    if (!valid) cli.exit_code = 1;
}

void export_entries(const Cli& cli, const AuditChoice& choice) {
    sql::Database database = cli.open();
    write_file(cli, choice.file, audit_csv(AuditLog{database}, chosen_filter(cli, choice)));
}

}  // namespace

CliRecord::CliRecord(const Cli& cli, const CLI::App& app, const std::vector<std::string>& words)
    : folder_(cli.folder()) {
    const CLI::App* level = &app;
    while (!level->get_subcommands().empty()) {
        level = level->get_subcommands().front();
        action_ += (action_.empty() ? "" : " ") + level->get_name();
    }
    recorded_ = std::find(unrecorded.begin(), unrecorded.end(), action_) == unrecorded.end();
    if (std::find(without_values.begin(), without_values.end(), action_) != without_values.end()) {
        detail_ = words_without_values(*level);
        return;
    }
    if (std::find(about_persons.begin(), about_persons.end(), action_) != about_persons.end()) {
        detail_ = marks_of_names(*level);
        return;
    }
    // The verb stands in the action already; options come with their values.
    for (const std::string& word : words) detail_ += (detail_.empty() ? "" : " ") + word;
}

void CliRecord::write(const std::string& what) const {
    if (!recorded_ || !folder_.has_centre()) return;
    sql::Database database{folder_.existing_database()};
    AuditLog{database}.append({0, system_now(), "cli:" + system_user(), "", action_ + what, "", detail_});
}

void add_audit_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<AuditChoice>();
    CLI::App* audit = app.add_subcommand(
        "audit", cli.say("Nhật ký kiểm toán: ai đã làm gì, xem gì", "The audit log: who did and saw what"));
    audit->require_subcommand(1);
    const auto filtered = [&](CLI::App* verb) {
        verb->add_option("--from", choice->from, cli.say("Từ ngày này", "From this day on"));
        verb->add_option("--to", choice->to, cli.say("Đến hết ngày này", "To the end of this day"));
        verb->add_option("--actor", choice->filter.actor, cli.say("Ai", "Who"));
        verb->add_option("--action", choice->filter.action, cli.say("Việc gì", "Which action"));
        verb->add_option("--text", choice->filter.text, cli.say("Có chữ này", "That has this text"));
        return verb;
    };
    CLI::App* list = filtered(audit->add_subcommand("list", cli.say("Xem, mới nhất trước", "Show, the newest first")));
    list->add_option("--limit", choice->limit, cli.say("Nhiều nhất bao nhiêu mục", "At most so many entries"))
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    list->callback([&cli, choice] { cli.chosen = [&cli, choice] { list_entries(cli, *choice); }; });
    CLI::App* verify = audit->add_subcommand(
        "verify", cli.say("Kiểm tra không mục nào bị sửa hay xoá", "Check that no entry was changed or taken out"));
    verify->add_option("--expect", choice->expected,
                       cli.say("Mã cuối đã ghi lại trước đây, phải còn trong nhật ký",
                               "A head that was kept elsewhere and must still be there"));
    verify->add_option("--heads", choice->heads,
                       cli.say("Tệp có các đầu chuỗi đã ký mà trung tâm gửi đi (tệp, syslog, thư)",
                               "A file of signed heads that left the centre (the file, syslog's, mails)"));
    verify->add_option("--key", choice->keys,
                       cli.say("Khóa công khai khác được tin, như `audit key` in ra (lặp lại được)",
                               "Another public key that is trusted, as `audit key` prints it (repeatable)"));
    audit->add_subcommand("key", cli.say("In khóa công khai ký đầu chuỗi", "Print the public key that signs heads"))
        ->callback([&cli, choice] { cli.chosen = [&cli, choice] { show_head_key(cli, *choice); }; });
    verify->callback([&cli, choice] { cli.chosen = [&cli, choice] { verify_entries(cli, *choice); }; });
    CLI::App* out = filtered(audit->add_subcommand("export", cli.say("Xuất ra CSV", "Write as CSV")));
    out->add_option("file", choice->file, cli.say("Tệp; không nêu thì in ra", "The file; without it, it is printed"));
    out->callback([&cli, choice] { cli.chosen = [&cli, choice] { export_entries(cli, *choice); }; });
}

}  // namespace wardwatch

// policy show|versions|preview|publish|judge-history.
#include <unistd.h>

#include <array>
#include <charconv>
#include <iostream>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/judging/policy_changes.h"
#include "reporting/central/judging/policy_preview.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/standing.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

constexpr std::chrono::milliseconds between_progress{300};

struct PolicyChoice {
    std::int64_t number = 0;
    std::vector<std::string> thresholds;  ///< "max_password_age_days=60"
    std::vector<std::string> severities;  ///< "password-age=advice"
    std::vector<std::string> disable;
    std::vector<std::string> enable;
    bool from_built_in = false;
    std::string unit;
    std::string reason;
    bool rejudge_history = false;
};

void show_policy(const Cli& cli, std::int64_t number) {
    const sql::Database database = cli.open();
    const CurrentPolicy current{database};
    const PolicyInForce& in_force = current.get();
    if (number != 0) {
        const std::optional<std::string> text = Policies{database}.text(number);
        if (!text)
            throw StoreError(cli.say("Không có phiên bản số ", "There is no version ") + std::to_string(number) +
                             cli.say("; xem `policy versions`.", "; see `policy versions`."));
        const nlohmann::json policy = parse_own(*text);
        cli.print(policy, policy.dump(2) + "\n");
        return;
    }
    const Policy& policy = in_force.policy;
    const std::string text =
        policy.title.in(cli.language) + ", " + policy.version + " (" + std::to_string(in_force.number) + ")\n\n";
    std::vector<std::vector<std::string>> thresholds{{cli.say("Ngưỡng", "Threshold"), cli.say("Giá trị", "Value")}};
    for (const auto& [name, value] : policy.parameters) thresholds.push_back({name, std::to_string(value)});
    std::vector<std::vector<std::string>> rules{{cli.say("Mục", "Clause"), cli.say("Quy định", "Rule"),
                                                 cli.say("Mức", "Severity"), cli.say("Áp dụng", "In use")}};
    const auto add = [&](const std::vector<Rule>& list, const std::string& in_use) {
        for (const Rule& rule : list)
            rules.push_back({rule.clause, rule.id, std::string{name_of(rule.severity)}, in_use});
    };
    add(policy.rules, cli.say("có", "yes"));
    add(policy.disabled, cli.say("không", "no"));
    cli.print(policy_in_force_json(in_force),
              text + table(thresholds, "", Heading::first_row) + "\n" + table(rules, "", Heading::first_row));
}

void list_policy_versions(const Cli& cli) {
    const sql::Database database = cli.open();
    const PolicyVersions all = policy_versions(database, CurrentPolicy{database}.get());
    std::vector<std::vector<std::string>> rows{
        {cli.say("Số", "Number"), cli.say("Phiên bản", "Version"), cli.say("Lúc", "When"), cli.say("Ai", "Who"),
         cli.say("Đánh giá lại lịch sử", "History judged again"), cli.say("Lý do", "Reason")}};
    for (const PolicyVersion& version : all.versions)
        rows.push_back({std::to_string(version.number), version.version,
                        version.created_at ? vietnam_time(*version.created_at) : cli.say("có sẵn", "built in"),
                        version.created_by, version.rejudged ? cli.say("có", "yes") : cli.say("không", "no"),
                        version.reason});
    std::string text = table(rows, "", Heading::first_row) +
                       cli.say("Số máy còn phải đánh giá lại: ", "PCs still to be judged again: ") +
                       std::to_string(all.devices_left) + "\n";
    if (!all.day_left.empty())
        text += cli.say("Lịch sử: đang đánh giá lại ngày ", "History: judging the day ") + all.day_left + "\n";
    cli.print(versions_json(all), text);
}

/// "name=value" at the first "=".
std::pair<std::string, std::string> named_value(const Cli& cli, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        throw UsageError("\"" + text + "\": " + cli.say("viết dạng tên=giá trị.", "write name=value."));
    return {text.substr(0, equals), text.substr(equals + 1)};
}

PolicyChange change_of(const Cli& cli, const CurrentPolicy& current, const PolicyChoice& choice) {
    PolicyChange change;
    for (const std::string& text : choice.thresholds) {
        const auto [name, value] = named_value(cli, text);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc{} || end != value.data() + value.size())
            throw UsageError("\"" + text + "\": " + cli.say("giá trị phải là số.", "the value must be a number."));
        change.parameters[name] = number;
    }
    for (const std::string& text : choice.severities) change.severities.insert(named_value(cli, text));
    change.from_built_in = choice.from_built_in;
    if (choice.disable.empty() && choice.enable.empty()) return change;
    std::set<std::string> disabled{choice.disable.begin(), choice.disable.end()};
    if (!choice.from_built_in)
        for (const Rule& rule : current.get().policy.disabled) disabled.insert(rule.id);
    for (const std::string& rule : choice.enable) disabled.erase(rule);
    change.disabled = disabled;
    return change;
}

std::string preview_text(const Cli& cli, const PolicyPreview& preview) {
    constexpr std::array shown{Standing::pass, Standing::fail, Standing::unknown};
    std::vector<std::string> heading{""};
    for (const Standing standing : shown) heading.push_back(standing_label(standing, cli.language));
    std::vector<std::vector<std::string>> rows{heading};
    const auto add = [&](const std::string& name, const StandingCounts& counts) {
        std::vector<std::string>& row = rows.emplace_back(std::vector{name});
        for (const Standing standing : shown) row.push_back(std::to_string(counts.of(standing)));
    };
    add(cli.say("Bây giờ", "Now"), preview.before);
    add(cli.say("Theo chính sách mới", "With the change"), preview.after);
    std::string text =
        table(rows, "", Heading::first_row) + cli.say("Số máy thành không đạt: ", "PCs that would newly fail: ") +
        std::to_string(preview.newly_failing) + "\n" + cli.say("Số máy thành đạt: ", "PCs that would newly pass: ") +
        std::to_string(preview.newly_passing) + "\n";
    for (const PreviewExample& pc : preview.examples)
        text += "  " + pc.host_name + " (" + pc.unit + "): " + standing_text(pc.before, cli.language) + " → " +
                standing_text(pc.after, cli.language) + "\n";
    return text;
}

/// How far it is, on a line that is overwritten, for who sits at a terminal.
void show_progress(const Cli& cli, const PreviewProgress& progress) {
    if (::isatty(STDERR_FILENO) == 0 || progress.of == 0) return;
    std::cerr << '\r' << cli.say("Đã thử ", "Tried ") << progress.done << cli.say(" trên ", " of ") << progress.of
              << cli.say(" máy", " PCs") << std::flush;
}

void preview_at_cli(const Cli& cli, const PolicyChoice& choice) {
    sql::Database database = cli.open();
    const CurrentPolicy current{database};
    const PolicyInForce& in_force = current.get();
    const PolicyChange change = change_of(cli, current, choice);
    const ChangedPolicy changed =
        changed_policy(base_text(database, change, in_force.number), change, in_force.number + 1);
    const Scope scope =
        choice.unit.empty() ? Scope{} : Scope{Units{database}.and_below(Units{database}.find(choice.unit).id)};
    const OfficeView view{database};
    RunningPreview running{[&](PreviewProgress& progress) {
        return preview_policy(database, in_force, changed.policy, view.now, view.silent_after, scope,
                              std::thread::hardware_concurrency(), progress);
    }};
    bool shown = false;
    for (; !running.over(between_progress); shown = true) show_progress(cli, running.progress());
    if (shown && ::isatty(STDERR_FILENO) != 0) std::cerr << '\n';
    const PolicyPreview preview = running.take();
    cli.print(preview_json(preview), preview_text(cli, preview));
}

void publish_at_cli(const Cli& cli, const PolicyChoice& choice) {
    sql::Database database = cli.open();
    CurrentPolicy current{database};
    PolicyVersion version;
    version.number = current.get().number + 1;
    version.created_by = cli.by().actor;
    version.created_at = system_now();
    version.reason = choice.reason;
    version.rejudged = choice.rejudge_history;
    switch (publish(database, current, change_of(cli, current, choice), version)) {
        case Publishing::published:
            break;
        case Publishing::changed_meanwhile:
            throw StoreError(cli.say("Người khác vừa ban hành một phiên bản; xem `policy versions` rồi làm lại.",
                                     "Somebody else has published a version meanwhile; see `policy versions` and try "
                                     "again."));
        case Publishing::nothing_changed:
            throw StoreError(cli.say("Đó chính là chính sách đang áp dụng.", "This is the policy in force already."));
    }
    cli.print(version_json(version, version.number),
              cli.say("Đã ban hành chính sách ", "Published the policy ") + version.version +
                  cli.say(". Trung tâm đang chạy đánh giá lại các máy trong vài giây tới; nếu không chạy, khi khởi "
                          "động.\n",
                          ". A running centre judges the PCs again from the next seconds on, else when it starts.\n"));
}

void judge_history_at_cli(const Cli& cli) {
    sql::Database database = cli.open();
    DaysToJudge{database}.ask(system_now());
    cli.print({{"day", DaysToJudge{database}.next()}},
              cli.say("Trung tâm đang chạy sẽ tính lại các ngày đã qua, từ ngày ",
                      "The running centre judges the past days again, from this day back: ") +
                  DaysToJudge{database}.next() + cli.say(" trở về trước.\n", "\n"));
}

void add_change_options(CLI::App& verb, const Cli& cli, const std::shared_ptr<PolicyChoice>& choice) {
    verb.add_option("--set", choice->thresholds,
                    cli.say("Ngưỡng mới: max_password_age_days=60", "New threshold: max_password_age_days=60"));
    verb.add_option(
        "--severity", choice->severities,
        cli.say("Mức: password-age=grave|violation|advice", "Severity: password-age=grave|violation|advice"));
    verb.add_option("--disable", choice->disable, cli.say("Tắt quy định", "Switch rules off"));
    verb.add_option("--enable", choice->enable, cli.say("Bật lại quy định", "Switch rules on again"));
    verb.add_flag("--from-built-in", choice->from_built_in,
                  cli.say("Bắt đầu từ chính sách có sẵn của chương trình, không từ bản đang áp dụng",
                          "Start from the program's built-in policy, not from the one in force"));
}

}  // namespace

void add_policy_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<PolicyChoice>();
    CLI::App* policy = app.add_subcommand("policy", cli.say("Chính sách", "The policy"))->require_subcommand(1);
    CLI::App* show = policy->add_subcommand(
        "show", cli.say("Chính sách đang áp dụng, hoặc một phiên bản", "The policy in force, or one version"));
    show->add_option("number", choice->number, cli.say("Số phiên bản", "The version's number"));
    show->callback([&cli, choice] { cli.chosen = [&cli, choice] { show_policy(cli, choice->number); }; });
    policy->add_subcommand("versions", cli.say("Liệt kê phiên bản", "List versions"))->callback([&cli] {
        cli.chosen = [&cli] { list_policy_versions(cli); };
    });
    CLI::App* preview = policy->add_subcommand("preview", cli.say("Thử: thay đổi này làm máy nào thành không đạt",
                                                                  "Try: what a change would make of the PCs"));
    add_change_options(*preview, cli, choice);
    preview->add_option("--unit", choice->unit,
                        cli.say("Chỉ đơn vị này và cấp dưới", "This unit and those below only"));
    preview->callback([&cli, choice] { cli.chosen = [&cli, choice] { preview_at_cli(cli, *choice); }; });
    CLI::App* publish = policy->add_subcommand("publish", cli.say("Ban hành thay đổi", "Publish a change"));
    add_change_options(*publish, cli, choice);
    publish->add_option("--reason", choice->reason, cli.say("Lý do", "Reason"))->required();
    publish->add_flag("--rejudge-history", choice->rejudge_history,
                      cli.say("Tính lại cả các ngày đã qua", "Judge the past days again, too"));
    publish->callback([&cli, choice] { cli.chosen = [&cli, choice] { publish_at_cli(cli, *choice); }; });
    policy
        ->add_subcommand("judge-history", cli.say("Tính lại các ngày đã qua theo chính sách đang áp dụng",
                                                  "Judge the past days again with the policy in force"))
        ->callback([&cli] { cli.chosen = [&cli] { judge_history_at_cli(cli); }; });
}

}  // namespace wardwatch

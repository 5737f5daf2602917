// policy show|versions|preview|publish|judge-history.
#include <algorithm>
#include <charconv>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/policy_changes.h"
#include "reporting/central/judging/policy_preview.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/standing.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

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
    const PolicyInForce& in_force = cli.policy_of(database);
    if (number != 0) {
        const std::optional<std::string> text = Policies{database}.text(number);
        if (!text)
            throw StoreError(cli.say("Không có phiên bản số ", "There is no version ") + std::to_string(number) +
                             cli.say("; xem `policy versions`.", "; see `policy versions`."));
        const json policy = parse_own(*text);
        cli.print(policy, policy.dump(2) + "\n");
        return;
    }
    const json policy = policy_in_force_json(in_force);
    const char* language = cli.language == Language::vi ? "vi" : "en";
    std::string text = policy.at("title").at(language).get<std::string>() + ", " +
                       policy.at("version").get<std::string>() + " (" + std::to_string(in_force.number) + ")\n\n";
    std::vector<std::vector<std::string>> thresholds{{cli.say("Ngưỡng", "Threshold"), cli.say("Giá trị", "Value")}};
    for (const auto& [name, value] : policy.at("parameters").items()) thresholds.push_back({name, value.dump()});
    std::vector<std::vector<std::string>> rules{{cli.say("Mục", "Clause"), cli.say("Quy định", "Rule"),
                                                 cli.say("Mức", "Severity"), cli.say("Áp dụng", "In use")}};
    for (const json& rule : policy.at("rules"))
        rules.push_back({rule.at("clause").get<std::string>(), rule.at("id").get<std::string>(),
                         rule.at("severity").get<std::string>(),
                         rule.at("disabled").get<bool>() ? cli.say("không", "no") : cli.say("có", "yes")});
    cli.print(policy, text + table(thresholds, "", Heading::first_row) + "\n" + table(rules, "", Heading::first_row));
}

void list_policy_versions(const Cli& cli) {
    const sql::Database database = cli.open();
    const json list = versions_json(database, cli.policy_of(database));
    std::vector<std::vector<std::string>> rows{
        {cli.say("Số", "Number"), cli.say("Phiên bản", "Version"), cli.say("Lúc", "When"), cli.say("Ai", "Who"),
         cli.say("Đánh giá lại lịch sử", "History judged again"), cli.say("Lý do", "Reason")}};
    for (const json& version : list.at("versions")) {
        const json& when = version.at("created_at");
        rows.push_back(
            {version.at("number").dump(), version.at("policy_version").get<std::string>(),
             when.is_null() ? cli.say("có sẵn", "built in") : vietnam_time(parse_instant(when.get<std::string>())),
             version.at("created_by").get<std::string>(),
             version.at("rejudged").get<bool>() ? cli.say("có", "yes") : cli.say("không", "no"),
             version.at("reason").get<std::string>()});
    }
    const json& judging = list.at("judging");
    std::string text = table(rows, "", Heading::first_row) +
                       cli.say("Số máy còn phải đánh giá lại: ", "PCs still to be judged again: ") +
                       judging.at("devices").dump() + "\n";
    if (!judging.at("day").is_null())
        text += cli.say("Lịch sử: đang đánh giá lại ngày ", "History: judging the day ") +
                judging.at("day").get<std::string>() + "\n";
    cli.print(list, text);
}

/// "name=value" at the first "=".
std::pair<std::string, std::string> named_value(const Cli& cli, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        throw UsageError("\"" + text + "\": " + cli.say("viết dạng tên=giá trị.", "write name=value."));
    return {text.substr(0, equals), text.substr(equals + 1)};
}

PolicyChange change_of(const Cli& cli, const sql::Database& database, const PolicyChoice& choice) {
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
        for (const Rule& rule : cli.policy_of(database).policy.disabled) disabled.insert(rule.id);
    for (const std::string& rule : choice.enable) disabled.erase(rule);
    change.disabled = disabled;
    return change;
}

std::string preview_text(const Cli& cli, const json& preview) {
    const auto word = [&](Standing standing) { return standing_label(standing, cli.language); };
    const auto status = [&](const json& name) {
        return standing_text(standing_from(name.get<std::string>()), cli.language);
    };
    std::vector<std::vector<std::string>> rows{
        {"", word(Standing::pass), word(Standing::fail), word(Standing::unknown)}};
    for (const auto& [member, name] : {std::pair{"before", cli.say("Bây giờ", "Now")},
                                       std::pair{"after", cli.say("Theo chính sách mới", "With the change")}})
        rows.push_back({name, preview.at(member).at("pass").dump(), preview.at(member).at("fail").dump(),
                        preview.at(member).at("unknown").dump()});
    std::string text =
        table(rows, "", Heading::first_row) + cli.say("Số máy thành không đạt: ", "PCs that would newly fail: ") +
        preview.at("newly_failing").dump() + "\n" + cli.say("Số máy thành đạt: ", "PCs that would newly pass: ") +
        preview.at("newly_passing").dump() + "\n";
    for (const json& pc : preview.at("examples"))
        text += "  " + pc.at("host_name").get<std::string>() + " (" + pc.at("unit").get<std::string>() +
                "): " + status(pc.at("before")) + " → " + status(pc.at("after")) + "\n";
    return text;
}

void preview_at_cli(const Cli& cli, const PolicyChoice& choice) {
    sql::Database database = cli.open();
    const PolicyInForce& in_force = cli.policy_of(database);
    const PolicyChange change = change_of(cli, database, choice);
    const ChangedPolicy changed =
        changed_policy(base_text(database, change, in_force.number), change, in_force.number + 1);
    const Scope scope =
        choice.unit.empty() ? Scope{} : Scope{Units{database}.and_below(Units{database}.find(choice.unit).id)};
    const View view = cli.view(database);
    const json preview = preview_policy(database, in_force, changed.policy, view.now, view.silent_after, scope,
                                        std::thread::hardware_concurrency());
    cli.print(preview, preview_text(cli, preview));
}

void publish_at_cli(const Cli& cli, const PolicyChoice& choice) {
    sql::Database database = cli.open();
    PolicyVersion version;
    version.number = cli.policy_of(database).number + 1;
    version.created_by = cli.by().actor;
    version.created_at = system_now();
    version.reason = choice.reason;
    version.rejudged = choice.rejudge_history;
    switch (publish(database, *cli.policy, change_of(cli, database, choice), version)) {
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

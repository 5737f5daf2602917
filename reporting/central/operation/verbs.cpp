// Verbs for whoever runs the centre.
#include <fstream>

#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/simulated_store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/integration/digest.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/operation/backup.h"
#include "reporting/central/operation/doctor.h"
#include "reporting/central/operation/retention.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

void mark_as_simulated(const Cli& cli) {
    sql::Database database = cli.open();
    mark_simulated(database);
    cli.print({{"simulated", true}}, cli.say("Trung tâm này được đánh dấu là dữ liệu mô phỏng.\n",
                                             "This centre is marked as one of simulated data.\n"));
}

void date_back(const Cli& cli) {
    sql::Database database = cli.open();
    const DatedBack changed = date_back_simulated(database);
    // The running centre judges the days of the past anew.
    DaysToJudge{database}.ask(system_now());
    cli.print({{"devices", changed.devices}, {"reports", changed.reports}},
              cli.say("Máy mô phỏng: ", "Simulated PCs: ") + std::to_string(changed.devices) +
                  cli.say(", báo cáo: ", ", reports: ") + std::to_string(changed.reports) + "\n");
}

void check_config(const Cli& cli, const CentralConfig& config) {
    parse_endpoint(config.agents);
    parse_endpoint(config.people);
    if (config.smtp && !config.smtp->password_file.empty()) {
        if (!std::ifstream{config.smtp->password_file})
            throw ConfigError("smtp.password_file: " + config.smtp->password_file.string() + " cannot be read.");
    }
    const std::string file = config.file.string();
    cli.print({{"valid", true}, {"file", file}}, file.empty()
                                                     ? cli.say("Không có tệp cấu hình; dùng mặc định.\n",
                                                               "There is no configuration file; defaults are used.\n")
                                                     : file + cli.say(": đúng.\n", ": valid.\n"));
}

void show_config(const Cli& cli, const CentralConfig& config) {
    const json shown = config_json(config);
    cli.print(shown, shown.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

json backup_json(const BackupContents& contents, const std::filesystem::path& file) {
    return {{"file", file.string()},          {"made_at", format_instant(contents.made_at)},
            {"version", contents.version},    {"schema", contents.schema},
            {"bytes", contents.bytes},        {"files", contents.files},
            {"encrypted", contents.encrypted}};
}

/// What a restore needs beside the file, a line; empty: nothing.
std::string needed_text(const Cli& cli, const std::string& sealing_key) {
    if (sealing_key.empty()) return "";
    return cli.say("Khi khôi phục cần thêm khóa niêm phong có dấu vân tay ",
                   "A restored centre also needs the sealing key with the fingerprint ") +
           sealing_key +
           cli.say(" (thông tin xác thực của systemd trên máy cũ).\n", " (systemd's credential on the old machine).\n");
}

void back_up(const Cli& cli, const CentralConfig& config, const std::filesystem::path& file,
             const std::vector<std::string>& recipients) {
    const BackupContents contents = make_backup(cli.folder(), config.file, file, WARDWATCH_VERSION, system_now(),
                                                recipients.empty() ? config.backup_recipients : recipients);
    const std::string kept =
        contents.encrypted
            ? cli.say("Tệp đã được mã hóa: chỉ khóa riêng của người nhận mở được.\n",
                      "It is encrypted: the recipients' private keys alone open it.\n")
            : cli.say(
                  "Tệp chưa mã hóa mà chứa khóa của trung tâm: hãy dùng --recipient, hoặc tự mã hóa và cất ở máy "
                  "khác.\n",
                  "It is not encrypted and holds the centre's key: use --recipient, or encrypt it yourself and "
                  "keep it on another machine.\n");
    cli.print(backup_json(contents, file), cli.say("Đã sao lưu và kiểm tra: ", "Backed up and verified: ") +
                                               file.string() + " (" + std::to_string(contents.bytes >> 10) + " KiB)\n" +
                                               kept + needed_text(cli, contents.needs_sealing_key));
}

void verify(const Cli& cli, const std::filesystem::path& file, const std::filesystem::path& identity) {
    const BackupContents contents = verify_backup(file, identity);
    cli.print(backup_json(contents, file), file.string() + cli.say(": dùng được, lập lúc ", ": sound, made ") +
                                               vietnam_time(contents.made_at) + "\n" +
                                               needed_text(cli, contents.needs_sealing_key));
}

void restore(const Cli& cli, const std::filesystem::path& file, bool replace, const std::filesystem::path& identity) {
    const Restored done = restore_backup(cli.folder(), file, replace, system_now(), identity);
    json machine = {{"restored", true}, {"data", cli.data.string()}};
    std::string human = cli.say("Đã khôi phục vào ", "Restored into ") + cli.data.string() + "\n";
    if (done.aside) {
        machine["aside"] = done.aside->string();
        human += cli.say("Dữ liệu trước đó: ", "What was there before: ") + done.aside->string() + "\n";
    }
    if (!done.schema.empty()) {
        machine["schema_aside"] = done.schema;
        human += cli.say("Trên máy chủ, dữ liệu trước đó nằm trong schema ", "On the server, in the schema ") +
                 done.schema + "\n";
    }
    if (!done.needs_sealing_key.empty()) machine["needs_sealing_key"] = done.needs_sealing_key;
    cli.print(machine, human + needed_text(cli, done.needs_sealing_key));
}

json forgotten_json(const Forgotten& forgotten) {
    return {{"reports", forgotten.reports},
            {"verdict_changes", forgotten.verdict_changes},
            {"dead_letters", forgotten.dead_letters},
            {"revoked_notes", forgotten.revoked_notes},
            {"revoked_devices", forgotten.revoked_devices},
            {"web_accounts", forgotten.web_accounts}};
}

void show_retention(const Cli& cli, const CentralConfig& config) {
    sql::Database database = cli.open();
    const RetentionRules& rules = config.retention;
    const Forgotten due = apply_retention(database, rules, system_now(), true);
    const auto kept = [&](const std::optional<std::chrono::days>& days) {
        return days ? std::to_string(days->count()) + cli.say(" ngày", " days") : cli.say("mãi mãi", "for ever");
    };
    const std::vector<std::vector<std::string>> rows{
        {cli.say("Dữ liệu", "Data"), cli.say("Giữ", "Kept"), cli.say("Sẽ xóa", "To be removed")},
        {cli.say("Mọi báo cáo", "All reports"), kept(rules.all_reports), std::to_string(due.reports)},
        {cli.say("Mỗi ngày một báo cáo", "A report a day"), kept(rules.daily_reports), ""},
        {cli.say("Mỗi tháng một báo cáo", "A report a month"), kept(rules.monthly_reports), ""},
        {cli.say("Thay đổi kết quả", "Changes of verdicts"), kept(rules.verdict_changes),
         std::to_string(due.verdict_changes)},
        {cli.say("Tin không gửi được", "Dead letters"), kept(rules.dead_letters), std::to_string(due.dead_letters)},
        {cli.say("Thẻ và ghi chú của máy đã thu hồi", "Cards and notes of revoked PCs"), kept(rules.revoked_notes),
         std::to_string(due.revoked_notes)},
        {cli.say("Máy đã thu hồi", "Revoked PCs"), kept(rules.revoked_devices), std::to_string(due.revoked_devices)},
        {cli.say("Tài khoản web đã hết", "Web accounts that are gone"), kept(rules.gone_web_accounts),
         std::to_string(due.web_accounts)},
        {cli.say("Lệnh đã xong", "Commands that ended"), "90" + cli.say(" ngày", " days"), ""},
        {cli.say("Nhật ký kiểm toán", "Audit log"), cli.say("mãi mãi", "for ever"), ""}};
    cli.print({{"rules", retention_json(rules)}, {"due", forgotten_json(due)}}, table(rows, "", Heading::first_row));
}

void run_retention(const Cli& cli, const CentralConfig& config) {
    sql::Database database = cli.open();
    const Forgotten gone = apply_retention(database, config.retention, system_now());
    cli.print(forgotten_json(gone),
              cli.say("Đã xóa: báo cáo ", "Removed: reports ") + std::to_string(gone.reports) +
                  cli.say(", thay đổi kết quả ", ", changes of verdicts ") + std::to_string(gone.verdict_changes) +
                  cli.say(", tin không gửi được ", ", dead letters ") + std::to_string(gone.dead_letters) +
                  cli.say(", thẻ và ghi chú ", ", cards and notes ") + std::to_string(gone.revoked_notes) +
                  cli.say(", máy đã thu hồi ", ", revoked PCs ") + std::to_string(gone.revoked_devices) +
                  cli.say(", tài khoản web ", ", web accounts ") + std::to_string(gone.web_accounts) + "\n");
}

void send_digests_now(const Cli& cli, const CentralConfig& config) {
    if (!config.smtp || config.digests.empty())
        throw UsageError(
            cli.say("Cấu hình chưa có \"smtp\" và \"digests\".", "The configuration has no \"smtp\" and \"digests\"."));
    sql::Database database = cli.open();
    const Integrations table{database};
    for (const DigestOptions& digest : config.digests) {
        send_mail(*config.smtp,
                  compose_digest(OfficeView{database}, table, digest, newest_digest_period(digest, system_now())));
    }
    cli.print({{"sent", config.digests.size()}},
              cli.say("Đã gửi: ", "Sent: ") + std::to_string(config.digests.size()) + "\n");
}

void see_doctor(Cli& cli, const CentralConfig& config) {
    const std::vector<Finding> findings = examine(config, cli.folder(), system_now());
    json list = json::array();
    std::string human;
    for (const Finding& finding : findings) {
        const char* word = finding.health == Health::ok        ? "ok"
                           : finding.health == Health::warning ? "warning"
                                                               : "problem";
        const auto in = [&](const Text& text) { return cli.language == Language::vi ? text.vi : text.en; };
        list.push_back(
            {{"check", finding.check}, {"health", word}, {"found", in(finding.found)}, {"advice", in(finding.advice)}});
        const std::string mark = finding.health == Health::ok        ? cli.say("tốt      ", "OK       ")
                                 : finding.health == Health::warning ? cli.say("cảnh báo ", "warning  ")
                                                                     : cli.say("hỏng     ", "PROBLEM  ");
        human += mark + finding.check + ": " + in(finding.found) + "\n";
        if (!in(finding.advice).empty()) human += "         → " + in(finding.advice) + "\n";
    }
    if (!all_well(findings)) cli.exit_code = 1;
    cli.print({{"well", all_well(findings)}, {"findings", std::move(list)}}, human);
}

}  // namespace

void add_operation_verbs(CLI::App& app, Cli& cli, const CentralConfig& config) {
    struct Options {
        std::filesystem::path file;
        bool replace = false;
        std::vector<std::string> recipients;
        std::filesystem::path identity;
    };
    const auto options = std::make_shared<Options>();
    const std::string identity = cli.say("Tệp khóa riêng (age) để mở bản sao lưu đã mã hóa",
                                         "File with the private key (age) that opens an encrypted backup");
    const std::string file = cli.say("Tệp sao lưu", "The backup's file");
    const auto choose = [&cli](CLI::App* verb, const std::function<void()>& run) {
        verb->callback([&cli, run] { cli.chosen = run; });
    };
    CLI::App* config_verb = app.add_subcommand("config", cli.say("Tệp cấu hình", "The configuration file"));
    config_verb->require_subcommand(1);
    choose(config_verb->add_subcommand("check", cli.say("Kiểm tra", "Check it")),
           [&cli, &config] { check_config(cli, config); });
    choose(config_verb->add_subcommand("show", cli.say("In cấu hình có hiệu lực", "Print what is in force")),
           [&cli, &config] { show_config(cli, config); });
    CLI::App* backup = app.add_subcommand(
        "backup", cli.say("Sao lưu trung tâm, kể cả khi đang chạy", "Back the centre up, also while it runs"));
    backup->add_option("file", options->file, file)->required();
    const auto only_verify = std::make_shared<bool>(false);
    backup->add_flag("--verify", *only_verify,
                     cli.say("Chỉ kiểm tra bản sao lưu đã có", "Only check a backup that is there"));
    backup->add_option("--recipient", options->recipients,
                       cli.say("Khóa công khai (age1… hoặc khóa SSH) của người được mở bản sao lưu; lặp lại được",
                               "Public key (age1… or an SSH key) of who may open the backup; may be repeated"));
    backup->add_option("--identity", options->identity, identity);
    choose(backup, [&cli, &config, options, only_verify] {
        if (*only_verify) {
            verify(cli, options->file, options->identity);
        } else {
            back_up(cli, config, options->file, options->recipients);
        }
    });
    CLI::App* restored = app.add_subcommand("restore", cli.say("Khôi phục từ bản sao lưu, khi trung tâm đã dừng",
                                                               "Restore a backup, while the centre does not run"));
    restored->add_option("file", options->file, file)->required();
    restored->add_flag("--replace", options->replace,
                       cli.say("Cất dữ liệu đang có sang một bên", "Put aside the data that is there"));
    restored->add_option("--identity", options->identity, identity);
    choose(restored, [&cli, options] { restore(cli, options->file, options->replace, options->identity); });
    CLI::App* retention = app.add_subcommand("retention", cli.say("Thời hạn lưu dữ liệu", "How long data is kept"));
    retention->require_subcommand(1);
    choose(retention->add_subcommand("show", cli.say("Quy tắc và những gì sẽ bị xóa", "Rules and what they let go")),
           [&cli, &config] { show_retention(cli, config); });
    choose(retention->add_subcommand("run", cli.say("Xóa ngay theo quy tắc", "Remove now what they let go")),
           [&cli, &config] { run_retention(cli, config); });
    const auto asked = std::make_shared<bool>(false);
    CLI::App* digest = app.add_subcommand("digest", cli.say("Bản tin qua thư điện tử", "News by mail"));
    digest->add_flag("--now", *asked, cli.say("Gửi ngay bản tin của kỳ gần nhất", "Send that of the last period now"))
        ->required();
    choose(digest, [&cli, &config, asked] { send_digests_now(cli, config); });
    choose(app.add_subcommand("doctor", cli.say("Kiểm tra mọi thứ mà trung tâm cần", "Check all that a centre needs")),
           [&cli, &config] { see_doctor(cli, config); });
}

void add_simulated_verbs(CLI::App& app, Cli& cli) {
    CLI::App* simulated =
        app.add_subcommand("simulated", cli.say("Dữ liệu mô phỏng để trình diễn", "Simulated data, for demonstrations"))
            ->require_subcommand(1);
    simulated
        ->add_subcommand("mark", cli.say("Đánh dấu trung tâm này chỉ có dữ liệu mô phỏng",
                                         "Mark this centre as one of simulated data"))
        ->callback([&cli] { cli.chosen = [&cli] { mark_as_simulated(cli); }; });
    simulated
        ->add_subcommand("date-back", cli.say("Cho báo cáo mô phỏng lùi về ngày chúng được lập",
                                              "Let simulated reports lie in the past in which they were taken"))
        ->callback([&cli] { cli.chosen = [&cli] { date_back(cli); }; });
}

}  // namespace wardwatch

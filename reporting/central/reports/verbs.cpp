// report write|schedule|schedules|send|unschedule: exports at the command line, and what is sent each month.
#include "reporting/central/cli/cli.h"
#include "reporting/central/cli/files.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/reports/schedules.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

struct ReportChoice {
    std::string file;
    std::string unit;
    std::string from;
    std::string to;
    ReportPageWords words;
    std::vector<std::string> recipients;
    std::vector<std::string> attachments{"html", "xlsx"};
    std::int64_t day = 1;
    std::int64_t id = 0;
    bool now = false;
};

std::string checked_day(const Cli& cli, const std::string& day, const std::string& otherwise) {
    if (day.empty()) return otherwise;
    if (!is_day(day)) throw UsageError(cli.say("Hãy ghi ngày như 2026-11-22: ", "Write a day like 2026-11-22: ") + day);
    return day;
}

void write_report(const Cli& cli, const ReportChoice& choice) {
    sql::Database database = cli.open();
    const OfficeView view{database};
    const std::string today = office_day(view.now);
    Period period;
    period.to = std::min(checked_day(cli, choice.to, today), today);
    period.from = checked_day(cli, choice.from, period.to.substr(0, 8) + "01");
    if (period.from > period.to)
        throw UsageError(cli.say("--from phải trước --to và không ở tương lai.",
                                 "--from must not be after --to, nor in the future."));
    std::optional<std::int64_t> unit;
    if (!choice.unit.empty()) unit = Units{database}.find(choice.unit).id;
    const ComplianceReport report = compliance_report(view, unit, period, cli.language);
    if (choice.file.ends_with(".xlsx")) {
        write_file(cli, choice.file, compliance_xlsx(report));
    } else if (choice.file.ends_with(".csv")) {
        write_file(cli, choice.file, compliance_csv(report));
    } else if (choice.file.ends_with(".html")) {
        write_file(cli, choice.file, report_page(report, choice.words));
    } else {
        throw UsageError(cli.say("Tên tệp phải kết thúc bằng .html, .xlsx hoặc .csv.",
                                 "The file's name must end in .html, .xlsx or .csv."));
    }
}

void list_schedules(const Cli& cli, const ReportChoice&) {
    sql::Database database = cli.open();
    const std::vector<ShownSchedule> schedules = shown_schedules(database, ReportSchedules{database}.all());
    std::vector<std::vector<std::string>> rows{{cli.say("Số", "Id"), cli.say("Đơn vị", "Unit"), cli.say("Ngày", "Day"),
                                                cli.say("Người nhận", "Recipients"), cli.say("Tệp kèm", "Attached"),
                                                cli.say("Đã gửi tháng", "Sent for"), cli.say("Lỗi", "Problem")}};
    const auto words = [](const std::vector<std::string>& texts) {
        std::string all;
        for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
        return all;
    };
    for (const auto& [schedule, unit] : schedules)
        rows.push_back({std::to_string(schedule.id), unit.value_or(cli.say("tất cả", "all")),
                        std::to_string(schedule.day_of_month), words(schedule.recipients), words(schedule.attachments),
                        schedule.sent_for, schedule.problem});
    cli.print(schedules_json(schedules), rows.size() == 1 ? cli.say("Chưa có lịch gửi nào: `report schedule`.\n",
                                                                    "Nothing is scheduled yet: `report schedule`.\n")
                                                          : table(rows, "", Heading::first_row));
}

void add_schedule_verb(const Cli& cli, const ReportChoice& choice) {
    sql::Database database = cli.open();
    ReportSchedule schedule;
    if (!choice.unit.empty()) schedule.unit_id = Units{database}.find(choice.unit).id;
    schedule.recipients = choice.recipients;
    schedule.attachments = choice.attachments;
    schedule.day_of_month = choice.day;
    schedule.language = cli.language;
    schedule.created_by = cli.by().actor;
    const std::int64_t id = ReportSchedules{database}.add(schedule, cli.by().at);
    cli.print({{"id", id}}, cli.say("Đã đặt lịch gửi số ", "Scheduled, number ") + std::to_string(id) + "\n");
}

void remove_schedule_verb(const Cli& cli, const ReportChoice& choice) {
    sql::Database database = cli.open();
    if (!ReportSchedules{database}.remove(choice.id))
        throw StoreError(cli.say("Không có lịch gửi này; `report schedules` cho xem tất cả.",
                                 "There is no such schedule; `report schedules` shows all."));
    cli.print({{"removed", choice.id}}, cli.say("Đã bỏ lịch gửi.\n", "Removed.\n"));
}

void send_reports_now(const Cli& cli, const std::optional<SmtpOptions>& smtp, const ReportChoice& choice) {
    if (!choice.now)
        throw UsageError(cli.say("Trung tâm tự gửi khi đến ngày; --now để gửi ngay báo cáo tháng trước theo mọi lịch.",
                                 "The centre sends by itself when the day has come; --now sends last month's report of "
                                 "every schedule at once."));
    if (!smtp) throw UsageError(cli.say("Cấu hình chưa có \"smtp\".", "The configuration has no \"smtp\"."));
    sql::Database database = cli.open();
    std::string problems;
    const std::size_t sent = send_reports(
        OfficeView{database}, database, true, [&](const Mail& mail) { send_mail(*smtp, mail); },
        [&](std::int64_t schedule, const std::string& why) {
            problems += "\n  " + std::to_string(schedule) + ": " + printable(why);
        });
    if (!problems.empty()) throw StoreError(cli.say("Không gửi được theo lịch:", "Not sent, by schedule:") + problems);
    cli.print({{"sent", sent}}, cli.say("Đã gửi: ", "Sent: ") + std::to_string(sent) + "\n");
}

}  // namespace

void add_report_verbs(CLI::App& app, Cli& cli, const std::optional<SmtpOptions>& smtp) {
    const auto choice = std::make_shared<ReportChoice>();
    CLI::App* report = app.add_subcommand("report", cli.say("Báo cáo tuân thủ", "Reports on compliance"));
    report->require_subcommand(1);
    const auto verb = [&](const char* name, const std::string& help,
                          const std::function<void(const Cli&, const ReportChoice&)>& act) {
        CLI::App* added = report->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    const std::string which = cli.say("Đơn vị cùng cấp dưới; không nêu thì tất cả", "Unit with all below it; else all");
    CLI::App* write = verb("write", cli.say("Ghi báo cáo ra tệp", "Write a report to a file"), write_report);
    write
        ->add_option("file", choice->file,
                     cli.say("Tệp .html (để in), .xlsx hoặc .csv", "A file .html (to print), .xlsx or .csv"))
        ->required();
    write->add_option("--unit", choice->unit, which);
    write->add_option("--from", choice->from, cli.say("Từ ngày, như 2026-11-01", "First day, like 2026-11-01"));
    write->add_option("--to", choice->to, cli.say("Đến ngày", "Last day"));
    write->add_option("--superior", choice->words.superior, cli.say("Cơ quan chủ quản", "The body above"));
    write->add_option("--issuer", choice->words.issuer, cli.say("Cơ quan ban hành", "The body that reports"));
    write->add_option("--number", choice->words.number, cli.say("Số báo cáo", "The report's number"));
    write->add_option("--place", choice->words.place, cli.say("Địa danh", "The place"));
    write->add_option("--title", choice->words.title, cli.say("Chức vụ người ký", "The signer's position"));
    write->add_option("--signer", choice->words.signer, cli.say("Họ tên người ký", "The signer's name"));
    write->add_option("--recipient", choice->words.recipients,
                      cli.say("Nơi nhận (lặp lại được)", "Recipient (repeatable)"));

    CLI::App* add = verb(
        "schedule",
        cli.say("Gửi báo cáo tháng trước qua thư điện tử hằng tháng", "Send last month's report by e-mail each month"),
        add_schedule_verb);
    add->add_option("--to", choice->recipients, cli.say("Địa chỉ người nhận (lặp lại được)", "Address (repeatable)"))
        ->required();
    add->add_option("--unit", choice->unit, which);
    add->add_option("--day", choice->day, cli.say("Ngày trong tháng", "Day of the month"))
        ->capture_default_str()
        ->check(CLI::Range(1, 28));
    add->add_option("--attach", choice->attachments, cli.say("Tệp kèm: html, xlsx, csv", "Attached: html, xlsx, csv"))
        ->check(CLI::IsMember({"html", "xlsx", "csv"}));
    verb("schedules", cli.say("Các lịch gửi", "What is sent each month"), list_schedules);
    CLI::App* send = verb("send", cli.say("Gửi báo cáo theo lịch", "Send what is scheduled"),
                          [&smtp](const Cli& used, const ReportChoice& said) { send_reports_now(used, smtp, said); });
    send->add_flag("--now", choice->now, cli.say("Ngay bây giờ, dù đã gửi hay chưa", "At once, whatever was sent"));
    CLI::App* remove = verb("unschedule", cli.say("Bỏ một lịch gửi", "Send it no longer"), remove_schedule_verb);
    remove->add_option("id", choice->id, cli.say("Số", "Id"))->required();
}

}  // namespace wardwatch

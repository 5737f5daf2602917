// register list|add|import|export and licence list|import|missing.
#include <fstream>

#include "reporting/central/cli/cli.h"
#include "reporting/central/cli/files.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/registers/licence_json.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/registers_json.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

struct RegisterChoice {
    std::string system;
    std::string host;
    std::string unit;
    std::string file;
    std::string problem;
    std::string revocation;
    bool dry_run = false;
};

[[noreturn]] void refuse_import(const Cli& cli, const std::vector<CsvProblem>& problems) {
    constexpr std::size_t shown = 50;
    std::string message = cli.say("Không nhập gì cả. Hãy sửa:", "Nothing was imported. Mend these:");
    for (std::size_t i = 0; i < std::min(shown, problems.size()); ++i) {
        const CsvProblem& problem = problems[i];
        message += "\n  " + cli.say("dòng ", "line ") + std::to_string(problem.line);
        if (!problem.column.empty()) message += cli.say(", cột \"", ", column \"") + printable(problem.column) + "\"";
        message += ": " + printable(problem.reason.in(cli.language));
    }
    if (problems.size() > shown)
        message += "\n  … " + std::to_string(problems.size()) + cli.say(" lỗi tất cả", " mistakes in all");
    throw StoreError(message);
}

void tell_import(const Cli& cli, const RegisterChoice& choice, std::size_t lines, const ImportCounts& counts,
                 bool whole_list) {
    const auto part = [](std::int64_t count, const std::string& words) { return std::to_string(count) + " " + words; };
    std::string text = choice.dry_run ? cli.say("Sẽ nhập: ", "Would import: ") : cli.say("Đã nhập: ", "Imported: ");
    text += part(counts.added, cli.say("mới", "new")) + ", " + part(counts.changed, cli.say("thay đổi", "changed")) +
            ", " + part(counts.unchanged, cli.say("như cũ", "as before"));
    if (whole_list) text += ", " + part(counts.gone, cli.say("không còn trong danh sách", "no longer in the list"));
    text += ".\n";
    for (const std::string& name : counts.gone_names) text += "  - " + printable(name) + "\n";
    cli.print(import_json(choice.dry_run, lines, counts, {}), text);
}

void list_systems(const Cli& cli, const RegisterChoice&) {
    sql::Database database = cli.open();
    const OfficeView view{database};
    const std::vector<ShownSystem> systems = shown_systems(view, WebRegister{database});
    std::vector<std::vector<std::string>> rows{
        {cli.say("Số", "Id"), cli.say("Hệ thống", "System"), cli.say("Tài khoản", "Accounts"),
         cli.say("Quá hạn", "Overdue"), cli.say("Chưa đổi", "Never changed"), cli.say("Không dùng", "Unused"),
         cli.say("Không rõ ngày", "Date unknown"), cli.say("Nhập lúc", "Imported")}};
    for (const auto& [system, owner_unit, counts] : systems) {
        std::vector<std::string> row{std::to_string(system.id), system.name};
        for (const char* count : {"accounts", "overdue", "never_changed", "unused", "unknown_date"})
            row.push_back(std::to_string(counts.find(count)->second));
        row.push_back(system.imported_at ? format_instant(*system.imported_at) : "–");
        rows.push_back(std::move(row));
    }
    cli.print(web_systems_json(systems, account_limits(view)),
              rows.size() == 1 ? cli.say("Chưa có hệ thống nào: `register add TÊN`.\n",
                                         "There is no system yet: `register add NAME`.\n")
                               : table(rows, "", Heading::first_row));
}

void add_system(const Cli& cli, const RegisterChoice& choice) {
    sql::Database database = cli.open();
    WebSystem system;
    system.name = choice.system;
    system.host = choice.host;
    if (!choice.unit.empty()) system.owner_unit_id = Units{database}.find(choice.unit).id;
    const std::int64_t id = WebRegister{database}.add_system(system, cli.by().at);
    cli.print({{"id", id}, {"name", system.name}},
              cli.say("Đã thêm hệ thống số ", "Added system ") + std::to_string(id) + "\n");
}

void import_register(const Cli& cli, const RegisterChoice& choice) {
    sql::Database database = cli.open();
    WebRegister registered{database};
    const WebSystem system = registered.find_system(choice.system);
    const ChangedBy by = cli.by();
    const WebAccountImport import = read_web_accounts(read_import_file(cli, choice.file), Units{database}.all(),
                                                      system.owner_unit_id, office_day(by.at));
    if (!import.problems.empty()) refuse_import(cli, import.problems);
    tell_import(cli, choice, import.lines.size(), registered.import(system.id, import.lines, by, choice.dry_run), true);
}

void export_register(const Cli& cli, const RegisterChoice& choice) {
    sql::Database database = cli.open();
    const WebRegister registered{database};
    const OfficeView view{database};
    AccountFilter filter;
    if (!choice.system.empty()) filter.system_id = registered.find_system(choice.system).id;
    if (!choice.unit.empty()) filter.units = units_shown(view, Units{database}.find(choice.unit).id);
    filter.problem = choice.problem;
    filter.revocation = choice.revocation;
    write_file(cli, choice.file, web_accounts_csv(view, registered, filter, cli.language));
}

void list_licences(const Cli& cli, const RegisterChoice&) {
    sql::Database database = cli.open();
    const std::vector<LicenceUse> uses = licence_uses(OfficeView{database});
    std::vector<std::vector<std::string>> rows{{cli.say("Sản phẩm", "Product"), cli.say("Số hợp đồng", "Key reference"),
                                                cli.say("Đơn vị", "Unit"), cli.say("Số lượng", "Seats"),
                                                cli.say("Máy dùng", "PCs"), cli.say("Hết hạn", "Ends on"),
                                                cli.say("Còn (ngày)", "Days left")}};
    for (const LicenceUse& use : uses)
        rows.push_back({use.licence.product, use.licence.key_reference, use.unit.empty() ? "–" : use.unit,
                        std::to_string(use.licence.seats), std::to_string(use.devices_using), use.licence.expires_on,
                        std::to_string(use.days_left)});
    cli.print(licences_json(uses), rows.size() == 1 ? cli.say("Chưa có bản quyền nào: `licence import TỆP`.\n",
                                                              "There is no licence yet: `licence import FILE`.\n")
                                                    : table(rows, "", Heading::first_row));
}

void import_licence_file(const Cli& cli, const RegisterChoice& choice) {
    sql::Database database = cli.open();
    const LicenceImport import = read_licences(read_import_file(cli, choice.file), Units{database}.all());
    if (!import.problems.empty()) refuse_import(cli, import.problems);
    tell_import(cli, choice, import.lines.size(), Licences{database}.import(import.lines, choice.dry_run), false);
}

void list_without_date(const Cli& cli, const RegisterChoice&) {
    sql::Database database = cli.open();
    const OfficeView view{database};
    constexpr std::int64_t all = 1'000'000;
    const UndatedProducts found = products_without_date(view, 0, all);
    std::vector<std::vector<std::string>> rows{{cli.say("Máy", "PC"), cli.say("Đơn vị", "Unit"),
                                                cli.say("Sản phẩm", "Product"),
                                                cli.say("Bản quyền đến", "Licence until")}};
    for (const UndatedProduct& one : found.page)
        rows.push_back({one.on.host_name, one.unit, one.on.product.name,
                        one.licence ? one.licence->expires_on : cli.say("không có trong sổ", "none in the register")});
    cli.print(undated_products_json(view, found, 0, all), rows.size() == 1
                                                              ? cli.say("Không có máy nào.\n", "There is none.\n")
                                                              : table(rows, "", Heading::first_row));
}

}  // namespace

void add_register_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<RegisterChoice>();
    const auto verb = [&](CLI::App* group, const char* name, const std::string& help,
                          void (*act)(const Cli&, const RegisterChoice&)) {
        CLI::App* added = group->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    const std::string which = cli.say("Hệ thống: số hoặc tên", "System: number or name");
    const std::string csv = cli.say("Tệp CSV, UTF-8", "CSV in UTF-8");
    const std::string dry_run = cli.say("Chỉ kiểm tra, không ghi", "Only check, store nothing");
    CLI::App* systems = app.add_subcommand(
        "register", cli.say("Sổ tài khoản các hệ thống web", "The register of web systems' accounts"));
    systems->require_subcommand(1);
    verb(systems, "list", cli.say("Các hệ thống và số liệu", "The systems and their figures"), list_systems);
    CLI::App* add = verb(systems, "add", cli.say("Thêm hệ thống", "Add a system"), add_system);
    add->add_option("name", choice->system, cli.say("Tên", "Name"))->required();
    add->add_option("--host", choice->host, cli.say("Tên miền", "Host name"));
    add->add_option("--unit", choice->unit,
                    cli.say("Đơn vị của tài khoản không ghi đơn vị", "The unit of accounts that name none"));
    CLI::App* in =
        verb(systems, "import", cli.say("Nhập toàn bộ danh sách của một hệ thống", "Import a system's whole list"),
             import_register);
    in->add_option("system", choice->system, which)->required();
    in->add_option("file", choice->file, csv)->required();
    in->add_flag("--dry-run", choice->dry_run, dry_run);
    CLI::App* out =
        verb(systems, "export", cli.say("Xuất danh sách để bàn giao", "Write the list to hand back"), export_register);
    out->add_option("file", choice->file, cli.say("Tệp; không nêu thì in ra", "The file; without it, it is printed"));
    out->add_option("--system", choice->system, which);
    out->add_option("--unit", choice->unit, cli.say("Đơn vị cùng cấp dưới", "Unit, with all below it"));
    out->add_option("--problem", choice->problem)
        ->check(CLI::IsMember({"overdue", "never_changed", "unused", "unknown_date"}));
    out->add_option("--revocation", choice->revocation)
        ->check(CLI::IsMember({"none", "requested", "handed_back", "revoked", "kept"}));

    CLI::App* licence = app.add_subcommand(
        "licence", cli.say("Sổ bản quyền phần mềm diệt virus", "The register of antivirus licences"));
    licence->require_subcommand(1);
    verb(licence, "list", cli.say("Các bản quyền", "The licences"), list_licences);
    CLI::App* licences_in =
        verb(licence, "import", cli.say("Thêm và sửa từ CSV", "Add and change from CSV"), import_licence_file);
    licences_in->add_option("file", choice->file, csv)->required();
    licences_in->add_flag("--dry-run", choice->dry_run, dry_run);
    verb(licence, "without-date", cli.say("Máy có phần mềm không lưu ngày hết hạn", "PCs whose product stores no date"),
         list_without_date);
}

}  // namespace wardwatch

// device export|erase, person export|erase.
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "reporting/central/cli/cli.h"
#include "reporting/central/cli/files.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/privacy/json.h"
#include "reporting/central/privacy/user_data_store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct PrivacyChoice {
    std::string pc;
    std::vector<std::string> names;
    std::string file;
    std::string name;
};

void export_device_verb(const Cli& cli, const PrivacyChoice& choice) {
    const sql::Database database = cli.open();
    const std::string device_id = find_named(Devices{database}.all(), choice.pc).device_id;
    std::ofstream file;
    if (!choice.file.empty()) {
        file.open(choice.file, std::ios::binary | std::ios::trunc);
        if (!file) throw StoreError(choice.file + cli.say(": không ghi được.", ": cannot be written."));
    }
    std::ostream& out = choice.file.empty() ? std::cout : file;
    export_device(database, device_id, std::numeric_limits<std::int64_t>::max(),
                  [&](const std::string& text) { out << text; });
    out.flush();
    if (!out) throw StoreError(choice.file + cli.say(": ghi không hết.", ": could not be written whole."));
    if (!choice.file.empty())
        cli.print({{"file", choice.file}, {"device_id", device_id}},
                  cli.say("Đã ghi: ", "Written: ") + choice.file + "\n");
}

std::string count_line(const Cli& cli, const char* vi, const char* en, std::int64_t count) {
    return cli.say(vi, en) + std::string{": "} + std::to_string(count) + "\n";
}

void erase_device_verb(const Cli& cli, const PrivacyChoice& choice) {
    sql::Database database = cli.open();
    const std::string device_id = find_named(Devices{database}.all(), choice.pc).device_id;
    const ErasedDevice erased = erase_device(database, device_id);
    json machine = erased_json(erased);
    machine["device_id"] = device_id;
    cli.print(machine, cli.say("Đã xóa máy ", "Erased PC ") + device_id + "\n" +
                           count_line(cli, "Báo cáo", "Reports", erased.reports) +
                           count_line(cli, "Thay đổi kết quả", "Changes of verdicts", erased.verdict_changes) +
                           count_line(cli, "Thẻ và ghi chú", "Card and notes", erased.notes) +
                           cli.say("Bản sao lưu vẫn còn dữ liệu của máy này đến khi bị thay.\n",
                                   "Backups hold its data until they are replaced.\n"));
}

void erase_user_verb(const Cli& cli, const PrivacyChoice& choice) {
    sql::Database database = cli.open();
    erase_user(database, choice.name);
    cli.print({{"erased", choice.name}}, cli.say("Đã xóa người dùng ", "Erased user ") + choice.name + "\n");
}

void export_person_verb(const Cli& cli, const PrivacyChoice& choice) {
    const sql::Database database = cli.open();
    const json found = PersonData{database}.found(PersonNames{choice.names});
    write_file(cli, choice.file, found.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

std::string left_text(const Cli& cli, const PersonData::Left& left) {
    const std::string place = left.name + (left.device_id.empty() ? "" : " (" + left.device_id + ")");
    if (left.kind == "newest_report")
        return cli.say("Máy còn tài khoản này: xóa tài khoản trên máy rồi quét lại, hoặc thu hồi và xóa máy: ",
                       "The account is on this PC: delete it there and scan, or revoke and erase the PC: ") +
               place;
    if (left.kind == "waiver") return cli.say("Miễn trừ còn hiệu lực, số ", "A waiver is in force, number ") + place;
    if (left.kind == "note")
        return cli.say("Ghi chú có nhắc tên, hãy tự xem, số ", "A note holds a name, look at it, number ") + place;
    if (left.kind == "web_account")
        return cli.say("Tài khoản còn trong danh sách của hệ thống ", "An account is still in the list of ") + place;
    return cli.say("Người dùng của trung tâm: ", "A user of the centre: ") + place;
}

void erase_person_verb(const Cli& cli, const PrivacyChoice& choice) {
    sql::Database database = cli.open();
    const PersonData::Erased erased = PersonData{database}.erase(PersonNames{choice.names}, cli.by());
    std::string human =
        count_line(cli, "Báo cáo đã bỏ dữ kiện của người này", "Reports without their facts now", erased.reports) +
        count_line(cli, "Thay đổi kết quả", "Changes of verdicts", erased.verdict_changes) +
        count_line(cli, "Miễn trừ đã hết", "Waivers that ended", erased.waivers) +
        count_line(cli, "Thẻ máy", "Cards of PCs", erased.cards) +
        count_line(cli, "Tài khoản web đã hết", "Web accounts that were gone", erased.web_accounts);
    if (!erased.left.empty()) human += cli.say("Chưa xóa được:\n", "Not erased:\n");
    for (const PersonData::Left& left : erased.left) human += "  " + printable(left_text(cli, left)) + "\n";
    cli.print(erased_json(erased), human + cli.say("Bản sao lưu và nhật ký kiểm toán không đổi.\n",
                                                   "Backups and the audit log are as they were.\n"));
}

}  // namespace

void add_privacy_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<PrivacyChoice>();
    const auto verb = [&cli, choice](CLI::App* parent, const char* name, const std::string& help,
                                     void (*run)(const Cli&, const PrivacyChoice&)) {
        CLI::App* made = parent->add_subcommand(name, help);
        made->callback([&cli, choice, run] { cli.chosen = [&cli, choice, run] { run(cli, *choice); }; });
        return made;
    };
    const std::string file = cli.say("Tệp; không nêu thì in ra", "The file; without it, it is printed");
    CLI::App* device = app.get_subcommand("device");
    CLI::App* out = verb(device, "export",
                         cli.say("Xuất mọi dữ liệu về một máy (JSON)", "Write all that is stored about a PC (JSON)"),
                         export_device_verb);
    CLI::App* erase = verb(
        device, "erase",
        cli.say("Xóa một máy đã thu hồi cùng mọi dữ liệu về nó", "Erase a revoked PC with all that is stored about it"),
        erase_device_verb);
    for (CLI::App* about : {out, erase})
        about->add_option("pc", choice->pc, cli.say("Mã máy hoặc tên máy", "Device id or host name"))->required();
    out->add_option("file", choice->file, file);
    verb(app.get_subcommand("user"), "erase",
         cli.say("Xóa một người dùng đã khóa, cùng phiên và mã API của họ",
                 "Erase a disabled user, with their sessions and API tokens"),
         erase_user_verb)
        ->add_option("name", choice->name, cli.say("Tên đăng nhập", "Login name"))
        ->required();
    CLI::App* person =
        app.add_subcommand("person", cli.say("Dữ liệu về một người: tên tài khoản trên máy, họ tên",
                                             "What is stored about a person, by accounts on PCs and by name"));
    person->require_subcommand(1);
    CLI::App* give = verb(person, "export", cli.say("Xuất ra (JSON)", "Write it (JSON)"), export_person_verb);
    CLI::App* forget = verb(person, "erase", cli.say("Xóa, và nêu những gì còn lại", "Erase it, and say what is left"),
                            erase_person_verb);
    for (CLI::App* about : {give, forget})
        about
            ->add_option("names", choice->names,
                         cli.say("Các tên: an.nguyen, \"HANOI\\an.nguyen\", \"Nguyễn Văn An\"",
                                 "Names: an.nguyen, \"HANOI\\an.nguyen\", \"Nguyễn Văn An\""))
            ->required();
    give->add_option("--file", choice->file, file);
}

}  // namespace wardwatch

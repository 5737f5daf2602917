// device list|show|move.
#include <set>

#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/device_page.h"
#include "reporting/policy/standing.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

std::string status_word(const Cli& cli, const std::string& status) {
    return standing_text(standing_from(status), cli.language);
}

std::string severity_word(const Cli& cli, const std::string& severity) {
    if (severity == name_of(Severity::grave)) return cli.say("nghiêm trọng", "grave");
    if (severity == name_of(Severity::advice)) return cli.say("khuyến nghị", "advice");
    return cli.say("vi phạm", "violation");
}

std::string time_text(const json& instant) {
    return instant.is_null() ? "-" : vietnam_time(parse_instant(instant.get<std::string>()));
}

Device find_device(const Cli& cli, const sql::Database& database, const std::string& id) {
    std::optional<Device> device = Devices{database}.find(id);
    if (!device) {
        throw StoreError(cli.say("Không có máy ", "There is no PC ") + id +
                         cli.say("; xem `device list`.", "; see `device list`."));
    }
    return *device;
}

void list_devices(const Cli& cli, const std::string& unit) {
    const sql::Database database = cli.open();
    std::optional<std::int64_t> unit_id;
    if (!unit.empty()) unit_id = Units{database}.find(unit).id;
    const json list = devices_json(OfficeView{database}, unit_id);
    std::vector<std::vector<std::string>> rows{
        {cli.say("Mã máy", "Device id"), cli.say("Tên máy", "Host name"), cli.say("Đơn vị", "Unit"),
         cli.say("Kết quả", "Status"), cli.say("Lỗi", "Failed"), standing_label(Standing::unknown, cli.language),
         cli.say("Miễn trừ", "Waived"), cli.say("Báo cáo cuối", "Last report"), cli.say("Phiên bản", "Version")}};
    for (const json& device : list.at("devices")) {
        const bool revoked = device.at("revoked").get<bool>();
        rows.push_back(
            {device.at("device_id").get<std::string>(), device.at("host_name").get<std::string>(),
             device.at("unit").get<std::string>(),
             revoked ? cli.say("đã thu hồi", "revoked") : status_word(cli, device.at("status").get<std::string>()),
             device.at("failed").dump(), device.at("unknown").dump(), device.at("waived").dump(),
             time_text(device.at("last_report_at")), device.at("agent_version").get<std::string>()});
    }
    cli.print(list, table(rows, "", Heading::first_row));
}

std::string verdict_table(const Cli& cli, const json& verdicts) {
    const char* language = cli.language == Language::vi ? "vi" : "en";
    std::vector<std::vector<std::string>> rows{{cli.say("Mục", "Clause"), cli.say("Kết quả", "Status"),
                                                cli.say("Mức", "Severity"), cli.say("Quy định", "Rule"),
                                                cli.say("Đối tượng", "Subject"), cli.say("Ghi nhận", "Observed"),
                                                cli.say("Từ lúc", "Since")}};
    std::string remedies;
    std::set<std::string> told;  // one remedy serves all profiles of a PC
    for (const json& verdict : verdicts) {
        const auto text = [&](const char* member) { return verdict.at(member).at(language).get<std::string>(); };
        const std::string instance = verdict.at("instance").get<std::string>();
        rows.push_back({verdict.at("clause").get<std::string>(),
                        verdict.at("waived").get<bool>() ? standing_text(Standing::waived, cli.language)
                                                         : status_word(cli, verdict.at("status").get<std::string>()),
                        severity_word(cli, verdict.at("severity").get<std::string>()), text("title"), instance,
                        text("observed_text"), time_text(verdict.at("since"))});
        if (verdict.at("status") == name_of(Status::fail) && told.insert(text("remedy")).second)
            remedies += "- " + verdict.at("clause").get<std::string>() + ": " + text("remedy") + "\n";
    }
    std::string text = table(rows, "", Heading::first_row);
    if (!remedies.empty()) text += "\n" + cli.say("Cách khắc phục:\n", "How to fix it:\n") + remedies;
    return text;
}

/// Where the PC was before, oldest first.
json moves_json(const sql::Database& database, const std::string& id) {
    const std::map<std::int64_t, std::string> paths = Units{database}.paths();
    json moves = json::array();
    for (const DeviceMove& move : Devices{database}.moves(id))
        moves.push_back({{"at", format_instant(move.at)},
                         {"from", paths.at(move.from_unit)},
                         {"to", paths.at(move.to_unit)},
                         {"actor", move.actor}});
    return moves;
}

void move_devices(const Cli& cli, const std::vector<std::string>& pcs, const std::string& unit_text) {
    sql::Database database = cli.open();
    const Unit unit = Units{database}.find(unit_text);
    const std::vector<Device> devices = Devices{database}.all();
    std::vector<std::string> ids;
    ids.reserve(pcs.size());
    for (const std::string& pc : pcs) ids.push_back(find_named(devices, pc).device_id);
    const std::int64_t moved = Devices{database}.move(ids, unit.id, cli.by());
    cli.print(
        {{"moved", moved}, {"unit_id", unit.id}, {"unit", unit.path}, {"devices", ids}},
        cli.say("Số máy đã chuyển đến ", "PCs moved to ") + printable(unit.path) + ": " + std::to_string(moved) + "\n");
}

void show_device(const Cli& cli, const std::string& id) {
    const sql::Database database = cli.open();
    json device = device_page_json(OfficeView{database}, find_device(cli, database, id));
    device["moves"] = moves_json(database, id);
    const auto text = [&](const char* member) { return device.at(member).get<std::string>(); };
    std::vector<std::vector<std::string>> rows{
        {cli.say("Máy", "PC"), text("host_name")},
        {cli.say("Mã máy", "Device id"), text("device_id")},
        {cli.say("Đơn vị", "Unit"), text("unit")},
        {cli.say("Kết quả", "Status"), status_word(cli, text("status"))},
        {standing_label(Standing::waived, cli.language), device.at("waived").dump()},
        {cli.say("Báo cáo lúc", "Report taken"), time_text(device.at("last_report_at"))},
        {cli.say("Đánh giá lúc", "Judged"), time_text(device.at("judged_at"))}};
    const json& card = device.at("card");
    const auto add_line = [&](const char* member, const std::string& label) {
        const std::string line = card.at(member).get<std::string>();
        if (!line.empty()) rows.push_back({label, printable(line)});
    };
    add_line("owner", cli.say("Người sử dụng", "Owner"));
    add_line("room", cli.say("Phòng", "Room"));
    add_line("telephone", cli.say("Điện thoại", "Telephone"));
    if (device.at("note_count") != 0) rows.push_back({cli.say("Ghi chú", "Notes"), device.at("note_count").dump()});
    if (device.at("revoked").get<bool>()) rows.push_back({cli.say("Thu hồi", "Revoked"), cli.say("có", "yes")});
    for (const json& move : device.at("moves"))
        rows.push_back({cli.say("Đã chuyển", "Moved"), time_text(move.at("at")) + ": " +
                                                           move.at("from").get<std::string>() + " → " +
                                                           move.at("to").get<std::string>()});
    cli.print(device, table(rows, "", Heading::first_row) + "\n" + verdict_table(cli, device.at("verdicts")));
}

}  // namespace

void add_device_verbs(CLI::App& app, Cli& cli) {
    struct Options {
        std::string id;
        std::string unit;
        std::vector<std::string> pcs;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* device = app.add_subcommand("device", cli.say("Máy tính", "PCs"))->require_subcommand(1);
    CLI::App* list = device->add_subcommand("list", cli.say("Liệt kê máy", "List PCs"));
    list->add_option("--unit", options->unit, cli.say("Chỉ đơn vị này và cấp dưới", "This unit and those below only"));
    list->callback([&cli, options] { cli.chosen = [&cli, options] { list_devices(cli, options->unit); }; });
    CLI::App* move = device->add_subcommand("move", cli.say("Chuyển máy sang đơn vị khác", "Move PCs to another unit"));
    move->add_option("pcs", options->pcs, cli.say("Mã máy hoặc tên máy (nhiều máy được)", "Device ids or host names"))
        ->required();
    move->add_option("--unit", options->unit, cli.say("Đơn vị: số, tên hoặc đường dẫn", "Unit: id, name or path"))
        ->required();
    move->callback(
        [&cli, options] { cli.chosen = [&cli, options] { move_devices(cli, options->pcs, options->unit); }; });
    CLI::App* show = device->add_subcommand("show", cli.say("Kết quả của một máy", "One PC's verdicts"));
    show->add_option("id", options->id, cli.say("Mã máy", "Device id"))->required();
    show->callback([&cli, options] { cli.chosen = [&cli, options] { show_device(cli, options->id); }; });
}

}  // namespace wardwatch

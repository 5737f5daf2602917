// device list|show|move.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/device_filter.h"
#include "reporting/central/views/device_page.h"
#include "reporting/policy/standing.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

std::string severity_word(const Cli& cli, Severity severity) {
    if (severity == Severity::grave) return cli.say("nghiêm trọng", "grave");
    if (severity == Severity::advice) return cli.say("khuyến nghị", "advice");
    return cli.say("vi phạm", "violation");
}

std::string time_text(const std::optional<Instant>& instant) { return instant ? vietnam_time(*instant) : "-"; }

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
    const OfficeView view{database};
    const UnitTree tree{view.database, view.scope};
    DeviceFilter filter;
    filter.unit = unit_id;
    const std::vector<ListedDevice> devices = listed_devices(view, tree, filtered_devices(view, tree, filter).devices);
    std::vector<std::vector<std::string>> rows{
        {cli.say("Mã máy", "Device id"), cli.say("Tên máy", "Host name"), cli.say("Đơn vị", "Unit"),
         cli.say("Kết quả", "Status"), cli.say("Lỗi", "Failed"), standing_label(Standing::unknown, cli.language),
         cli.say("Miễn trừ", "Waived"), cli.say("Báo cáo cuối", "Last report"), cli.say("Phiên bản", "Version")}};
    for (const auto& [device, path, standing] : devices)
        rows.push_back({device.device_id, device.host_name, path,
                        device.revoked_at ? cli.say("đã thu hồi", "revoked") : standing_text(standing, cli.language),
                        std::to_string(device.failed), std::to_string(device.unknown), std::to_string(device.waived),
                        time_text(device.last_report_at), device.agent_version});
    cli.print({{"devices", devices_json(devices)}}, table(rows, "", Heading::first_row));
}

Standing standing_of_shown(const ShownVerdict& shown) {
    return standing_of(shown.verdict.status, shown.waiver_id.has_value());
}

/// What needs doing, the worst and gravest first.
std::vector<ShownVerdict> worst_first(std::vector<ShownVerdict> verdicts) {
    const auto place = [](const ShownVerdict& shown) {
        return std::pair{-static_cast<int>(standing_of_shown(shown)), shown.severity};
    };
    std::stable_sort(verdicts.begin(), verdicts.end(),
                     [&](const ShownVerdict& left, const ShownVerdict& right) { return place(left) < place(right); });
    return verdicts;
}

/// "Đạt: 31; không áp dụng: 4 (xem tất cả: --all)"; empty when there is nothing of that.
std::string others_line(const Cli& cli, const std::vector<ShownVerdict>& verdicts) {
    std::string text;
    for (const Standing standing : {Standing::pass, Standing::not_applicable}) {
        const auto count = std::count_if(verdicts.begin(), verdicts.end(), [&](const ShownVerdict& shown) {
            return standing_of_shown(shown) == standing;
        });
        if (count == 0) continue;
        text += (text.empty() ? standing_label(standing, cli.language) : "; " + standing_text(standing, cli.language)) +
                ": " + std::to_string(count);
    }
    return text.empty() ? text : text + cli.say(" (xem tất cả: --all)", " (to see all: --all)") + "\n";
}

/// Without `all`, what passes or does not apply is counted only.
std::string verdict_table(const Cli& cli, const std::vector<ShownVerdict>& verdicts, bool all) {
    std::vector<std::vector<std::string>> rows{{cli.say("Mục", "Clause"), cli.say("Kết quả", "Status"),
                                                cli.say("Mức", "Severity"), cli.say("Quy định", "Rule"),
                                                cli.say("Đối tượng", "Subject"), cli.say("Ghi nhận", "Observed"),
                                                cli.say("Từ lúc", "Since")}};
    std::string remedies;
    std::set<std::string> told;  // one remedy serves all profiles of a PC
    for (const ShownVerdict& shown : worst_first(verdicts)) {
        const Verdict& verdict = shown.verdict;
        if (!all && standing_of_shown(shown) <= Standing::pass) continue;
        const Description& words = shown.in(cli.language);
        rows.push_back({words.clause, standing_text(standing_of_shown(shown), cli.language),
                        severity_word(cli, shown.severity), words.title, words.subject, words.observed,
                        time_text(shown.since)});
        if (verdict.status == Status::fail && told.insert(words.remedy).second)
            remedies += "- " + words.clause + ": " + words.remedy + "\n";
    }
    std::string text = rows.size() > 1 ? table(rows, "", Heading::first_row) : "";
    if (!all) text += others_line(cli, verdicts);
    if (!remedies.empty()) text += "\n" + cli.say("Cách khắc phục:\n", "How to fix it:\n") + remedies;
    return text;
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

void show_device(const Cli& cli, const std::string& id, bool all) {
    const sql::Database database = cli.open();
    DevicePage page = device_page(OfficeView{database}, find_device(cli, database, id));
    // Whoever runs the centre sees all units, by the last path that they had.
    const std::map<std::int64_t, std::string> paths = Units{database}.paths();
    for (ShownMove& shown : page.moves) {
        shown.from = paths.at(shown.move.from_unit);
        shown.to = paths.at(shown.move.to_unit);
    }
    const auto& [device, unit, standing] = page.judged.device;
    std::vector<std::vector<std::string>> rows{
        {cli.say("Máy", "PC"), device.host_name},
        {cli.say("Mã máy", "Device id"), device.device_id},
        {cli.say("Đơn vị", "Unit"), unit},
        {cli.say("Kết quả", "Status"), standing_text(standing, cli.language)},
        {standing_label(Standing::waived, cli.language), std::to_string(device.waived)},
        {cli.say("Báo cáo lúc", "Report taken"), time_text(device.last_report_at)},
        {cli.say("Đánh giá lúc", "Judged"), time_text(device.judged_at)}};
    const auto add_line = [&](const std::string& label, const std::string& line) {
        if (!line.empty()) rows.push_back({label, printable(line)});
    };
    add_line(cli.say("Người sử dụng", "Owner"), page.card.owner);
    add_line(cli.say("Phòng", "Room"), page.card.room);
    add_line(cli.say("Điện thoại", "Telephone"), page.card.telephone);
    if (page.note_count != 0) rows.push_back({cli.say("Ghi chú", "Notes"), std::to_string(page.note_count)});
    for (const ShownNotice& shown : page.notices)
        if (!shown.notice.settled_at) add_line(cli.say("Cần xem", "Look at"), shown.text.in(cli.language));
    if (device.revoked_at) rows.push_back({cli.say("Thu hồi", "Revoked"), cli.say("có", "yes")});
    for (const ShownMove& shown : page.moves)
        rows.push_back(
            {cli.say("Đã chuyển", "Moved"), time_text(shown.move.at) + ": " + shown.from + " → " + shown.to});
    cli.print(to_json(page),
              table(rows, "", Heading::first_row) + "\n" + verdict_table(cli, page.judged.verdicts, all));
}

}  // namespace

void add_device_verbs(CLI::App& app, Cli& cli) {
    struct Options {
        std::string id;
        std::string unit;
        std::vector<std::string> pcs;
        bool all = false;
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
    show->add_flag("--all", options->all, cli.say("In cả những mục đạt", "Print what passes, too"));
    show->callback([&cli, options] { cli.chosen = [&cli, options] { show_device(cli, options->id, options->all); }; });
}

}  // namespace wardwatch

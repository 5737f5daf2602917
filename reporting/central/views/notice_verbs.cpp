// device notices|settle.
#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/device_notices.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

void list_notices(const Cli& cli, const std::string& unit, bool settled) {
    const sql::Database database = cli.open();
    std::optional<std::int64_t> unit_id;
    if (!unit.empty()) unit_id = Units{database}.find(unit).id;
    const std::vector<ShownNotice> notices = listed_notices(OfficeView{database}, unit_id, settled);
    std::vector<std::vector<std::string>> rows{{cli.say("Máy", "PC"), cli.say("Đơn vị", "Unit"),
                                                cli.say("Loại", "Kind"), cli.say("Lần cuối", "Last"),
                                                cli.say("Số lần", "Times"), cli.say("Nội dung", "What it is")}};
    for (const ShownNotice& each : notices)
        rows.push_back({each.device.host_name, each.unit, std::string{name_of(each.notice.kind)},
                        vietnam_time(each.notice.last_at), std::to_string(each.notice.times),
                        printable(each.text.in(cli.language))});
    cli.print({{"notices", notices_json(notices)}},
              notices.empty() ? cli.say("Không có gì cần xem.\n", "There is nothing to look at.\n")
                              : table(rows, "", Heading::first_row));
}

void settle_notice(const Cli& cli, const std::string& pc, const std::string& kind) {
    sql::Database database = cli.open();
    const Device device = find_named(Devices{database}.all(), pc);
    const std::optional<NoticeKind> known = notice_kind_from(kind);
    if (!known || !Notices{database}.settle(device.device_id, *known, cli.by()))
        throw StoreError(cli.say("Máy này không có mục ", "There is no such notice about this PC: ") + kind +
                         cli.say("; xem `device notices`.", "; see `device notices`."));
    cli.print({{"device_id", device.device_id}, {"kind", kind}, {"settled", true}},
              cli.say("Đã xác nhận.\n", "Settled.\n"));
}

}  // namespace

void add_notice_verbs(CLI::App& app, Cli& cli) {
    struct Options {
        std::string unit;
        std::string pc;
        std::string kind;
        bool all = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* device = app.get_subcommand("device");
    CLI::App* notices =
        device->add_subcommand("notices", cli.say("Những gì người quản trị cần xem", "What a person must look at"));
    notices->add_option("--unit", options->unit,
                        cli.say("Chỉ đơn vị này và cấp dưới", "This unit and those below only"));
    notices->add_flag("--all", options->all, cli.say("Cả những mục đã xác nhận", "Settled ones, too"));
    notices->callback(
        [&cli, options] { cli.chosen = [&cli, options] { list_notices(cli, options->unit, options->all); }; });
    CLI::App* settle =
        device->add_subcommand("settle", cli.say("Xác nhận đã xem một mục", "Say that a notice was looked at"));
    settle->add_option("pc", options->pc, cli.say("Mã máy hoặc tên máy", "Device id or host name"))->required();
    settle
        ->add_option("kind", options->kind,
                     cli.say("Loại, như `device notices` nêu", "Its kind, as `device notices` says"))
        ->required();
    settle->callback(
        [&cli, options] { cli.chosen = [&cli, options] { settle_notice(cli, options->pc, options->kind); }; });
}

}  // namespace wardwatch

// waiver add|list|end.
#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/judging/waiver_orders.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

struct WaiverChoice {
    WaiverOrder order;
    std::string instance;
    std::string pc;
    std::string unit;
    bool everywhere = false;
    bool active = false;
    std::int64_t id = 0;
};

std::string waiver_target(const Cli& cli, const ShownWaiver& shown) {
    if (shown.waiver.device_id) return shown.host_name.value_or("");
    if (shown.waiver.unit_id) return shown.unit.value_or("");
    return cli.say("mọi đơn vị", "all units");
}

std::string waiver_state(const Cli& cli, const ShownWaiver& shown) {
    if (shown.holds) return cli.say("đang áp dụng", "in force");
    if (shown.waiver.ended_at) return cli.say("đã chấm dứt bởi ", "ended by ") + shown.waiver.ended_by;
    return cli.say("hết hạn", "over");
}

std::string waiver_table(const Cli& cli, const std::vector<ShownWaiver>& waivers) {
    std::vector<std::vector<std::string>> rows{
        {cli.say("Số", "Id"), cli.say("Quy định", "Rule"), cli.say("Đối tượng", "Subject"),
         cli.say("Áp dụng cho", "For"), cli.say("Đến hết ngày", "Until the end of"), cli.say("Trạng thái", "State"),
         cli.say("Người duyệt", "Approved by"), cli.say("Lý do", "Reason")}};
    for (const ShownWaiver& shown : waivers) {
        const Waiver& waiver = shown.waiver;
        rows.push_back({std::to_string(waiver.id), waiver.rule, waiver.instance.value_or(cli.say("tất cả", "all")),
                        waiver_target(cli, shown), last_day_of(waiver), waiver_state(cli, shown), waiver.approved_by,
                        waiver.reason});
    }
    return table(rows, "", Heading::first_row);
}

void list_waivers(const Cli& cli, bool active) {
    sql::Database database = cli.open();
    std::vector<Waiver> waivers = Waivers{database}.all();
    std::erase_if(waivers, [&](const Waiver& waiver) { return active && !in_force(waiver, system_now()); });
    const std::vector<ShownWaiver> shown = shown_waivers(database, waivers, system_now());
    cli.print({{"waivers", waivers_json(shown)}}, waiver_table(cli, shown));
}

/// Without waiting for a running `serve`.
void judge_what_is_due(sql::Database& database) {
    judge_stale_devices(
        database, CurrentPolicy{database}.get(), system_now(),
        [](const std::string& device_id, const std::string& why) { std::cerr << device_id << ": " << why << "\n"; });
}

void show_waiver(const Cli& cli, const sql::Database& database, const Waiver& waiver) {
    const std::vector<ShownWaiver> shown = shown_waivers(database, {waiver}, system_now());
    cli.print(to_json(shown.front()), waiver_table(cli, shown));
}

void add_waiver_at_cli(const Cli& cli, const WaiverChoice& choice) {
    const int said = (choice.pc.empty() ? 0 : 1) + (choice.unit.empty() ? 0 : 1) + (choice.everywhere ? 1 : 0);
    if (said != 1)
        throw UsageError(cli.say("Chọn một trong --device, --unit, --all.", "Say one of --device, --unit, --all."));
    sql::Database database = cli.open();
    WaiverOrder order = choice.order;
    if (!choice.instance.empty()) order.instance = choice.instance;
    if (!choice.pc.empty()) order.device_id = find_named(Devices{database}.all(), choice.pc).device_id;
    if (!choice.unit.empty()) order.unit_id = Units{database}.find(choice.unit).id;
    Waivers waivers{database};
    const std::int64_t id = waivers.add(make_waiver(CurrentPolicy{database}.get().policy, order, cli.by()));
    judge_what_is_due(database);
    show_waiver(cli, database, waivers.find(id).value());
}

void end_waiver_at_cli(const Cli& cli, std::int64_t id) {
    sql::Database database = cli.open();
    Waivers waivers{database};
    if (!waivers.end(id, cli.by()))
        throw StoreError(cli.say("Không có miễn trừ đang áp dụng số ", "There is no waiver in force with the id ") +
                         std::to_string(id) + cli.say("; xem `waiver list`.", "; see `waiver list`."));
    judge_what_is_due(database);
    show_waiver(cli, database, waivers.find(id).value());
}

}  // namespace

void add_waiver_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<WaiverChoice>();
    CLI::App* waiver = app.add_subcommand("waiver", cli.say("Miễn trừ có thời hạn", "Waivers with an end date"))
                           ->require_subcommand(1);
    CLI::App* add = waiver->add_subcommand(
        "add", cli.say("Cho phép một lỗi tồn tại đến hết một ngày", "Let a failure stand until the end of a day"));
    add->add_option("--rule", choice->order.rule, cli.say("Quy định, ví dụ password-age", "Rule, such as password-age"))
        ->required();
    add->add_option("--device", choice->pc, cli.say("Mã máy hoặc tên máy", "Device id or host name"));
    add->add_option("--unit", choice->unit, cli.say("Đơn vị và cấp dưới", "Unit with those below it"));
    add->add_flag("--all", choice->everywhere, cli.say("Mọi đơn vị", "All units"));
    add->add_option("--instance", choice->instance,
                    cli.say("Chỉ đối tượng này, ví dụ một tài khoản", "Only this subject, such as an account"));
    add->add_option("--reason", choice->order.reason, cli.say("Lý do", "Reason"))->required();
    add->add_option("--ends-on", choice->order.ends_on,
                    cli.say("Ngày cuối còn hiệu lực, ví dụ 2026-12-31", "The last day on which it holds: 2026-12-31"))
        ->required();
    add->callback([&cli, choice] { cli.chosen = [&cli, choice] { add_waiver_at_cli(cli, *choice); }; });
    CLI::App* list = waiver->add_subcommand("list", cli.say("Liệt kê miễn trừ", "List waivers"));
    list->add_flag("--active", choice->active, cli.say("Chỉ những cái đang áp dụng", "Only those in force"));
    list->callback([&cli, choice] { cli.chosen = [&cli, choice] { list_waivers(cli, choice->active); }; });
    CLI::App* end = waiver->add_subcommand("end", cli.say("Chấm dứt trước hạn", "End one before its day"));
    end->add_option("id", choice->id, cli.say("Số của miễn trừ", "The waiver's id"))->required();
    end->callback([&cli, choice] { cli.chosen = [&cli, choice] { end_waiver_at_cli(cli, choice->id); }; });
}

}  // namespace wardwatch

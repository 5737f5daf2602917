// scan: asks PCs to scan now, and shows how far that has come.
#include <iostream>
#include <thread>

#include "reporting/central/cli/cli.h"
#include "reporting/central/commands/scans.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/policy/reasons.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

constexpr int exit_some_failed = 1;
constexpr int exit_some_open = 2;
constexpr std::chrono::milliseconds look_interval{500};

struct ScanChoice {
    ScanTargets targets;
    std::string batch;
    int wait_seconds = -1;  ///< -1: does not wait
    int expires_hours = static_cast<int>(default_scan_life.count());
};

std::string scan_state_word(const Cli& cli, std::string_view state) {
    if (state == "waiting") return cli.say("đang chờ", "waiting");
    if (state == "offline") return cli.say("ngoại tuyến", "offline");
    if (state == "delivered") return cli.say("đã nhận lệnh", "delivered");
    if (state == "running") return cli.say("đang quét", "running");
    if (state == "sending") return cli.say("đang gửi báo cáo", "sending");
    if (state == "done") return cli.say("xong", "done");
    if (state == "failed") return cli.say("lỗi", "failed");
    return cli.say("hết hạn", "expired");
}

/// "3 of 5 done, 0 failed, 2 offline", and what else there is.
std::string progress_line(const Cli& cli, const ShownBatch& scan) {
    const auto count = [&](const char* state) { return std::to_string(scan.count(state)); };
    std::string line = count("done") + cli.say(" trên ", " of ") + std::to_string(scan.total) +
                       cli.say(" xong, ", " done, ") + count("failed") + cli.say(" lỗi, ", " failed, ") +
                       count("offline") + cli.say(" ngoại tuyến", " offline");
    for (const char* state : {"waiting", "delivered", "running", "sending", "expired"}) {
        if (scan.count(state) > 0) line += ", " + count(state) + " " + scan_state_word(cli, state);
    }
    return line;
}

std::string scan_table(const Cli& cli, const ShownBatch& scan) {
    std::vector<std::vector<std::string>> rows{{cli.say("Tên máy", "Host name"), cli.say("Mã máy", "Device id"),
                                                cli.say("Trạng thái", "State"), cli.say("Tin cuối", "Last news"),
                                                cli.say("Chi tiết", "Details")}};
    for (const auto& [command, state] : scan.commands) {
        std::string details = reason_words(command.problem).in(cli.language);
        if (details.empty() && state == "running" && command.count > 0)
            details = command.collector + " (" + std::to_string(command.position + 1) + "/" +
                      std::to_string(command.count) + ")";
        if (details.empty()) details = command.report_id;
        rows.push_back({command.host_name, command.device_id, scan_state_word(cli, state),
                        vietnam_time(command.changed_at), details});
    }
    return table(rows, "", Heading::first_row);
}

ShownBatch look_at(const Cli& cli, const sql::Database& database, const std::string& batch_id) {
    std::optional<ShownBatch> scan = find_scan(database, batch_id, system_now());
    if (!scan)
        throw StoreError(cli.say("Không có lần quét ", "There is no scan ") + batch_id +
                         cli.say("; có thể đã quá lâu.", "; it may be too long ago."));
    return *std::move(scan);
}

/// Until all have ended or the time is over; says what changes.
ShownBatch wait_for_scan(const Cli& cli, const sql::Database& database, const std::string& batch_id, int seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
    std::string said;
    while (true) {
        ShownBatch scan = look_at(cli, database, batch_id);
        const std::string line = progress_line(cli, scan);
        if (!cli.json && line != said) std::cout << line << std::endl;
        said = line;
        if (scan.finished() || std::chrono::steady_clock::now() >= end) return scan;
        std::this_thread::sleep_for(look_interval);
    }
}

int scan_exit_code(const ShownBatch& scan) {
    if (scan.count("failed") > 0) return exit_some_failed;
    return scan.count("done") == scan.total ? exit_ok : exit_some_open;
}

void check_choice(const Cli& cli, const ScanChoice& choice) {
    const int said = (choice.targets.devices.empty() ? 0 : 1) + (choice.targets.unit.empty() ? 0 : 1) +
                     (choice.targets.all ? 1 : 0) + (choice.batch.empty() ? 0 : 1);
    if (said != 1)
        throw UsageError(cli.say("Hãy nêu một trong: --device MÁY…, --unit ĐƠN-VỊ, --all, --batch MÃ.",
                                 "Say one of: --device PC…, --unit UNIT, --all, --batch ID."));
}

void scan_from_centre(Cli& cli, const ScanChoice& choice) {
    check_choice(cli, choice);
    sql::Database database = cli.open();
    const bool new_scan = choice.batch.empty();
    const std::string batch_id =
        new_scan ? order_scan(database, choice.targets, "cli", system_now(), std::chrono::hours{choice.expires_hours})
                       .batch_id
                 : choice.batch;
    const bool waits = choice.wait_seconds >= 0;
    if (waits && new_scan && !cli.json) std::cout << cli.say("Lần quét: ", "Scan: ") << batch_id << std::endl;
    const ShownBatch scan =
        waits ? wait_for_scan(cli, database, batch_id, choice.wait_seconds) : look_at(cli, database, batch_id);
    if (waits || !new_scan) cli.exit_code = scan_exit_code(scan);
    if (new_scan && !waits) {
        cli.print(scan_json(scan), cli.say("Lần quét: ", "Scan: ") + batch_id + "\n" +
                                       cli.say("Xem tiến độ: wardwatch-central scan --batch ",
                                               "How far it has come: wardwatch-central scan --batch ") +
                                       batch_id + "\n");
    } else {
        cli.print(scan_json(scan), (waits ? "" : progress_line(cli, scan) + "\n") + scan_table(cli, scan));
    }
}

}  // namespace

void add_scan_verb(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<ScanChoice>();
    CLI::App* verb = app.add_subcommand("scan", cli.say("Yêu cầu máy trạm quét ngay", "Ask PCs to scan now"));
    verb->add_option("--device", choice->targets.devices,
                     cli.say("Mã máy hoặc tên máy (nhiều máy được)", "Device ids or host names"));
    verb->add_option("--unit", choice->targets.unit,
                     cli.say("Mọi máy của đơn vị này và cấp dưới", "All PCs of this unit and those below"));
    verb->add_flag("--all", choice->targets.all, cli.say("Mọi máy", "All PCs"));
    verb->add_option("--batch", choice->batch,
                     cli.say("Xem một lần quét đã yêu cầu", "Show a scan that was asked for before"));
    verb->add_option("--wait", choice->wait_seconds,
                     cli.say("Chờ kết quả, nhiều nhất bấy nhiêu giây (mặc định 120)",
                             "Wait for the result, at most so many seconds (120 when none are said)"))
        ->expected(0, 1)
        ->default_str("120")
        ->check(CLI::Range(0, 86'400));
    verb->add_option("--expires", choice->expires_hours,
                     cli.say("Máy ngoại tuyến vẫn quét nếu trở lại trong bấy nhiêu giờ",
                             "A PC that is offline scans when it comes back within so many hours"))
        ->capture_default_str()
        ->check(CLI::Range(1, static_cast<int>(longest_scan_life.count())));
    verb->callback([&cli, choice] { cli.chosen = [&cli, choice] { scan_from_centre(cli, *choice); }; });
}

}  // namespace wardwatch

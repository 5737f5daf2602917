// `scan` through the running service: asks, waits, shows the progress and prints the stored report.
#include "agent/cli/service_scan.h"

#include <nlohmann/json.hpp>
#include <thread>

#include "agent/cli/live_status.h"
#include "agent/control/control.h"
#include "agent/control/control_channel.h"
#include "agent/data_folder/protected_files.h"
#include "agent/store/store.h"
#include "agent/system/console.h"

namespace wardwatch {
namespace {

// How often the service is asked how far it is: while a person waits, and only then.
constexpr std::chrono::milliseconds look_interval{200};

// The answer of the service, or none: then `scan` works here.
std::optional<ScanTicket> ask(const Invocation& invocation, const ScanArguments& arguments) {
    const bool must = arguments.wait || arguments.no_wait;
    try {
        return ask_for_scan(invocation.data);
    } catch (const ControlError& error) {
        if (error.failure == ControlFailure::failed) throw;
        if (must && error.failure == ControlFailure::absent)
            throw std::runtime_error(invocation.say("không có dịch vụ nào chạy trên thư mục dữ liệu ",
                                                    "no service runs on the data folder ") +
                                     utf8(invocation.data) +
                                     invocation.say(": khởi động dịch vụ, hoặc chạy `wardwatch scan --here`",
                                                    ": start it, or run `wardwatch scan --here`"));
        if (must)
            throw std::runtime_error(
                invocation.say("chỉ quản trị viên được nhờ dịch vụ: chạy lại với quyền quản trị (",
                               "only administrators may ask the service: run this as administrator (") +
                std::string(error.what()) + ")");
        if (error.failure == ControlFailure::denied)
            print_error(invocation.say(
                "Không có quyền nhờ dịch vụ: quét ngay tại đây bằng quyền của bạn, nên có thể thiếu. Muốn dịch vụ "
                "quét, "
                "chạy lại với quyền quản trị.\n",
                "No right to ask the service: this scan runs here with your rights and may see less. To have the "
                "service scan, run this as administrator.\n"));
        return std::nullopt;
    }
}

// One line per collector, as a scan in this process shows it; the last one also when it was over too soon to be seen.
class ProgressLines {
public:
    explicit ProgressLines(bool wanted) : wanted_(wanted) {}
    void show(const ScanStatus& scan) {
        if (scan.count > 0 && scan.position + 1 != shown_) {
            shown_ = scan.position + 1;
            say("[" + std::to_string(shown_) + "/" + std::to_string(scan.count) + "] " + scan.collector);
        }
        if (scan.state == ScanStatus::State::running && scan.problem != problem_) {
            problem_ = scan.problem;
            if (!problem_.empty()) print_error(problem_ + "\n");
        }
    }

private:
    void say(const std::string& line) const {
        if (wanted_) print_error(line + "\n");
    }
    bool wanted_;
    std::size_t shown_ = 0;
    std::string problem_;
};

ScanStatus wait_for(const Invocation& invocation, const ScanTicket& ticket, ProgressLines& lines) {
    for (;;) {
        ScanStatus scan;
        try {
            scan = ask_about_scan(invocation.data, ticket);
        } catch (const ControlError& error) {
            throw std::runtime_error(
                invocation.say("dịch vụ đã dừng hoặc không trả lời trong khi quét; xem `wardwatch status` và "
                               "wardwatch.log (",
                               "the service ended or no longer answers while it scanned; see `wardwatch status` and "
                               "wardwatch.log (") +
                std::string(error.what()) + ")");
        }
        lines.show(scan);
        if (scan.state == ScanStatus::State::done) return scan;
        if (scan.state == ScanStatus::State::failed)
            throw std::runtime_error(invocation.say("dịch vụ quét không thành công: ", "the service's scan failed: ") +
                                     scan.problem);
        std::this_thread::sleep_for(look_interval);
    }
}

}  // namespace

ServiceScan scan_by_service(const Invocation& invocation, const ScanArguments& arguments) {
    const std::optional<ScanTicket> ticket = ask(invocation, arguments);
    if (!ticket) return {};
    const std::string number = std::to_string(ticket->number);
    const std::string taken =
        invocation.say("Dịch vụ đã nhận yêu cầu, lần quét số ", "The service took the request, scan number ") + number +
        "\n";
    if (arguments.no_wait) {
        print(invocation.json ? nlohmann::json{{"number", ticket->number}}.dump(2) + "\n" : taken);
        return {true, ""};
    }
    const bool progress = arguments.wait || error_is_terminal();
    if (progress) print_error(taken);
    ProgressLines lines(progress);
    const ScanStatus scan = wait_for(invocation, *ticket, lines);
    print_error(invocation.say("Dịch vụ đã quét xong, lần số ", "The service has scanned, number ") + number +
                invocation.say(": kết luận ", ": verdict ") + verdict_text(invocation, scan.verdict) +
                invocation.say(", báo cáo ", ", report ") + scan.report_id + "\n");
    const std::optional<std::string> json = look_for_report(invocation.data, scan.report_id);
    if (!json)
        throw std::runtime_error(
            invocation.say("không tìm thấy báo cáo trong cơ sở dữ liệu: ", "the report is not in the database: ") +
            scan.report_id);
    return {true, *json};
}

}  // namespace wardwatch

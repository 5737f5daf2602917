// `wardwatch scan`: through the service, or here.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/centre/centre.h"
#include "agent/cli/cli.h"
#include "agent/cli/service_scan.h"
#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/identity.h"
#include "agent/loop/delivery.h"
#include "agent/loop/hive_memory.h"
#include "agent/scan/scan.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "collectors/machine/real_machine.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {
namespace {

// Stands for "no identity": an offline disk, or a PC that was never set up.
constexpr const char* no_device = "00000000-0000-0000-0000-000000000000";

std::vector<Collector> chosen_collectors(const Invocation& invocation, const ScanArguments& arguments) {
    std::vector<Collector> chosen;
    for (const Collector& collector : catalog()) {
        const bool wanted = arguments.only.empty() ? arguments.root.empty() || collector.name == "browser_credentials"
                                                   : std::ranges::count(arguments.only, collector.name) > 0;
        if (wanted) chosen.push_back(collector);
    }
    for (const std::string& name : arguments.only)
        if (std::ranges::none_of(catalog(), [&](const Collector& collector) { return collector.name == name; }))
            throw UsageError("--only " + name + ": " +
                             invocation.say("không có bộ thu thập này; xem `wardwatch facts`",
                                            "there is no such collector; see `wardwatch facts`"));
    return chosen;
}

void check_arguments(const Invocation& invocation, const ScanArguments& arguments) {
    if (arguments.send && (!arguments.root.empty() || !arguments.only.empty()))
        throw UsageError(
            invocation.say("--send chỉ gửi báo cáo đầy đủ của máy này: không dùng cùng --root hay --only",
                           "--send sends whole reports of this PC only: not together with --root or --only"));
    if (arguments.wait + arguments.no_wait + arguments.here > 1)
        throw UsageError(invocation.say("chỉ chọn một trong --wait, --no-wait và --here",
                                        "only one of --wait, --no-wait and --here"));
    if ((arguments.wait || arguments.no_wait) && (arguments.send || !arguments.root.empty() || !arguments.only.empty()))
        throw UsageError(
            invocation.say("--wait và --no-wait nhờ dịch vụ quét toàn bộ máy này: không dùng cùng --root, "
                           "--only hay --send",
                           "--wait and --no-wait ask the service for a whole scan of this PC: not together "
                           "with --root, --only or --send"));
    if (!arguments.root.empty() && !std::filesystem::is_directory(utf8_path(arguments.root)))
        throw UsageError("--root " + arguments.root + ": " + invocation.say("không phải là thư mục", "is no folder"));
}

// `scan` needs no rights on the data folder: without them the report just does not say which device it is.
std::string known_device(const std::filesystem::path& data) {
    try {
        return IdentityFiles(data).device_id().value_or(no_device);
    } catch (const std::runtime_error&) {
        return no_device;
    }
}

Progress progress_line() {
    if (!error_is_terminal()) return {};
    return [](std::string_view name, std::size_t position, std::size_t count) {
        print_error("[" + std::to_string(position + 1) + "/" + std::to_string(count) + "] " + std::string(name) + "\n");
    };
}

std::string for_people(const Invocation& invocation, const Report& report) {
    std::string text =
        invocation.say("Báo cáo ", "Report ") + report.report_id + "  " + format_instant(report.taken_at) + "\n";
    std::vector<std::vector<std::string>> rows;
    std::string collector;
    const auto end_group = [&] {
        if (!rows.empty()) text += "\n" + collector + "\n" + table(rows, "  ");
        rows.clear();
    };
    for (const Fact& fact : report.facts) {
        if (std::string prefix = fact.id.substr(0, fact.id.find('.')); prefix != collector) {
            end_group();
            collector = std::move(prefix);
        }
        rows.push_back({label_of(baseline(), fact.id, invocation.language), fact.instance,
                        fact_text(baseline(), fact, invocation.now, invocation.language), fact.source});
    }
    end_group();
    return text;
}

// Everything that waits is sent, the oldest first, as the service would.
Exit send(const Invocation& invocation, const Report& report, const Config& config, const IdentityFiles& files) {
    std::optional<FolderLock> lock = FolderLock::try_acquire(invocation.data);
    StoreOptions options;
    options.folder = invocation.data;
    options.limit_bytes = config.outbox_max_mib << 20;
    options.may_set_aside = lock.has_value();
    options.warn = [](const std::string& text) { print_error(text + "\n"); };
    Store store(options, invocation.now);
    lock.reset();
    keep_report(store, report, std::nullopt, invocation.now);
    const std::optional<Identity> identity = files.load();
    if (!identity || config.collector_url.empty()) {
        print_error(invocation.say("Đã lưu, chưa gửi: máy này chưa đăng ký với trung tâm (wardwatch enroll).\n",
                                   "Stored, not sent: this PC is not enrolled (wardwatch enroll).\n"));
        return Exit::ok;
    }
    const Centre centre = make_centre(config.collector_url, proxy_finder(config.proxy, config.collector_url),
                                      std::make_shared<HttpsConnection>());
    for (;;) {
        const Delivery delivery = deliver_oldest(store, centre, *identity, report.device_id, invocation.now);
        if (delivery.outcome == Delivery::Outcome::nothing_queued) return Exit::ok;
        const bool refused = delivery.outcome == Delivery::Outcome::refused;
        print_error((refused ? invocation.say("Bị từ chối: ", "Refused: ") + delivery.report_id + ": " + delivery.reason
                             : invocation.say("Đã gửi: ", "Sent: ") + delivery.report_id) +
                    "\n");
        if (refused && delivery.report_id == report.report_id) return Exit::failure;
    }
}

bool for_the_service(const ScanArguments& arguments) {
    return arguments.root.empty() && arguments.only.empty() && !arguments.send && !arguments.here;
}

}  // namespace

Exit verb_scan(const Invocation& invocation, const ScanArguments& arguments) {
    check_arguments(invocation, arguments);
    if (for_the_service(arguments)) {
        const ServiceScan scan = scan_by_service(invocation, arguments);
        if (!scan.report_json.empty())
            print(invocation.json ? nlohmann::json::parse(scan.report_json).dump(2) + "\n"
                                  : for_people(invocation, report_from_json(scan.report_json)));
        if (scan.asked) return Exit::ok;
    }
    const std::vector<Collector> collectors = chosen_collectors(invocation, arguments);
    const Config config = load_config(invocation.data).config;
    const IdentityFiles files(invocation.data);
    ScanRequest request{random_uuid(), no_device, "manual", invocation.now, official_hosts(config.official_hosts)};
    if (arguments.send) {
        protect_folder(invocation.data);
        request.device_id = files.make_device_id(random_uuid);
    } else if (arguments.root.empty()) {
        request.device_id = known_device(invocation.data);
    }
    if (arguments.root.empty()) {
        request.disabled_collectors = config.disabled_collectors;
        request.previous = newest_facts(invocation.data);
        request.previous_at = newest_scan_at(invocation.data);
        request.known_hives = known_hives(invocation.data);
    }
    const std::unique_ptr<MachineOwner> owner =
        arguments.root.empty() ? real_machine() : offline_machine(utf8_path(arguments.root));
    const Report report = take_report(collectors, owner->machine(), request, progress_line());
    print(invocation.json ? to_json(report).dump(2) + "\n" : for_people(invocation, report));
    return arguments.send ? send(invocation, report, config, files) : Exit::ok;
}

}  // namespace wardwatch

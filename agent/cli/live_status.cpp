// What `status` shows of the running service, and how it asks for that.
#include "agent/cli/live_status.h"

#include <nlohmann/json.hpp>

#include "agent/control/control_channel.h"
#include "agent/service/service.h"
#include "agent/store/database.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/standing.h"

namespace wardwatch {
namespace {

using nlohmann::json;
using Notes = std::map<std::string, std::string>;

json live_text(const std::string& text) { return text.empty() ? json() : json(text); }
json live_instant(const std::optional<Instant>& instant) { return instant ? json(format_instant(*instant)) : json(); }

// Of this run of the service, else the last that was stored, which may be one of `scan --send`.
struct ShownScan {
    std::string at, trigger, milliseconds;
};

ShownScan last_scan(const ServiceView& service, Notes& notes) {
    ShownScan stored{notes["last_scan_at"], notes["last_scan_trigger"], notes["last_scan_ms"]};
    if (!service.live || !service.live->agent.last_scan) return stored;
    const LastScan& scan = *service.live->agent.last_scan;
    if (format_instant(scan.at) < stored.at) return stored;
    return {format_instant(scan.at), scan.trigger, std::to_string(scan.took.count())};
}

// "0.41" of "413".
std::string in_seconds(const std::string& milliseconds) {
    const std::string digits = std::string(4, '0') + milliseconds;
    const std::string whole = std::to_string(std::stoll(digits.substr(0, digits.size() - 3)));
    return whole + "." + digits.substr(digits.size() - 3, 2);
}

std::string last_contact(const ServiceView& service, Notes& notes) {
    if (service.live && service.live->agent.last_contact_at)
        return format_instant(*service.live->agent.last_contact_at);
    return notes["last_contact_at"];
}

json running_scan(const ServiceView& service) {
    if (!service.live || service.live->scan_number == 0) return {};
    const ScanStatus& scan = service.live->scan;
    return {{"number", service.live->scan_number}, {"trigger", scan.trigger}, {"collector", live_text(scan.collector)},
            {"position", scan.position},           {"count", scan.count},     {"problem", live_text(scan.problem)}};
}

std::string running_scan_text(const Invocation& invocation, const LiveStatus& live) {
    if (live.scan_number == 0) return invocation.say("không", "no");
    std::string text = invocation.say("có", "yes");
    if (live.scan.count > 0)
        text += " (" + std::to_string(live.scan.position + 1) + "/" + std::to_string(live.scan.count) + " " +
                live.scan.collector + ")";
    return text + (live.scan.problem.empty() ? "" : ": " + live.scan.problem);
}

json watch_members(const ServiceView& service) {
    if (!service.live) return {};
    const WatchStatus& watch = service.live->agent.watch;
    return {{"enabled", watch.enabled},
            {"since", live_instant(watch.since)},
            {"places", watch.places},
            {"problems", watch.problems}};
}

std::string watch_text(const Invocation& invocation, const WatchStatus& watch) {
    if (!watch.enabled) return invocation.say("tắt trong cài đặt", "switched off by the settings");
    if (!watch.since) return invocation.say("không: chỉ quét theo lịch", "no: scans by the schedule only");
    return invocation.say("có, từ ", "yes, since ") + format_instant(*watch.since) + ", " +
           std::to_string(watch.places) + invocation.say(" nơi", " places");
}

std::string reachable_text(const Invocation& invocation, const ServiceView& service) {
    if (!service.live) return invocation.say("chưa xác định: dịch vụ không trả lời", "unknown: no service answers");
    if (!service.live->agent.enrolled) return invocation.say("chưa đăng ký", "not enrolled");
    const std::optional<bool> reachable = service.live->agent.centre_reachable;
    if (!reachable) return invocation.say("chưa thử từ khi khởi động", "not tried since the start");
    return *reachable ? invocation.say("có", "yes") : invocation.say("không", "no");
}

std::string state_text(const Invocation& invocation, const std::string& state) {
    if (state == "running") return invocation.say("đang chạy", "running");
    if (state == "stopped") return invocation.say("đã dừng", "stopped");
    if (state == "not_installed") return invocation.say("chưa cài", "not installed");
    if (state == "starting") return invocation.say("đang khởi động", "starting");
    if (state == "stopping") return invocation.say("đang dừng", "stopping");
    return invocation.say("tạm dừng", "paused");
}

}  // namespace

std::string verdict_text(const Invocation& invocation, const std::string& name) {
    for (const Status status : {Status::pass, Status::fail, Status::unknown})
        if (name == name_of(status)) return standing_text(standing_of(status), invocation.language);
    return name;
}

ServiceView look_at_service(const Invocation& invocation) {
    ServiceView service;
    service.state = service_state();
    if (service.state.empty()) service.state = FolderLock::is_held(invocation.data) ? "running" : "stopped";
    try {
        service.live = ask_live_status(invocation.data);
        service.state = "running";  // also one that a person started, beside one that is registered
    } catch (const ControlError& error) {
        if (error.failure != ControlFailure::absent)
            service.problem = error.what();
        else if (service.state == "running")
            service.problem = invocation.say(
                "dịch vụ chạy nhưng không trả lời trên thư mục dữ liệu này: đang khởi động, dùng --data khác, hoặc xem "
                "wardwatch.log",
                "a service runs, but does not answer on this data folder: it is starting, has another --data, or see "
                "wardwatch.log");
    }
    return service;
}

json live_members(const ServiceView& service, Notes notes) {
    const AgentStatus agent = service.live ? service.live->agent : AgentStatus{};
    const ShownScan scan = last_scan(service, notes);
    json last = {{"at", scan.at},
                 {"trigger", live_text(scan.trigger)},
                 {"milliseconds", scan.milliseconds.empty() ? json() : json(std::stoll(scan.milliseconds))}};
    return {{"service", service.state},
            {"live", service.live.has_value()},
            {"service_problem", live_text(service.problem)},
            {"service_started_at", service.live ? json(format_instant(agent.started_at)) : json()},
            {"service_version", service.live ? json(service.live->agent_version) : json()},
            {"scan_running", running_scan(service)},
            {"last_scan", scan.at.empty() ? json() : last},
            {"last_scan_at", live_text(scan.at)},
            {"next_scan_at", live_instant(agent.next_scan_at)},
            {"change_watch", watch_members(service)},
            {"centre_reachable", agent.centre_reachable ? json(*agent.centre_reachable) : json()},
            {"last_contact_at", live_text(last_contact(service, notes))},
            {"next_contact_at", live_instant(agent.next_contact_at)},
            {"policy",
             {{"id", service.live ? service.live->policy_id : baseline().id},
              {"version", service.live ? service.live->policy_version : baseline().version}}}};
}

std::vector<std::vector<std::string>> live_rows(const Invocation& invocation, const ServiceView& service, Notes notes,
                                                const std::string& none) {
    const std::string stopped = invocation.say("chưa xác định: dịch vụ không trả lời", "unknown: no service answers");
    const ShownScan scan = last_scan(service, notes);
    std::string scan_text = scan.at.empty() ? none : scan.at;
    if (!scan.trigger.empty()) scan_text += ", " + scan.trigger;
    if (!scan.milliseconds.empty()) scan_text += ", " + in_seconds(scan.milliseconds) + " s";
    std::vector<std::vector<std::string>> rows = {
        {invocation.say("Dịch vụ", "Service"),
         state_text(invocation, service.state) +
             (service.live
                  ? invocation.say(", từ ", ", since ") + format_instant(service.live->agent.started_at)
                  : invocation.say(" (dưới đây là những gì đã lưu lần cuối)", " (below is what was stored last)"))}};
    if (!service.problem.empty())
        rows.push_back({invocation.say("Dịch vụ: sự cố", "Service problem"), service.problem});
    rows.push_back({invocation.say("Đang quét", "Scanning now"),
                    service.live ? running_scan_text(invocation, *service.live) : stopped});
    rows.push_back({invocation.say("Lần quét cuối", "Last scan"), scan_text});
    rows.push_back({invocation.say("Lần quét tới", "Next scan"), service.live && service.live->agent.next_scan_at
                                                                     ? format_instant(*service.live->agent.next_scan_at)
                                                                     : stopped});
    rows.push_back({invocation.say("Theo dõi thay đổi", "Watching for changes"),
                    service.live ? watch_text(invocation, service.live->agent.watch) : stopped});
    if (service.live)
        for (const std::string& problem : service.live->agent.watch.problems)
            rows.push_back({invocation.say("Không theo dõi được", "Not watched"), problem});
    rows.push_back(
        {invocation.say("Liên lạc được trung tâm", "Centre reachable"), reachable_text(invocation, service)});
    const std::string contact = last_contact(service, notes);
    rows.push_back({invocation.say("Liên lạc cuối", "Last contact"), contact.empty() ? none : contact});
    rows.push_back({invocation.say("Chính sách", "Policy"),
                    service.live ? service.live->policy_id + " " + service.live->policy_version
                                 : baseline().id + " " + baseline().version});
    return rows;
}

}  // namespace wardwatch

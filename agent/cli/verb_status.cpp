// `wardwatch status`: what the service says of itself, else what was stored last.
#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/cli/live_status.h"
#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/identity.h"
#include "agent/settings/config.h"
#include "agent/store/store.h"
#include "agent/system/console.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

using nlohmann::json;

struct AgentState {
    LoadedConfig config;
    std::string device_id;
    std::string certificate_ends_at;
    std::string identity_problem;
    ServiceView service;
    std::string database_problem;
    std::optional<StoreSummary> store;
};

std::string certificate_end(const IdentityFiles& files) {
    const std::string certificate = files.certificate();
    if (certificate.empty()) return {};
    try {
        return format_instant(inspect_certificate(certificate).not_after);
    } catch (const PkiError& error) {
        throw std::runtime_error(std::string("certificate.pem is damaged (") + error.what() + "): enrol this PC again");
    }
}

AgentState read_status(const Invocation& invocation) {
    const std::filesystem::path& data = invocation.data;
    AgentState status;
    status.config = load_config(data);
    try {
        const IdentityFiles files(data);
        status.device_id = files.device_id().value_or("");
        status.certificate_ends_at = certificate_end(files);
    } catch (const std::runtime_error& error) {
        status.identity_problem = error.what();
    }
    status.service = look_at_service(invocation);
    try {
        status.store = look_into_store(data);
    } catch (const std::runtime_error& error) {
        status.database_problem = error.what();
    }
    return status;
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json refused_list(const StoreSummary& store) {
    json list = json::array();
    for (const RefusedReport& report : store.refused)
        list.push_back({{"report_id", report.report_id}, {"at", format_instant(report.at)}, {"reason", report.reason}});
    return list;
}

json set_aside_list(const StoreSummary& store) {
    json list = json::array();
    for (const SetAside& event : store.set_aside)
        list.push_back({{"at", format_instant(event.at)}, {"name", event.name}, {"reason", event.reason}});
    return list;
}

std::string for_machines(const Invocation& invocation, const AgentState& status) {
    StoreSummary store = status.store.value_or(StoreSummary{});
    json document = {{"agent_version", WARDWATCH_VERSION},
                     {"data_folder", utf8(invocation.data)},
                     {"enrolled", status.identity_problem.empty() ? json(!status.certificate_ends_at.empty()) : json()},
                     {"collector_url", text_or_null(status.config.config.collector_url)},
                     {"device_id", text_or_null(status.device_id)},
                     {"certificate_ends_at", text_or_null(status.certificate_ends_at)},
                     {"outbox_depth", status.store ? json(store.outbox_depth) : json()},
                     {"reports", status.store ? json(store.reports) : json()},
                     {"verdicts", store.verdicts},
                     {"refused", refused_list(store)},
                     {"set_aside", set_aside_list(store)},
                     {"settings_problems", status.config.problems},
                     {"identity_problem", text_or_null(status.identity_problem)},
                     {"database_problem", text_or_null(status.database_problem)}};
    for (const char* note : {"last_sent_at", "verdict", "problem", "problem_at"})
        document[note] = text_or_null(store.notes[note]);
    document.update(live_members(status.service, store.notes));
    return document.dump(2) + "\n";
}

std::string for_people(const Invocation& invocation, const AgentState& status) {
    StoreSummary store = status.store.value_or(StoreSummary{});
    const std::string none = invocation.say("chưa có", "none");
    const auto or_none = [&](const std::string& text) { return text.empty() ? none : text; };
    const std::string unknown = invocation.say("chưa xác định", "unknown");
    const std::string unread = status.database_problem.empty() ? none : unknown;
    const auto or_unread = [&](const std::string& text) { return text.empty() ? unread : text; };
    const std::string enrolled = !status.identity_problem.empty()     ? unknown
                                 : status.certificate_ends_at.empty() ? invocation.say("chưa", "no")
                                                                      : invocation.say("có", "yes");
    std::vector<std::vector<std::string>> rows = {
        {invocation.say("Phiên bản", "Version"), WARDWATCH_VERSION},
        {invocation.say("Thư mục dữ liệu", "Data folder"), utf8(invocation.data)},
        {invocation.say("Đã đăng ký", "Enrolled"), enrolled},
        {invocation.say("Trung tâm", "Centre"), or_none(status.config.config.collector_url)},
        {invocation.say("Mã thiết bị", "Device id"), or_none(status.device_id)},
        {invocation.say("Chứng thư hết hạn", "Certificate ends"), or_none(status.certificate_ends_at)},
        {invocation.say("Lần gửi cuối", "Last sent"), or_unread(store.notes["last_sent_at"])},
        {invocation.say("Chờ gửi", "Waiting to be sent"), status.store ? std::to_string(store.outbox_depth) : unread},
        {invocation.say("Kết luận cuối", "Last verdict"), or_unread(verdict_text(invocation, store.notes["verdict"]))},
    };
    const std::vector<std::vector<std::string>> live = live_rows(invocation, status.service, store.notes, unread);
    rows.insert(rows.begin() + 2, live.begin(), live.end());
    if (!store.notes["problem"].empty())
        rows.push_back(
            {invocation.say("Sự cố", "Problem"), store.notes["problem"] + " (" + store.notes["problem_at"] + ")"});
    if (!status.identity_problem.empty())
        rows.push_back({invocation.say("Danh tính của máy", "Identity"), status.identity_problem});
    if (!status.database_problem.empty())
        rows.push_back({invocation.say("Cơ sở dữ liệu", "Database"), status.database_problem});
    for (const std::string& problem : status.config.problems)
        rows.push_back({invocation.say("Cài đặt", "Settings"), problem});
    for (const RefusedReport& report : store.refused)
        rows.push_back(
            {invocation.say("Báo cáo bị từ chối", "Refused report"), report.report_id + ": " + report.reason});
    for (const SetAside& event : store.set_aside)
        rows.push_back({invocation.say("Cơ sở dữ liệu hỏng", "Damaged database"), event.name + ": " + event.reason});
    return table(rows);
}

}  // namespace

Exit verb_status(const Invocation& invocation) {
    const AgentState status = read_status(invocation);
    print(invocation.json ? for_machines(invocation, status) : for_people(invocation, status));
    return status.database_problem.empty() && status.identity_problem.empty() ? Exit::ok : Exit::failure;
}

}  // namespace wardwatch

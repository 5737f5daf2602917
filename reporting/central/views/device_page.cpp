// The parts of a PC's page: waivers, moves, certificate, report.
#include "reporting/central/views/device_page.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"

#include <map>
#include <utility>

#include "reporting/central/commands/scans.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/change_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t commands_shown = 100;

using WaivedSubject = std::pair<std::string, std::string>;  // rule, instance

json text_or_null(const sql::Row& row, int column) { return row.is_null(column) ? json() : json(row.text(column)); }
json time_or_null(const std::optional<Instant>& instant) { return instant ? json(format_instant(*instant)) : json(); }

json read_waiver(const sql::Row& row, const UnitTree& tree, const Device& device, Instant now) {
    const Instant ends_at = row.instant(8);
    const std::optional<Instant> ended_at = row.maybe_instant(9);
    const bool for_device = !row.is_null(3);
    const bool for_unit = !row.is_null(4);
    return {{"id", row.integer(0)},
            {"rule", row.text(1)},
            {"instance", text_or_null(row, 2)},
            {"device_id", text_or_null(row, 3)},
            {"host_name", for_device ? json(device.host_name) : json()},
            {"unit_id", for_unit ? json(row.integer(4)) : json()},
            {"unit", for_unit ? json(tree.path_or_name(row.integer(4))) : json()},
            {"reason", row.text(5)},
            {"approved_by", row.text(6)},
            {"created_at", format_instant(row.instant(7))},
            // It ends with a day: the instant is the midnight after it.
            {"ends_on", vietnam_time(ends_at - std::chrono::seconds{1}).substr(0, 10)},
            {"ended_at", time_or_null(ended_at)},
            {"ended_by", ended_at ? json(row.text(10)) : json()},
            {"active", !ended_at && now < ends_at}};
}

/// By id, the newest first.
std::map<std::int64_t, json, std::greater<>> waivers_of(const View& view, const UnitTree& tree, const Device& device) {
    const sql::Reader reader = view.database.reader();
    auto rows = reader.query(
        "WITH RECURSIVE line(id) AS (SELECT $2 UNION SELECT u.parent_id FROM units u JOIN line ON u.id = line.id WHERE "
        "u.parent_id IS NOT NULL) SELECT id, rule, instance, device_id, unit_id, reason, approved_by, created_at, "
        "ends_at, ended_at, ended_by FROM waivers WHERE device_id = $1 OR unit_id IN (SELECT id FROM line) OR "
        "(device_id IS NULL AND unit_id IS NULL) OR id IN (SELECT waiver_id FROM verdicts WHERE device_id = $1)",
        device.device_id, device.unit_id);
    std::map<std::int64_t, json, std::greater<>> waivers;
    while (rows.next()) waivers[rows.integer(0)] = read_waiver(rows, tree, device, view.now);
    return waivers;
}

std::map<WaivedSubject, std::int64_t> waived_subjects(const View& view, const Device& device) {
    const sql::Reader reader = view.database.reader();
    auto rows =
        reader.query("SELECT rule, instance, waiver_id FROM verdicts WHERE device_id = $1 AND waiver_id IS NOT NULL",
                     device.device_id);
    std::map<WaivedSubject, std::int64_t> subjects;
    while (rows.next()) subjects[{rows.text(0), rows.text(1)}] = rows.integer(2);
    return subjects;
}

void add_waivers(const View& view, const Device& device, const std::map<std::int64_t, json, std::greater<>>& waivers,
                 json& verdicts) {
    const std::map<WaivedSubject, std::int64_t> subjects = waived_subjects(view, device);
    for (json& verdict : verdicts) {
        const auto subject =
            subjects.find({verdict.at("rule").get<std::string>(), verdict.at("instance").get<std::string>()});
        const auto waiver = subject == subjects.end() ? waivers.end() : waivers.find(subject->second);
        verdict["waived"] = subject != subjects.end();
        verdict["waiver"] = waiver == waivers.end() ? json() : waiver->second;
    }
}

json moves_of(const View& view, const UnitTree& tree, const Device& device) {
    json moves = json::array();
    for (const DeviceMove& move : Devices{view.database}.moves(device.device_id)) {
        moves.push_back({{"at", format_instant(move.at)},
                         {"from", tree.path_or_name(move.from_unit)},
                         {"to", tree.path_or_name(move.to_unit)},
                         {"actor", move.actor}});
    }
    return moves;
}

json certificate_of(const View& view, const Device& device) {
    const std::optional<DeviceCertificate> certificate = ChangeHistory{view.database}.certificate(device.device_id);
    if (!certificate) return nullptr;
    return {{"sha256", certificate->sha256},
            {"serial", certificate->serial},
            {"issued_at", format_instant(certificate->issued_at)},
            {"not_after", format_instant(certificate->not_after)}};
}

}  // namespace

json waived_verdicts_json(const View& view, const Device& device) {
    json result = verdicts_json(view, device);
    add_waivers(view, device, waivers_of(view, UnitTree{view.database, view.scope}, device), result["verdicts"]);
    return result;
}

json device_page_json(const View& view, const Device& device) {
    const UnitTree tree{view.database, view.scope};
    const auto waivers = waivers_of(view, tree, device);
    json page = device_details_json(view, device);
    add_waivers(view, device, waivers, page["verdicts"]);
    page["certificate"] = certificate_of(view, device);
    page["moves"] = moves_of(view, tree, device);
    page["waivers"] = json::array();
    for (const auto& [id, waiver] : waivers) page["waivers"].push_back(waiver);
    return page;
}

std::optional<json> past_report_json(const View& view, const Device& device, const std::string& report_id) {
    const std::optional<StoredReport> stored = ChangeHistory{view.database}.report(device.device_id, report_id);
    if (!stored) return std::nullopt;
    View then = view;
    then.now = std::min(stored->taken_at, stored->received_at);
    const Report report = report_from_json(stored->body);
    const std::vector<Verdict> verdicts = judge(view.policy, report, then.now);
    json result = report_json(then, *stored);
    result["status"] = name_of(stored->status);
    result["status_now"] = name_of(overall(view.policy, verdicts));
    result["policy"] = {{"id", view.policy.id}, {"version", view.policy.version}};
    result["judged_at"] = format_instant(then.now);
    result["verdicts"] = json::array();
    for (const Verdict& verdict : verdicts)
        result["verdicts"].push_back(past_verdict_json(view.policy, verdict, then.now));
    return result;
}

json commands_json(const View& view, const Device& device) {
    json list = json::array();
    for (const StoredCommand& command : Commands{view.database}.of(device.device_id, commands_shown)) {
        list.push_back({{"command_id", command.id},
                        {"batch_id", command.batch_id},
                        {"kind", command.kind},
                        {"argument", command.argument},
                        {"created_by", command.created_by},
                        {"created_at", format_instant(command.created_at)},
                        {"expires_at", format_instant(command.expires_at)},
                        {"state", shown_state(command, view.now)},
                        {"changed_at", format_instant(command.changed_at)},
                        {"collector", command.collector},
                        {"position", command.position},
                        {"count", command.count},
                        {"report_id", command.report_id},
                        {"problem", command.problem}});
    }
    return {{"commands", std::move(list)}};
}

}  // namespace wardwatch

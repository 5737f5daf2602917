// The parts of a PC's page: waivers, moves, certificate, report.
#include "reporting/central/views/device_page.h"

#include <algorithm>

#include "reporting/central/api/json.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/change_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/notes/json.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json waiver_json(const Waiver& waiver, const UnitTree& tree, const Device& device, Instant now) {
    return {{"id", waiver.id},
            {"rule", waiver.rule},
            {"instance", waiver.instance ? json(*waiver.instance) : json()},
            {"device_id", waiver.device_id ? json(*waiver.device_id) : json()},
            {"host_name", waiver.device_id ? json(device.host_name) : json()},
            {"unit_id", waiver.unit_id ? json(*waiver.unit_id) : json()},
            {"unit", waiver.unit_id ? json(tree.path_or_name(*waiver.unit_id)) : json()},
            {"reason", waiver.reason},
            {"approved_by", waiver.approved_by},
            {"created_at", format_instant(waiver.created_at)},
            // It ends with a day: the instant is the midnight after it.
            {"ends_on", vietnam_time(waiver.ends_at - std::chrono::seconds{1}).substr(0, 10)},
            {"ended_at", or_null(waiver.ended_at)},
            {"ended_by", waiver.ended_at ? json(waiver.ended_by) : json()},
            {"active", !waiver.ended_at && now < waiver.ends_at}};
}

/// The newest first.
json waivers_of(const View& view, const UnitTree& tree, const Device& device) {
    json waivers = json::array();
    for (const Waiver& waiver : Waivers{view.database}.about(device.device_id, device.unit_id))
        waivers.push_back(waiver_json(waiver, tree, device, view.now));
    return waivers;
}

/// Each with the waiver that holds for it.
json waived_verdicts(const View& view, const Device& device, const json& waivers) {
    json verdicts = verdict_list_json(view, device);
    for (json& verdict : verdicts) {
        verdict["waiver"] = nullptr;
        for (const json& waiver : waivers) {
            if (waiver.at("id") == verdict.at("waiver_id")) verdict["waiver"] = waiver;
        }
    }
    return verdicts;
}

json judged_by(const Device& device) { return {{"id", device.policy_id}, {"version", device.policy_version}}; }

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
    const std::optional<StoredReport> report = Reports{view.database}.newest(device.device_id);
    const json waivers = waivers_of(view, UnitTree{view.database, view.scope}, device);
    return {{"policy", judged_by(device)},
            {"judged_at", or_null(device.judged_at)},
            {"report_id", report ? json(report->report_id) : json()},
            {"taken_at", report ? json(format_instant(report->taken_at)) : json()},
            {"status", name_of(shown_standing(view, device))},
            {"verdicts", waived_verdicts(view, device, waivers)}};
}

json device_page_json(const View& view, const Device& device) {
    const UnitTree tree{view.database, view.scope};
    const std::optional<StoredReport> report = Reports{view.database}.newest(device.device_id);
    json waivers = waivers_of(view, tree, device);
    json page = device_json(view, tree, device);
    page["policy"] = judged_by(device);
    page["judged_at"] = or_null(device.judged_at);
    page["verdicts"] = waived_verdicts(view, device, waivers);
    page["report"] = report ? report_json(view, *report) : json();
    page["certificate"] = certificate_of(view, device);
    page["moves"] = moves_of(view, tree, device);
    page["waivers"] = std::move(waivers);
    const Notes notes{view.database};
    page["card"] = card_json(notes.card(device.device_id));
    page["note_count"] = notes.count(device.device_id);
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

}  // namespace wardwatch

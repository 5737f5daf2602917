// The parts of a PC's page: verdicts, waivers, moves, certificate, report.
#include "reporting/central/views/device_page.h"

#include <algorithm>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/units/tree.h"

namespace wardwatch {

namespace {

constexpr std::size_t reports_shown = 400;

const Rule* rule_of(const Policy& policy, const std::string& id) {
    const auto rule =
        std::find_if(policy.rules.begin(), policy.rules.end(), [&](const Rule& one) { return one.id == id; });
    return rule == policy.rules.end() ? nullptr : &*rule;
}

ShownVerdict in_words(const Policy& policy, const Verdict& verdict, Severity severity, Instant at) {
    return {verdict,
            severity,
            {},
            {},
            describe(policy, verdict, at, Language::vi),
            describe(policy, verdict, at, Language::en)};
}

std::vector<ShownVerdict> verdicts_of(const View& view, const Device& device) {
    std::vector<ShownVerdict> verdicts;
    // Ages count to now; those of a revoked PC, whose verdicts stay as they were, to when they were judged.
    const Instant at = device.revoked_at ? device.judged_at.value_or(view.now) : view.now;
    for (const StoredVerdict& stored : Verdicts{view.database}.of(device.device_id)) {
        // A policy that dropped a rule is in force a moment before everything is judged again with it.
        if (rule_of(view.policy, stored.verdict.rule_id) == nullptr) continue;
        ShownVerdict& shown = verdicts.emplace_back(in_words(view.policy, stored.verdict, stored.severity, at));
        shown.waiver_id = stored.waiver_id;
        shown.since = stored.since;
    }
    return verdicts;
}

std::vector<ShownWaiver> waivers_of(const View& view, const UnitTree& tree, const Device& device) {
    std::vector<ShownWaiver> waivers;
    for (const Waiver& waiver : Waivers{view.database}.about(device.device_id, device.unit_id)) {
        ShownWaiver& shown = waivers.emplace_back(ShownWaiver{waiver, {}, {}, false});
        if (waiver.device_id) shown.host_name = device.host_name;
        if (waiver.unit_id) shown.unit = tree.path_or_name(*waiver.unit_id);
        shown.holds = !waiver.ended_at && view.now < waiver.ends_at;
    }
    return waivers;
}

DeviceVerdicts verdicts_with(const View& view, const UnitTree& tree, const Device& device) {
    return {listed_device(view, tree, device), verdicts_of(view, device), waivers_of(view, tree, device),
            Reports{view.database}.newest(device.device_id)};
}

ShownReport with_words(const View& view, const StoredReport& stored) {
    ShownReport shown{report_from_agent(stored.body), stored.received_at, {}};
    for (const Fact& fact : shown.report.facts) {
        const auto label = [&](Language language) { return label_of(view.policy, fact.id, language); };
        const auto text = [&](Language language) { return fact_text(view.policy, fact, view.now, language); };
        shown.facts.push_back(
            {fact, {label(Language::vi), label(Language::en)}, {text(Language::vi), text(Language::en)}});
    }
    return shown;
}

}  // namespace

DeviceVerdicts device_verdicts(const View& view, const Device& device) {
    return verdicts_with(view, UnitTree{view.database, view.scope}, device);
}

DevicePage device_page(const View& view, const Device& device) {
    const UnitTree tree{view.database, view.scope};
    DevicePage page;
    page.judged = verdicts_with(view, tree, device);
    if (page.judged.report) page.report = with_words(view, *page.judged.report);
    page.certificate = ChangeHistory{view.database}.certificate(device.device_id);
    for (const DeviceMove& move : Devices{view.database}.moves(device.device_id))
        page.moves.push_back({move, tree.path_or_name(move.from_unit), tree.path_or_name(move.to_unit)});
    const Notes notes{view.database};
    page.card = notes.card(device.device_id);
    page.note_count = notes.count(device.device_id);
    page.notices = notices_of(view, tree, device);
    return page;
}

std::optional<PastReport> past_report(const View& view, const Device& device, const std::string& report_id) {
    const std::optional<StoredReport> stored = ChangeHistory{view.database}.report(device.device_id, report_id);
    if (!stored) return std::nullopt;
    View then = view;
    then.now = std::min(stored->taken_at, stored->received_at);
    PastReport past{with_words(then, *stored), stored->status, {}, view.policy.id, view.policy.version, then.now, {}};
    const std::vector<Verdict> verdicts = judge(view.policy, past.report.report, then.now);
    past.status_now = overall(view.policy, verdicts);
    for (const Verdict& verdict : verdicts)
        past.verdicts.push_back(
            in_words(view.policy, verdict, rule_of(view.policy, verdict.rule_id)->severity, then.now));
    return past;
}

std::vector<StoredReport> listed_reports(const View& view, const Device& device) {
    return Reports{view.database}.list(device.device_id, reports_shown);
}

}  // namespace wardwatch

// One function for each thing that is shown.
#include "reporting/central/views/json.h"

#include <algorithm>

#include "reporting/central/api/json.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/device_filter.h"
#include "reporting/policy/describe.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t reports_shown = 400;

json verdict_json(const Policy& policy, const StoredVerdict& stored, Instant judged_at) {
    const Verdict& verdict = stored.verdict;
    json result = {{"rule", verdict.rule_id},
                   {"severity", name_of(stored.severity)},
                   {"instance", verdict.instance},
                   {"status", name_of(verdict.status)},
                   {"waived", stored.waiver_id.has_value()},
                   {"waiver_id", stored.waiver_id ? json(*stored.waiver_id) : json()},
                   {"observed", verdict.observed ? to_json(*verdict.observed) : json()},
                   {"reason", verdict.reason},
                   {"since", format_instant(stored.since)}};
    for (const Language language : {Language::vi, Language::en}) {
        const char* key = language == Language::vi ? "vi" : "en";
        const Description words = describe(policy, verdict, judged_at, language);
        result["clause"] = words.clause;
        result["title"][key] = words.title;
        result["observed_text"][key] = words.observed;
        result["required"][key] = words.required;
        result["remedy"][key] = words.remedy;
    }
    return result;
}

json fact_json(const View& view, const Fact& fact) {
    json result = to_json(fact);
    for (const Language language : {Language::vi, Language::en}) {
        const char* key = language == Language::vi ? "vi" : "en";
        result["label"][key] = label_of(view.policy, fact.id, language);
        result["text"][key] = fact_text(view.policy, fact, view.now, language);
    }
    return result;
}

/// A policy that dropped a rule is in force a moment before everything is judged again with it.
bool has_rule(const Policy& policy, const std::string& id) {
    return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) { return rule.id == id; });
}

}  // namespace

json report_json(const View& view, const StoredReport& stored) {
    const Report report = report_from_json(stored.body);
    json facts = json::array();
    for (const Fact& fact : report.facts) facts.push_back(fact_json(view, fact));
    return {{"report_id", report.report_id},
            {"agent_version", report.agent_version},
            {"trigger", report.trigger},
            {"taken_at", format_instant(report.taken_at)},
            {"received_at", format_instant(stored.received_at)},
            {"facts", std::move(facts)}};
}

json past_verdict_json(const Policy& policy, const Verdict& verdict, Instant judged_at) {
    const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(),
                                   [&](const Rule& one) { return one.id == verdict.rule_id; });
    StoredVerdict stored;
    stored.verdict = verdict;
    stored.severity = rule->severity;
    json result = verdict_json(policy, stored, judged_at);
    result["since"] = nullptr;
    result["waived"] = false;
    return result;
}

Standing shown_standing(const View& view, const Device& device) {
    if (is_silent(device.confirmed_at.value_or(device.enrolled_at), view.now, view.silent_after))
        return Standing::silent;
    return standing_of(device.status.value_or(Status::unknown));
}

UnitCounts& UnitCounts::operator+=(const UnitCounts& other) {
    devices += other.devices;
    pass += other.pass;
    fail += other.fail;
    unknown += other.unknown;
    silent += other.silent;
    waived += other.waived;
    return *this;
}

void count_device(const View& view, const Device& device, UnitCounts& counts) {
    const Standing shown = shown_standing(view, device);
    ++counts.devices;
    ++(shown == Standing::pass     ? counts.pass
       : shown == Standing::fail   ? counts.fail
       : shown == Standing::silent ? counts.silent
                                   : counts.unknown);
    counts.waived += device.waived > 0 ? 1 : 0;
}

json device_json(const View& view, const UnitTree& tree, const Device& device) {
    return {{"device_id", device.device_id},
            {"host_name", device.host_name},
            {"unit_id", device.unit_id},
            {"unit", tree.path(device.unit_id)},
            {"status", name_of(shown_standing(view, device))},
            {"grave", device.grave},
            {"failed", device.failed},
            {"unknown", device.unknown},
            {"waived", device.waived},
            {"agent_version", device.agent_version},
            {"enrolled_at", format_instant(device.enrolled_at)},
            {"last_report_at", or_null(device.last_report_at)},
            {"confirmed_at", or_null(device.confirmed_at)},
            {"last_seen_at", format_instant(device.last_seen_at)},
            {"outbox_depth", device.outbox_depth},
            {"revoked", device.revoked_at.has_value()}};
}

json devices_json(const View& view, const UnitTree& tree, std::span<const Device> devices) {
    json list = json::array();
    for (const Device& device : devices) list.push_back(device_json(view, tree, device));
    return list;
}

json devices_json(const View& view, std::optional<std::int64_t> unit_id) {
    const UnitTree tree{view.database, view.scope};
    DeviceFilter filter;
    filter.unit = unit_id;
    return {{"devices", devices_json(view, tree, filtered_devices(view, tree, filter).devices)}};
}

json verdict_list_json(const View& view, const Device& device) {
    json list = json::array();
    for (const StoredVerdict& stored : Verdicts{view.database}.of(device.device_id)) {
        if (!has_rule(view.policy, stored.verdict.rule_id)) continue;
        list.push_back(verdict_json(view.policy, stored, device.judged_at.value_or(view.now)));
    }
    return list;
}

json reports_json(const View& view, const Device& device) {
    json list = json::array();
    for (const StoredReport& report : Reports{view.database}.list(device.device_id, reports_shown)) {
        list.push_back({{"report_id", report.report_id},
                        {"taken_at", format_instant(report.taken_at)},
                        {"received_at", format_instant(report.received_at)},
                        {"trigger", report.trigger},
                        {"status", name_of(report.status)}});
    }
    return {{"reports", std::move(list)}};
}

}  // namespace wardwatch

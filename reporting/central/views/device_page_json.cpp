// A PC's page as the people's API and --json have it. Texts are in both languages.
#include "reporting/central/api/json.h"
#include "reporting/central/judging/policy_json.h"
#include "reporting/central/notes/json.h"
#include "reporting/central/views/device_page.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json verdict_json(const ShownVerdict& shown) {
    const Verdict& verdict = shown.verdict;
    return {{"rule", verdict.rule_id},
            {"severity", name_of(shown.severity)},
            {"instance", verdict.instance},
            {"status", name_of(verdict.status)},
            {"waived", shown.waiver_id.has_value()},
            {"waiver_id", or_null(shown.waiver_id)},
            {"observed", verdict.observed ? to_json(*verdict.observed) : json()},
            {"reason", sentence_of(verdict.reason)},
            {"since", or_null(shown.since)},
            {"clause", shown.vi.clause},
            {"title", text_json({shown.vi.title, shown.en.title})},
            {"subject", text_json({shown.vi.subject, shown.en.subject})},
            {"observed_text", text_json({shown.vi.observed, shown.en.observed})},
            {"required", text_json({shown.vi.required, shown.en.required})},
            {"remedy", text_json({shown.vi.remedy, shown.en.remedy})}};
}

/// A waiver as a PC's page has it: "active" until it ends, where the list of waivers says "in_force".
json page_waiver_json(const ShownWaiver& shown) {
    json waiver = to_json(shown);
    waiver.erase("in_force");
    waiver["active"] = shown.holds;
    return waiver;
}

/// Each with the waiver that holds for it.
json verdicts_json(const DeviceVerdicts& judged) {
    json list = json::array();
    for (const ShownVerdict& shown : judged.verdicts) {
        json verdict = verdict_json(shown);
        verdict["waiver"] = nullptr;
        for (const ShownWaiver& waiver : judged.waivers) {
            if (waiver.waiver.id == shown.waiver_id) verdict["waiver"] = page_waiver_json(waiver);
        }
        list.push_back(std::move(verdict));
    }
    return list;
}

json policy_of(const Device& device) { return {{"id", device.policy_id}, {"version", device.policy_version}}; }

json report_json(const ShownReport& shown) {
    json facts = json::array();
    for (const ShownFact& each : shown.facts) {
        json fact = to_json(each.fact);
        fact["label"] = text_json(each.label);
        fact["text"] = text_json(each.text);
        const auto subject = [&](Language language) {
            return subject_text(each.fact.id, each.fact.instance, language);
        };
        fact["subject"] = text_json({subject(Language::vi), subject(Language::en)});
        facts.push_back(std::move(fact));
    }
    return {{"report_id", shown.report.report_id},
            {"agent_version", shown.report.agent_version},
            {"trigger", shown.report.trigger},
            {"taken_at", format_instant(shown.report.taken_at)},
            {"received_at", format_instant(shown.received_at)},
            {"facts", std::move(facts)}};
}

json certificate_json(const DeviceCertificate& certificate) {
    return {{"sha256", certificate.sha256},
            {"serial", certificate.serial},
            {"issued_at", format_instant(certificate.issued_at)},
            {"not_after", format_instant(certificate.not_after)}};
}

json moves_json(const std::vector<ShownMove>& moves) {
    json list = json::array();
    for (const ShownMove& shown : moves)
        list.push_back({{"at", format_instant(shown.move.at)},
                        {"from", shown.from},
                        {"to", shown.to},
                        {"actor", shown.move.actor}});
    return list;
}

}  // namespace

json to_json(const DeviceVerdicts& judged) {
    const Device& device = judged.device.device;
    return {{"policy", policy_of(device)},
            {"judged_at", or_null(device.judged_at)},
            {"report_id", judged.report ? json(judged.report->report_id) : json()},
            {"taken_at", judged.report ? json(format_instant(judged.report->taken_at)) : json()},
            {"status", name_of(judged.device.standing)},
            {"verdicts", verdicts_json(judged)}};
}

json to_json(const DevicePage& page) {
    json result = to_json(page.judged.device);
    const Device& device = page.judged.device.device;
    json waivers = json::array();
    for (const ShownWaiver& waiver : page.judged.waivers) waivers.push_back(page_waiver_json(waiver));
    result["policy"] = policy_of(device);
    result["judged_at"] = or_null(device.judged_at);
    result["verdicts"] = verdicts_json(page.judged);
    result["report"] = page.report ? report_json(*page.report) : json();
    result["certificate"] = page.certificate ? certificate_json(*page.certificate) : json();
    result["moves"] = moves_json(page.moves);
    result["waivers"] = std::move(waivers);
    result["card"] = card_json(page.card);
    result["note_count"] = page.note_count;
    result["notices"] = notices_json(page.notices);
    return result;
}

json to_json(const PastReport& past) {
    json result = report_json(past.report);
    json verdicts = json::array();
    for (const ShownVerdict& verdict : past.verdicts) verdicts.push_back(verdict_json(verdict));
    result["status"] = name_of(past.status);
    result["status_now"] = name_of(past.status_now);
    result["policy"] = {{"id", past.policy_id}, {"version", past.policy_version}};
    result["judged_at"] = format_instant(past.judged_at);
    result["verdicts"] = std::move(verdicts);
    return result;
}

json reports_json(const std::vector<StoredReport>& reports) {
    json list = json::array();
    for (const StoredReport& report : reports)
        list.push_back({{"report_id", report.report_id},
                        {"taken_at", format_instant(report.taken_at)},
                        {"received_at", format_instant(report.received_at)},
                        {"trigger", report.trigger},
                        {"status", name_of(report.status)}});
    return {{"reports", std::move(list)}};
}

}  // namespace wardwatch

// A report with all that follows from it, alone or with others in one transaction.
#include "reporting/central/intake/arrival_store.h"

#include <algorithm>

#include "embedded/reasons.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/body_store.h"
#include "reporting/central/devices/hardware_store.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

/// Less is no news about a clock.
constexpr std::chrono::minutes clocks_differ{10};

/// A check that the PC's settings switch off tells that alone.
std::string checks_of(const Facts& facts) {
    std::string checks;
    std::string last;
    for (const Fact& fact : facts) {
        const std::string check = fact.id.substr(0, fact.id.find('.'));
        const auto* const unknown = std::get_if<Unknown>(&fact.value);
        const bool is_off = unknown != nullptr && fact.id == check && unknown->reason == reasons::switched_off();
        if (check == last || is_off) continue;
        checks += (checks.empty() ? "" : " ") + check;
        last = check;
    }
    return checks;
}

/// Whatever their JSON's spacing.
bool say_the_same(const std::string& body, const std::string& other) {
    try {
        return body == other || canonical_json(report_from_agent(body)) == canonical_json(report_from_agent(other));
    } catch (const WireError&) {
        return false;  // what is stored is damaged, or of a format that this program does not read
    }
}

ReportOutcome add_report(sql::Writer& writer, const NewReport& report, const Judgement& judgement) {
    auto same = writer.query("SELECT r.body, b.body FROM reports r" WARDWATCH_BODY_BASES
                             "WHERE r.device_id = $1 AND r.report_id = $2",
                             report.device_id, report.report_id);
    if (same.next())
        return say_the_same(StoredBodies{}.at(same, 0), report.body) ? ReportOutcome::known : ReportOutcome::differs;

    const Judgement waived = with_waivers(writer, report.device_id, judgement);
    const Instant ordered_at = std::min(report.taken_at, report.received_at);
    const StoredBody stored = store_body(writer, report.device_id, report.body);
    const std::int64_t row = writer.insert(
        "INSERT INTO reports(device_id, report_id, trigger, taken_at, received_at, ordered_at, "
        "facts_hash, status, body, base) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        report.device_id, report.report_id, report.trigger, report.taken_at, report.received_at, ordered_at,
        report.facts_hash, name_of(waived.status), sql::Blob{stored.body}, stored.base);

    writer.run(
        "UPDATE reports SET confirmed_at = d.confirmed_at FROM devices d WHERE d.device_id = $1 AND reports.id = "
        "d.newest_report AND reports.ordered_at <= $2",
        report.device_id, ordered_at);
    // Equal times happen (whole seconds): then the one that arrived last is the newest.
    const bool newest =
        writer.run(
            "UPDATE devices SET newest_report = $2, confirmed_at = $3, newest_taken_at = $5 WHERE device_id "
            "= $1 AND $4 >= coalesce((SELECT ordered_at FROM reports WHERE id = newest_report), $4)",
            report.device_id, row, report.received_at, ordered_at, report.taken_at) > 0;
    if (newest) {
        replace_verdicts(writer, report.device_id, waived, ordered_at);
        replace_antivirus(writer, report.device_id, row, report.antivirus);
        note_checks(writer, report.device_id, report.checks, report.received_at);
    }
    writer.run("UPDATE devices SET last_seen_at = greatest(last_seen_at, $2) WHERE device_id = $1", report.device_id,
               report.received_at);
    note_version(writer, report.device_id, report.agent_version);
    if (report.taken_at > report.received_at + clocks_differ)
        add_notice(writer, report.device_id, NoticeKind::from_the_future, "", report.received_at);
    finish_commands_of_report(writer, report.device_id, report.report_id, report.received_at);
    return ReportOutcome::stored;
}

}  // namespace

Arrival arrival_of(const Report& report, std::string body, Instant received, const PolicyInForce& policy) {
    NewReport stored;
    stored.device_id = report.device_id;
    stored.report_id = report.report_id;
    stored.agent_version = report.agent_version;
    stored.trigger = report.trigger;
    stored.taken_at = report.taken_at;
    stored.received_at = received;
    stored.facts_hash = facts_hash(report.facts);
    stored.body = std::move(body);
    stored.antivirus = antivirus_of(report);
    stored.checks = checks_of(report.facts);
    return {std::move(stored), judge_report(policy, report, received)};
}

ReportOutcome Arrivals::add(const NewReport& report, const Judgement& judgement) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    const ReportOutcome outcome = add_report(writer, report, judgement);
    transaction.commit();
    return outcome;
}

std::vector<ReportOutcome> Arrivals::add_all(std::span<const Arrival> arrivals, std::span<const ContactAt> contacts,
                                             std::span<const CommandDelivery> deliveries) {
    sql::Writer writer = database_.writer();
    if (arrivals.empty()) writer.without_waiting_for_the_disk();
    sql::Transaction transaction{writer};
    for (const CommandDelivery& each : deliveries) mark_delivered(writer, each);
    for (const ContactAt& each : contacts) {
        touch_device(writer, each.device_id, each.contact, each.at);
        if (each.contact.hardware) note_hardware(writer, each.device_id, *each.contact.hardware, each.at);
    }
    std::vector<ReportOutcome> outcomes;
    outcomes.reserve(arrivals.size());
    for (const Arrival& each : arrivals) outcomes.push_back(add_report(writer, each.report, each.judgement));
    transaction.commit();
    return outcomes;
}

}  // namespace wardwatch

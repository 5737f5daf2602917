// How a report is stored with its verdicts, and what each answer of the centre does to the queue.
#include "agent/loop/delivery.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reporting/policy/judge.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {
namespace {

// What the centre will answer to this report for ever. 404 and the like are another server's or a proxy's words.
bool blames_the_report(unsigned status) { return status == 400 || status == 409 || status == 413 || status == 422; }

// A report that another version wrote in another format is as good as none.
Facts facts_in(const std::optional<std::string>& json) {
    if (!json) return {};
    try {
        return report_from_json(*json).facts;
    } catch (const WireError&) {
        return {};
    }
}

// keep_scan's note, which each scan moves, with news or without.
std::optional<Instant> scan_noted_in(const std::map<std::string, std::string>& notes) {
    const auto noted = notes.find("last_scan_at");
    if (noted == notes.end()) return std::nullopt;
    try {
        return parse_instant(noted->second);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

// keep_offers's notes.
ReportOffers kept_offers(Store& store) {
    const std::map<std::string, std::string> notes = store.notes();
    const auto says = [&](const char* note, const std::string& text) {
        const auto found = notes.find(note);
        return found != notes.end() && found->second == text;
    };
    return {says("report_format", std::to_string(format_with_reasons)) ? format_with_reasons : 1,
            says("report_encoding", "deflate")};
}

// A centre without that offer meets what is no JSON; others say it by the status.
bool may_be_older(unsigned status) { return status == 400 || status == 415; }

void send(Store& store, const Centre& centre, const Identity& identity, const std::string& stored) {
    const ReportOffers offers = kept_offers(store);
    const std::string text = report_text_for(stored, offers.report_format);
    ReportAnswer answer;
    try {
        answer = centre.send_report(identity, text, offers.takes_deflate);
    } catch (const CentreRefused& refusal) {
        const std::string older = report_text_for(stored, 1);
        if (!may_be_older(refusal.status) || (older == text && !offers.takes_deflate)) throw;
        keep_offers(store, {});
        answer = centre.send_report(identity, older, false);
    }
    keep_offers(store, answer.offers);
}

Delivery refuse(Store& store, const std::string& report_id, const std::string& reason, Instant now) {
    store.refuse(report_id, reason, now);
    return {Delivery::Outcome::refused, report_id, reason};
}

}  // namespace

std::vector<Verdict> keep_report(Store& store, const Report& report, std::optional<std::chrono::milliseconds> took,
                                 Instant now) {
    store.append(report, report_text(report, kept_offers(store).report_format), facts_hash(report.facts), now);
    return keep_scan(store, report, took, now);
}

std::vector<Verdict> keep_scan(Store& store, const Report& report, std::optional<std::chrono::milliseconds> took,
                               Instant now) {
    std::vector<Verdict> verdicts = judge(baseline(), report, now);
    store.remember(verdicts, now);
    store.note("verdict", std::string(name_of(overall(baseline(), verdicts))));
    store.note("last_scan_at", format_instant(report.taken_at));
    store.note("last_scan_trigger", report.trigger);
    store.note("last_scan_ms", took ? std::to_string(took->count()) : "");
    return verdicts;
}

Facts newest_facts(Store& store) { return facts_in(store.newest_json()); }

Facts newest_facts(const std::filesystem::path& folder) {
    try {
        const std::optional<StoreSummary> summary = look_into_store(folder);
        if (!summary || !summary->newest) return {};
        return facts_in(look_for_report(folder, summary->newest->report_id));
    } catch (const std::runtime_error&) {
        return {};  // no right to read it, or it is damaged: the scan just has no memory
    }
}

std::optional<Instant> newest_scan_at(Store& store) { return scan_noted_in(store.notes()); }

std::optional<Instant> newest_scan_at(const std::filesystem::path& folder) {
    try {
        const std::optional<StoreSummary> summary = look_into_store(folder);
        return summary ? scan_noted_in(summary->notes) : std::nullopt;
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

void keep_offers(Store& store, const ReportOffers& offers) {
    const ReportOffers kept{std::min(offers.report_format, newest_report_format), offers.takes_deflate};
    const ReportOffers before = kept_offers(store);
    if (kept.report_format != before.report_format) store.note("report_format", std::to_string(kept.report_format));
    if (kept.takes_deflate != before.takes_deflate) store.note("report_encoding", kept.takes_deflate ? "deflate" : "");
}

Delivery deliver_oldest(Store& store, const Centre& centre, const Identity& identity, const std::string& device_id,
                        Instant now) {
    const std::optional<QueuedReport> queued = store.oldest();
    if (!queued) return {Delivery::Outcome::nothing_queued, "", ""};
    if (queued->device_id != device_id) return refuse(store, queued->report_id, "taken under another device id", now);
    try {
        send(store, centre, identity, queued->json);
    } catch (const CentreRefused& refusal) {
        if (!blames_the_report(refusal.status)) throw;
        return refuse(store, queued->report_id, std::to_string(refusal.status) + ": " + refusal.what(), now);
    }
    store.acknowledge(queued->report_id);
    store.note("last_sent_at", format_instant(now));
    return {Delivery::Outcome::sent, queued->report_id, ""};
}

}  // namespace wardwatch

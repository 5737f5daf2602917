#include "agent/delivery.h"

namespace wardwatch {
namespace {

// What the centre will answer to this report for ever. 404 and the like are another server's or a proxy's words.
bool blames_the_report(unsigned status) { return status == 400 || status == 409 || status == 413 || status == 422; }

Delivery refuse(Store& store, const std::string& report_id, const std::string& reason, Instant now) {
    store.refuse(report_id, reason, now);
    return {Delivery::Outcome::refused, report_id, reason};
}

}  // namespace

Delivery deliver_oldest(Store& store, const Centre& centre, const Identity& identity, const std::string& device_id,
                        Instant now) {
    const std::optional<QueuedReport> queued = store.oldest();
    if (!queued) return {Delivery::Outcome::nothing_queued, "", ""};
    if (queued->device_id != device_id) return refuse(store, queued->report_id, "taken under another device id", now);
    try {
        centre.send_report(identity, queued->json);
    } catch (const CentreRefused& refusal) {
        if (!blames_the_report(refusal.status)) throw;
        return refuse(store, queued->report_id, std::to_string(refusal.status) + ": " + refusal.what(), now);
    }
    store.acknowledge(queued->report_id);
    store.note("last_sent_at", format_instant(now));
    return {Delivery::Outcome::sent, queued->report_id, ""};
}

}  // namespace wardwatch

// A report's way through the store: in with its verdicts, and out to the centre. The service's loop and `scan --send`
// share it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/centre/centre.h"
#include "agent/store/store.h"

namespace wardwatch {

/// Stores and queues the report, and keeps its verdicts and what `status` shows of it. `took` is empty when nobody
/// measured it.
std::vector<Verdict> keep_report(Store& store, const Report& report, std::optional<std::chrono::milliseconds> took,
                                 Instant now);

/// The facts of the newest stored report; empty when there is none, or none that this version reads.
Facts newest_facts(Store& store);
/// The same from the data folder, beside the service; also empty without the right to read it.
Facts newest_facts(const std::filesystem::path& folder);

/// When a scan found the facts of the newest report last; empty before the first scan.
std::optional<Instant> newest_scan_at(Store& store);
/// The same from the data folder, as above.
std::optional<Instant> newest_scan_at(const std::filesystem::path& folder);

/// What keep_report does besides: for a scan that has nothing to report, because the newest report has the same facts.
std::vector<Verdict> keep_scan(Store& store, const Report& report, std::optional<std::chrono::milliseconds> took,
                               Instant now);

struct Delivery {
    enum class Outcome { nothing_queued, sent, refused } outcome;
    std::string report_id;
    std::string reason;  ///< of a refusal
};

/// Remembers how the centre takes reports, as its newest answer said: they are stored and sent in the format, and sent
/// compressed, as it offers.
void keep_offers(Store& store, const ReportOffers& offers);

/// Sends the oldest queued report and acknowledges it; as any centre takes it where this one refuses what was offered:
/// it may be another than before, or restored from a backup. A report that the centre will never take (400, 409, 413,
/// 422; another device's) is taken out of the queue with the reason, so that it does not hold up the others. Throws
/// what Centre throws otherwise; the report stays queued then.
Delivery deliver_oldest(Store& store, const Centre& centre, const Identity& identity, const std::string& device_id,
                        Instant now);

}  // namespace wardwatch

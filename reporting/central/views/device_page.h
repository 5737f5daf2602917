// One PC's page: what is known of it beside its newest report.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/devices/store.h"
#include "reporting/central/history/change_store.h"
#include "reporting/central/judging/waiver_orders.h"
#include "reporting/central/notes/notes.h"
#include "reporting/central/views/device_notices.h"
#include "reporting/central/views/listed_devices.h"
#include "reporting/policy/describe.h"

namespace wardwatch {

/// A verdict in words.
struct ShownVerdict {
    Verdict verdict;
    Severity severity = Severity::violation;
    std::optional<std::int64_t> waiver_id;
    std::optional<Instant> since;  ///< nobody knows it of a report that was judged again only to look at it
    Description vi;
    Description en;
    const Description& in(Language language) const { return language == Language::vi ? vi : en; }
};

/// As they were judged last; ages in the words count to that time. The waivers are those that are or were for this PC
/// (those for its unit, for one above it and for all units included), the newest first; one holds until it ends.
struct DeviceVerdicts {
    ListedDevice device;
    std::vector<ShownVerdict> verdicts;
    std::vector<ShownWaiver> waivers;
    std::optional<StoredReport> report;  ///< the newest, of which they are
};
DeviceVerdicts device_verdicts(const View& view, const Device& device);

struct ShownFact {
    Fact fact;
    Text label;
    Text text;
};

/// A report with its facts; ages in their texts count to the time for which it is shown.
struct ShownReport {
    Report report;
    Instant received_at;
    std::vector<ShownFact> facts;
};

struct ShownMove {
    DeviceMove move;
    std::string from;  ///< what the viewer may know of the unit: its path or its name
    std::string to;
};

struct DevicePage {
    DeviceVerdicts judged;
    std::optional<ShownReport> report;  ///< the newest; nothing when there is none yet
    std::optional<DeviceCertificate> certificate;
    std::vector<ShownMove> moves;  ///< oldest first
    Card card;
    std::int64_t note_count = 0;
    std::vector<ShownNotice> notices;
};
DevicePage device_page(const View& view, const Device& device);

/// An old report with its facts, and its verdicts by the policy in force now. Ages count to when the report was taken:
/// an old report is not worse because it is old.
struct PastReport {
    ShownReport report;
    Status status = Status::unknown;      ///< as judged when it arrived
    Status status_now = Status::unknown;  ///< by the policy in force
    std::string policy_id;
    std::string policy_version;
    Instant judged_at;
    std::vector<ShownVerdict> verdicts;
};
/// Nothing when this PC has no such report.
std::optional<PastReport> past_report(const View& view, const Device& device, const std::string& report_id);

nlohmann::json to_json(const DeviceVerdicts& judged);
nlohmann::json to_json(const DevicePage& page);
nlohmann::json to_json(const PastReport& past);
/// Without their bodies.
nlohmann::json reports_json(const std::vector<StoredReport>& reports);
/// The newest reports of a PC, as many as its page lists.
std::vector<StoredReport> listed_reports(const View& view, const Device& device);

}  // namespace wardwatch

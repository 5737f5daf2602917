// SQL for the PCs' reports at past times.
#include "reporting/central/history/past_store.h"

#include <algorithm>
#include <map>

#include "reporting/central/devices/body_store.h"

namespace wardwatch {

namespace {

constexpr std::int64_t devices_at_once = 500;

using MovesByDevice = std::map<std::string, std::vector<MoveSince>>;

MovesByDevice moves_since(const sql::Reader& reader, Instant begin) {
    auto rows = reader.query("SELECT device_id, at, from_unit FROM device_moves WHERE at >= $1 ORDER BY id", begin);
    MovesByDevice moves;
    while (rows.next()) moves[rows.text(0)].push_back({rows.instant(1), rows.integer(2)});
    return moves;
}

/// The next ones in the order of their ids.
std::vector<PastDevice> devices_after(const sql::Reader& reader, const std::string& device_id, Instant begin) {
    auto rows = reader.query(
        "SELECT device_id, unit_id, enrolled_at, revoked_at FROM devices "
        "WHERE device_id > $1 AND (revoked_at IS NULL OR revoked_at >= $2) ORDER BY device_id LIMIT $3",
        device_id, begin, devices_at_once);
    std::vector<PastDevice> devices;
    while (rows.next())
        devices.push_back({rows.text(0), rows.integer(1), rows.instant(2), rows.maybe_instant(3), {}, {}});
    return devices;
}

std::vector<ReportThen> reports_between(const sql::Reader& reader, const std::string& device_id, Instant begin,
                                        Instant end) {
    // When the newest one was confirmed stands with the PC.
    auto rows = reader.query(
        "SELECT r.ordered_at, r.received_at, CASE WHEN r.id = d.newest_report THEN d.confirmed_at ELSE "
        "r.confirmed_at END, r.body, b.body FROM devices d JOIN reports r ON r.device_id = "
        "d.device_id" WARDWATCH_BODY_BASES
        "WHERE d.device_id = $1 AND r.ordered_at < $3 AND r.ordered_at >= coalesce((SELECT max(ordered_at) FROM "
        "reports WHERE device_id = $1 AND ordered_at < $2), $2) ORDER BY r.ordered_at, r.id",
        device_id, begin, end);
    std::vector<ReportThen> reports;
    StoredBodies bodies;
    while (rows.next())
        reports.push_back({rows.instant(0), rows.instant(1), rows.maybe_instant(2), bodies.at(rows, 3)});
    return reports;
}

}  // namespace

bool PastDevice::there_before(Instant end) const {
    return (enrolled_at < end || report_before(end) != nullptr) && (!revoked_at || *revoked_at >= end);
}

std::int64_t PastDevice::unit_before(Instant end) const {
    const auto left = std::ranges::find_if(moves, [&](const MoveSince& move) { return move.at >= end; });
    return left == moves.end() ? unit_id : left->from_unit;
}

const ReportThen* PastDevice::report_before(Instant end) const {
    const auto later =
        std::ranges::partition_point(reports, [&](const ReportThen& report) { return report.ordered_at < end; });
    return later == reports.begin() ? nullptr : &*std::prev(later);
}

Instant PastDevice::heard_before(Instant end) const {
    const ReportThen* const report = report_before(end);
    if (report == nullptr) return enrolled_at;
    const Instant heard = report->received_at < end ? report->received_at : report->ordered_at;
    if (!report->confirmed_at) return heard;
    return std::clamp(*report->confirmed_at, std::min(heard, end), end);
}

bool PastReports::each_between(Instant begin, Instant end, const std::function<bool(const PastDevice&)>& tell) const {
    MovesByDevice moves = moves_since(database_.reader(), begin);
    std::string last;
    for (;;) {
        std::vector<PastDevice> devices = devices_after(database_.reader(), last, begin);
        if (devices.empty()) return true;
        last = devices.back().device_id;
        for (PastDevice& device : devices) {
            device.reports = reports_between(database_.reader(), device.device_id, begin, end);
            if (auto moved = moves.find(device.device_id); moved != moves.end())
                device.moves = std::move(moved->second);
            if (!tell(device)) return false;
            device = {};
        }
    }
}

std::optional<Instant> PastReports::oldest() const {
    auto row = database_.reader().query("SELECT min(ordered_at) FROM reports");
    if (!row.next()) return std::nullopt;
    return row.maybe_instant(0);
}

}  // namespace wardwatch

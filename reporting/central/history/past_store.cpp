// SQL for the PCs' reports at past times.
#include "reporting/central/history/past_store.h"

#include <algorithm>
#include <map>

namespace wardwatch {

namespace {

// A device is there when it was enrolled by then or has a report of then: reports may be older than the enrolment.
constexpr const char* devices_then =
    "SELECT d.device_id, d.unit_id, d.enrolled_at, CASE WHEN r.id = d.newest_report THEN d.confirmed_at ELSE "
    "r.confirmed_at END, r.ordered_at, r.received_at, r.body FROM devices d LEFT JOIN reports r ON r.id = (SELECT id "
    "FROM reports WHERE device_id = d.device_id AND ordered_at < $1 ORDER BY ordered_at DESC, id DESC LIMIT 1) "
    "WHERE (d.enrolled_at < $1 OR r.id IS NOT NULL) AND (d.revoked_at IS NULL OR d.revoked_at >= $1)";

/// Device → the unit that it was in at `end`, of those that moved since.
std::map<std::string, std::int64_t> units_then(const sql::Reader& reader, Instant end) {
    auto rows = reader.query("SELECT device_id, from_unit FROM device_moves WHERE at >= $1 ORDER BY id", end);
    std::map<std::string, std::int64_t> units;
    while (rows.next()) units.emplace(rows.text(0), rows.integer(1));
    return units;
}

Instant heard_then(const sql::Row& row, Instant end) {
    if (row.is_null(4)) return row.instant(2);
    const Instant received = row.instant(5);
    const Instant heard = received < end ? received : row.instant(4);
    if (row.is_null(3)) return heard;
    return std::clamp(row.instant(3), std::min(heard, end), end);
}

}  // namespace

bool PastReports::each_before(Instant end, const std::function<bool(const PastDevice&)>& tell) const {
    const sql::Reader reader = database_.reader();
    const std::map<std::string, std::int64_t> moved = units_then(reader, end);
    auto rows = reader.query(devices_then, end);
    while (rows.next()) {
        PastDevice device{rows.text(0), rows.integer(1), heard_then(rows, end), rows.maybe_text(6)};
        if (const auto before = moved.find(device.device_id); before != moved.end()) device.unit_id = before->second;
        if (!tell(device)) return false;
    }
    return true;
}

std::optional<Instant> PastReports::oldest() const {
    auto row = database_.reader().query("SELECT min(ordered_at) FROM reports");
    if (!row.next()) return std::nullopt;
    return row.maybe_instant(0);
}

}  // namespace wardwatch

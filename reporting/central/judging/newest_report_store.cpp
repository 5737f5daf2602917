// SQL for the PCs' newest reports.
#include "reporting/central/judging/newest_report_store.h"

#include "reporting/central/devices/body_store.h"

namespace wardwatch {

std::int64_t NewestReports::count() const {
    return database_.reader().number("SELECT coalesce(sum(devices), 0) FROM standing_groups");
}

void NewestReports::each(std::int64_t part, std::int64_t parts,
                         const std::function<void(const ReportingDevice&)>& tell) const {
    // Device ids are random hexadecimal digits.
    auto rows = database_.reader().query(
        "SELECT d.device_id, d.host_name, d.unit_id, coalesce(d.confirmed_at, d.enrolled_at), r.body, b.body, "
        "d.policy_hash, d.holds_until, d.failed, d.unknown, d.waived FROM devices d LEFT JOIN reports r ON r.id = "
        "d.newest_report" WARDWATCH_BODY_BASES
        "WHERE d.revoked_at IS NULL AND strpos('0123456789abcdef', substr(d.device_id, 1, 1)) % $2 = $1",
        part, parts);
    StoredBodies bodies;
    while (rows.next()) {
        std::optional<std::string> report;
        if (!rows.is_null(4)) report = bodies.at(rows, 4);
        tell({rows.text(0), rows.text(1), rows.integer(2), rows.instant(3), std::move(report), rows.text(6),
              rows.instant(7), rows.integer(8), rows.integer(9), rows.integer(10)});
    }
}

}  // namespace wardwatch

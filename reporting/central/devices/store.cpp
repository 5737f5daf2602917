#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

#define WARDWATCH_DEVICE_COLUMNS                                                                                       \
    "SELECT d.device_id, d.unit_id, d.host_name, d.agent_version, d.public_key_sha256, d.enrolled_at, "                \
    "d.last_seen_at, "                                                                                                 \
    "d.revoked_at, d.outbox_depth, r.taken_at, d.confirmed_at, d.judged_at, d.policy_id, d.policy_version, d.status, " \
    "d.grave, d.failed, d.unknown, d.waived FROM devices d LEFT JOIN reports r ON r.id = d.newest_report "

Device read_device(SQLite::Statement& row) {
    Device device;
    device.device_id = row.getColumn(0).getString();
    device.unit_id = row.getColumn(1).getInt64();
    device.host_name = row.getColumn(2).getString();
    device.agent_version = row.getColumn(3).getString();
    device.public_key_sha256 = row.getColumn(4).getString();
    device.enrolled_at = sql::instant(row.getColumn(5));
    device.last_seen_at = sql::instant(row.getColumn(6));
    device.revoked_at = sql::maybe_instant(row.getColumn(7));
    device.outbox_depth = row.getColumn(8).getInt64();
    device.last_report_at = sql::maybe_instant(row.getColumn(9));
    device.confirmed_at = sql::maybe_instant(row.getColumn(10));
    device.judged_at = sql::maybe_instant(row.getColumn(11));
    device.policy_id = row.getColumn(12).getString();
    device.policy_version = row.getColumn(13).getString();
    if (!row.getColumn(14).isNull()) device.status = sql::status_from(row.getColumn(14).getString());
    device.grave = row.getColumn(15).getInt64();
    device.failed = row.getColumn(16).getInt64();
    device.unknown = row.getColumn(17).getInt64();
    device.waived = row.getColumn(18).getInt64();
    return device;
}

}  // namespace

std::vector<Device> CentralStore::devices() const {
    const std::lock_guard lock{reading_->mutex};
    auto rows = sql::query(reading_->database, WARDWATCH_DEVICE_COLUMNS "ORDER BY d.host_name, d.device_id");
    std::vector<Device> all;
    while (rows.executeStep()) all.push_back(read_device(rows));
    return all;
}

std::optional<Device> CentralStore::device(const std::string& device_id) const {
    const std::lock_guard lock{connection_->mutex};
    auto row = sql::query(connection_->database, WARDWATCH_DEVICE_COLUMNS "WHERE d.device_id = ?1", device_id);
    if (!row.executeStep()) return std::nullopt;
    return read_device(row);
}

#undef WARDWATCH_DEVICE_COLUMNS

bool CentralStore::revoke_device(const std::string& device_id, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    const bool known =
        sql::run(connection_->database, "UPDATE devices SET revoked_at = ifnull(revoked_at, ?2) WHERE device_id = ?1",
                 device_id, now) > 0;
    sql::end_commands_of_device(connection_->database, device_id, now);
    write.commit();
    return known;
}

void CentralStore::touch_device(const std::string& device_id, const Contact& contact, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::run(connection_->database,
             "UPDATE devices SET last_seen_at = max(last_seen_at, ?2), "
             "agent_version = iif(?3 = '', agent_version, ?3), outbox_depth = ifnull(?4, outbox_depth), "
             "confirmed_at = iif(?5 <> '' AND ?5 = (SELECT facts_hash FROM reports WHERE id = newest_report), "
             "max(ifnull(confirmed_at, ?2), ?2), confirmed_at) WHERE device_id = ?1",
             device_id, now, contact.agent_version, contact.outbox_depth, contact.facts_hash);
}

}  // namespace wardwatch

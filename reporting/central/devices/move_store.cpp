// PCs change units: by hand, by another token, and because their unit is merged into another.
#include "reporting/central/devices/store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

bool move_device(sql::Writer& writer, const std::string& device_id, std::int64_t unit_id, const ChangedBy& by) {
    const std::int64_t recorded = writer.run(
        "INSERT INTO device_moves(device_id, from_unit, to_unit, at, actor) SELECT device_id, unit_id, $2, $3, $4 "
        "FROM devices WHERE device_id = $1 AND unit_id <> $2",
        device_id, unit_id, by.at, by.actor);
    // Judged again soon: other units have other waivers.
    writer.run("UPDATE devices SET unit_id = $2, policy_hash = '' WHERE device_id = $1 AND unit_id <> $2", device_id,
               unit_id);
    return recorded > 0;
}

std::int64_t Devices::move(const std::vector<std::string>& device_ids, std::int64_t unit_id, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_unit(writer, unit_id);
    std::int64_t moved = 0;
    for (const std::string& device_id : device_ids) {
        if (!writer.query("SELECT 1 FROM devices WHERE device_id = $1", device_id).next())
            throw StoreError("There is no PC " + device_id + "; `device list` shows all.");
        moved += move_device(writer, device_id, unit_id, by) ? 1 : 0;
    }
    transaction.commit();
    return moved;
}

std::vector<DeviceMove> Devices::moves(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query("SELECT from_unit, to_unit, at, actor FROM device_moves WHERE device_id = $1 ORDER BY id",
                             device_id);
    std::vector<DeviceMove> all;
    while (rows.next()) {
        all.push_back({device_id, rows.integer(0), rows.integer(1), rows.instant(2), rows.text(3)});
    }
    return all;
}

void devices_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done) {
    auto rows = writer.query("SELECT device_id FROM devices WHERE unit_id = $1", merge.from);
    std::vector<std::string> ids;
    while (rows.next()) ids.push_back(rows.text(0));
    rows.finish();
    for (const std::string& device_id : ids) {
        move_device(writer, device_id, merge.into, merge.by);
        ++done.devices;
    }
}

}  // namespace wardwatch

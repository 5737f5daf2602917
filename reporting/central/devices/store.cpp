// The table of PCs: contact, place, revocation.
#include "reporting/central/devices/store.h"

#include <algorithm>
#include <unordered_map>

#include "reporting/central/devices/hardware_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace {

#define WARDWATCH_DEVICE_COLUMNS                                                                                       \
    "SELECT d.device_id, d.unit_id, d.host_name, d.agent_version, d.public_key_sha256, d.enrolled_at, "                \
    "d.last_seen_at, "                                                                                                 \
    "d.revoked_at, d.outbox_depth, r.taken_at, d.confirmed_at, d.judged_at, d.policy_id, d.policy_version, d.status, " \
    "d.grave, d.failed, d.unknown, d.waived FROM devices d LEFT JOIN reports r ON r.id = d.newest_report "

Device read_device(const sql::Row& row) {
    Device device;
    device.device_id = row.text(0);
    device.unit_id = row.integer(1);
    device.host_name = row.text(2);
    device.agent_version = row.text(3);
    device.public_key_sha256 = row.text(4);
    device.enrolled_at = row.instant(5);
    device.last_seen_at = row.instant(6);
    device.revoked_at = row.maybe_instant(7);
    device.outbox_depth = row.integer(8);
    device.last_report_at = row.maybe_instant(9);
    device.confirmed_at = row.maybe_instant(10);
    device.judged_at = row.maybe_instant(11);
    device.policy_id = row.text(12);
    device.policy_version = row.text(13);
    if (!row.is_null(14)) device.status = status_from(row.text(14));
    device.grave = row.integer(15);
    device.failed = row.integer(16);
    device.unknown = row.integer(17);
    device.waived = row.integer(18);
    return device;
}

}  // namespace

std::vector<Device> Devices::all() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(WARDWATCH_DEVICE_COLUMNS "ORDER BY d.host_name, d.device_id");
    std::vector<Device> all;
    while (rows.next()) all.push_back(read_device(rows));
    return all;
}

std::vector<Device> Devices::some(const std::vector<std::string>& device_ids) const {
    const sql::Reader reader = database_.reader();
    auto rows =
        reader.query(WARDWATCH_DEVICE_COLUMNS "WHERE d.device_id IN (SELECT texts_of($1))", sql::list_of(device_ids));
    std::unordered_map<std::string, Device> found;
    while (rows.next()) {
        Device device = read_device(rows);
        found.emplace(device.device_id, std::move(device));
    }
    std::vector<Device> devices;
    devices.reserve(found.size());
    for (const std::string& id : device_ids) {
        if (const auto device = found.find(id); device != found.end()) devices.push_back(device->second);
    }
    return devices;
}

std::vector<std::string> Devices::agent_versions(const Scope& scope) const {
    const sql::Reader reader = database_.reader();
    std::vector<std::string> versions;
    if (!scope.everything()) {
        auto rows = reader.query(
            "SELECT DISTINCT agent_version FROM devices WHERE revoked_at IS NULL AND "
            "unit_id IN (SELECT numbers_of($1)) ORDER BY agent_version DESC",
            scope.sql_list());
        while (rows.next()) versions.push_back(rows.text(0));
    }
    // From one version to the next: there are few, and many PCs of each.
    const auto next = [&](const std::optional<std::string>& before) {
        auto row = before ? reader.query("SELECT max(agent_version) FROM devices WHERE agent_version < $1", *before)
                          : reader.query("SELECT max(agent_version) FROM devices");
        return row.next() ? row.maybe_text(0) : std::nullopt;
    };
    for (std::optional<std::string> version = scope.everything() ? next({}) : std::nullopt; version;
         version = next(version)) {
        if (reader.any("SELECT 1 FROM devices WHERE agent_version = $1 AND revoked_at IS NULL", *version))
            versions.push_back(*version);
    }
    // What is no version stays in the order of letters.
    std::stable_sort(versions.begin(), versions.end(),
                     [](const std::string& a, const std::string& b) { return is_newer(a, b); });
    return versions;
}

std::int64_t Devices::waiting_reports(const Scope& scope) const {
    return database_.reader().number(
        "SELECT coalesce(sum(outbox_depth), 0) FROM devices WHERE revoked_at IS NULL AND "
        "($1 IS NULL OR unit_id IN (SELECT numbers_of($1)))",
        scope.sql_list());
}

std::optional<Device> Devices::find(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(WARDWATCH_DEVICE_COLUMNS "WHERE d.device_id = $1", device_id);
    if (!row.next()) return std::nullopt;
    return read_device(row);
}

#undef WARDWATCH_DEVICE_COLUMNS

// A PC that was set up anew has the name of its former self, which is revoked.
Device find_named(const std::vector<Device>& devices, const std::string& text) {
    std::vector<const Device*> found;
    for (const Device& device : devices) {
        if (device.device_id == text) return device;
        if (device.host_name == text && !device.revoked_at) found.push_back(&device);
    }
    if (found.empty())
        throw StoreError("There is no PC \"" + text + "\" that is not revoked; `device list` shows all.");
    if (found.size() == 1) return *found.front();
    std::string message = "Several PCs are called \"" + text + "\"; name one by its device id:";
    for (const Device* device : found) message += " " + device->device_id;
    throw StoreError(message);
}

bool revoke_device(sql::Writer& writer, const std::string& device_id, Instant now) {
    writer.run(
        "INSERT INTO settings(name, value) VALUES ($1, '1') ON CONFLICT(name) DO UPDATE SET value = "
        "CAST(CAST(settings.value AS INTEGER) + 1 AS TEXT)",
        revocations_setting);
    return writer.run("UPDATE devices SET revoked_at = coalesce(revoked_at, $2) WHERE device_id = $1", device_id, now) >
           0;
}

void Devices::touch(const std::string& device_id, const Contact& contact, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    touch_device(writer, device_id, contact, now);
    if (contact.hardware) note_hardware(writer, device_id, *contact.hardware, now);
    transaction.commit();
}

void touch_device(sql::Writer& writer, const std::string& device_id, const Contact& contact, Instant now) {
    writer.run(
        "UPDATE devices SET last_seen_at = greatest(last_seen_at, $2), outbox_depth = coalesce($3, outbox_depth), "
        "confirmed_at = CASE WHEN $4 <> '' AND $4 = (SELECT facts_hash FROM reports WHERE id = newest_report) THEN "
        "greatest(coalesce(confirmed_at, $2), $2) ELSE confirmed_at END WHERE device_id = $1",
        device_id, now, contact.outbox_depth, contact.facts_hash);
    if (!contact.agent_version.empty()) note_version(writer, device_id, contact.agent_version);
}

void note_version(sql::Writer& writer, const std::string& device_id, const std::string& version) {
    // On its own: an index of versions is written whenever its column is set, to what it was, too.
    writer.run("UPDATE devices SET agent_version = $2 WHERE device_id = $1 AND agent_version <> $2", device_id,
               version);
}

}  // namespace wardwatch

// What a contact's hardware means beside what is known: the PC's own is place 0, another one under its id place 1.
#include "reporting/central/devices/hardware_store.h"

#include "reporting/central/devices/notice_store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::int64_t own_place = 0;
constexpr std::int64_t other_place = 1;
/// A scan after each change of a busy PC stores a few hundred reports a day.
constexpr std::int64_t most_reports_a_day = 2000;

struct Known {
    Hardware hardware;
    Instant first_seen_at;
    Instant last_seen_at;
    std::int64_t reports = 0;
};

std::optional<Known> known_hardware(const sql::Reader& reader, const std::string& device_id, std::int64_t place) {
    auto row = reader.query(
        "SELECT system, disk, machine, first_seen_at, last_seen_at, reports FROM device_hardware WHERE device_id = $1 "
        "AND "
        "place = $2",
        device_id, place);
    if (!row.next()) return std::nullopt;
    return Known{{row.text(0), row.text(1), row.text(2)}, row.instant(3), row.instant(4), row.integer(5)};
}

void store_hardware(sql::Writer& writer, const std::string& device_id, std::int64_t place, const Known& what) {
    writer.run(
        "INSERT INTO device_hardware(device_id, place, system, disk, machine, first_seen_at, last_seen_at, reports) "
        "VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT(device_id, place) DO UPDATE SET system = $3, disk = $4, machine "
        "= "
        "$5, first_seen_at = $6, last_seen_at = $7, reports = $8",
        device_id, place, what.hardware.system, what.hardware.disk, what.hardware.machine, what.first_seen_at,
        what.last_seen_at, what.reports);
}

void forget_hardware(sql::Writer& writer, const std::string& device_id, std::int64_t place) {
    writer.run("DELETE FROM device_hardware WHERE device_id = $1 AND place = $2", device_id, place);
}

/// The PC that was enrolled last with this hardware, beside this one. A board without a number is known by its disk; of
/// boards that are numbered alike, those with another disk and another installation are other PCs.
std::optional<std::string> other_with(const sql::Reader& reader, const std::string& device_id,
                                      const Hardware& hardware) {
    auto row = reader.query(
        "SELECT h.device_id FROM device_hardware h JOIN devices d ON d.device_id = h.device_id WHERE h.place = 0 AND "
        "h.device_id <> $1 AND d.revoked_at IS NULL AND (($2 <> '' AND h.system = $2) OR ($2 = '' AND $3 <> '' AND "
        "h.disk = $3)) AND NOT (h.disk <> '' AND $3 <> '' AND h.disk <> $3 AND h.machine <> '' AND $4 <> '' AND "
        "h.machine <> $4) ORDER BY d.enrolled_at DESC, h.device_id LIMIT 1",
        device_id, hardware.system, hardware.disk, hardware.machine);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

/// So that another change is news where one was settled.
std::string which(const Hardware& hardware) {
    return sha256_hex(hardware.system + hardware.disk + hardware.machine).substr(0, 16);
}

void note_own(sql::Writer& writer, const std::string& device_id, const Known& before, const HardwareSaid& said,
              Instant now) {
    if (match(before.hardware, said.hardware) == HardwareMatch::changed)
        add_notice(writer, device_id, NoticeKind::hardware_changed, which(said.hardware), now);
    const std::int64_t reports = said.reports.value_or(before.reports);
    const std::int64_t days = 1 + std::chrono::floor<std::chrono::days>(now - before.last_seen_at).count();
    if (reports < before.reports) add_notice(writer, device_id, NoticeKind::forgets, "", now);
    if (before.reports > 0 && reports - before.reports > most_reports_a_day * days)
        add_notice(writer, device_id, NoticeKind::count_jumps, "", now);
    if (const std::optional<Known> other = known_hardware(writer, device_id, other_place);
        other && other->last_seen_at >= before.last_seen_at) {
        // The one before has come again: not a repair.
        drop_notice(writer, device_id, NoticeKind::hardware_changed);
        add_notice(writer, device_id, NoticeKind::clone, "", now);
    }
    store_hardware(writer, device_id, own_place,
                   {updated(before.hardware, said.hardware), before.first_seen_at, now, reports});
}

void note_another(sql::Writer& writer, const std::string& device_id, const Known& before, const HardwareSaid& said,
                  Instant now) {
    const std::optional<Known> other = known_hardware(writer, device_id, other_place);
    if (!other || match(other->hardware, said.hardware) == HardwareMatch::other) {
        // A third one: whoever it is, it is not alone.
        add_notice(writer, device_id, other ? NoticeKind::clone : NoticeKind::hardware_changed, which(said.hardware),
                   now);
        store_hardware(writer, device_id, other_place, {said.hardware, now, now, said.reports.value_or(0)});
        return;
    }
    const bool alone = before.last_seen_at < other->first_seen_at && now - other->first_seen_at >= own_after;
    const Known newer{updated(other->hardware, said.hardware), other->first_seen_at, now,
                      said.reports.value_or(other->reports)};
    store_hardware(writer, device_id, alone ? own_place : other_place, newer);
    if (alone) forget_hardware(writer, device_id, other_place);
}

}  // namespace

void note_hardware(sql::Writer& writer, const std::string& device_id, const HardwareSaid& said, Instant now) {
    const std::optional<Known> before = known_hardware(writer, device_id, own_place);
    if (before && match(before->hardware, said.hardware) == HardwareMatch::other)
        return note_another(writer, device_id, *before, said, now);
    if (before) return note_own(writer, device_id, *before, said, now);
    store_hardware(writer, device_id, own_place, {said.hardware, now, now, said.reports.value_or(0)});
    if (const std::optional<std::string> other = other_with(writer, device_id, said.hardware))
        add_notice(writer, device_id, NoticeKind::same_hardware, *other, now);
}

bool is_clone(const sql::Reader& reader, const std::string& device_id, const Hardware& hardware) {
    if (!reader.any("SELECT 1 FROM device_notices WHERE device_id = $1 AND kind = 'clone'", device_id)) return false;
    const std::optional<Known> before = known_hardware(reader, device_id, own_place);
    const std::optional<Known> other = known_hardware(reader, device_id, other_place);
    return before && other && match(before->hardware, hardware) == HardwareMatch::other &&
           match(other->hardware, hardware) != HardwareMatch::other && !other_with(reader, device_id, hardware);
}

bool have_same_hardware(const sql::Reader& reader, const std::string& device_id, const std::string& other_id) {
    const std::optional<Known> one = known_hardware(reader, device_id, own_place);
    const std::optional<Known> other = known_hardware(reader, other_id, own_place);
    if (!one || !other) return false;
    const bool comparable = (!one->hardware.system.empty() && !other->hardware.system.empty()) ||
                            (!one->hardware.disk.empty() && !other->hardware.disk.empty());
    return comparable && match(one->hardware, other->hardware) != HardwareMatch::other;
}

}  // namespace wardwatch

// The table of waivers, and which PCs one of them touches.
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/units/store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

#define WARDWATCH_WAIVER_COLUMNS                                                                                  \
    "SELECT w.id, w.rule, w.instance, w.device_id, w.unit_id, w.reason, w.approved_by, w.created_at, w.ends_at, " \
    "w.ended_at, w.ended_by FROM waivers w "

Waiver read_waiver(const sql::Row& row) {
    Waiver waiver;
    waiver.id = row.integer(0);
    waiver.rule = row.text(1);
    if (!row.is_null(2)) waiver.instance = row.text(2);
    if (!row.is_null(3)) waiver.device_id = row.text(3);
    if (!row.is_null(4)) waiver.unit_id = row.integer(4);
    waiver.reason = row.text(5);
    waiver.approved_by = row.text(6);
    waiver.created_at = row.instant(7);
    waiver.ends_at = row.instant(8);
    waiver.ended_at = row.maybe_instant(9);
    waiver.ended_by = row.text(10);
    return waiver;
}

/// No policy has an empty hash: a device with one is judged again.
void judge_those_of(sql::Writer& writer, const Waiver& waiver) {
    if (waiver.device_id) {
        writer.run("UPDATE devices SET policy_hash = '' WHERE device_id = $1", *waiver.device_id);
    } else if (waiver.unit_id) {
        judge_unit_soon(writer, *waiver.unit_id);
    } else {
        writer.run("UPDATE devices SET policy_hash = ''");
    }
}

}  // namespace

Judgement with_waivers(const sql::Reader& reader, const std::string& device_id, Judgement judgement) {
    // The longest-lived first: what is shown says until when a failure may stand.
    auto rows = reader.query(
        "WITH RECURSIVE line(id) AS (SELECT unit_id FROM devices WHERE device_id = $1 UNION ALL "
        "SELECT u.parent_id FROM units u JOIN line USING (id) WHERE u.parent_id IS NOT NULL) " WARDWATCH_WAIVER_COLUMNS
        "WHERE w.ended_at IS NULL AND w.ends_at > $2 AND (w.device_id = $1 OR w.unit_id IN (SELECT id FROM "
        "line) OR (w.device_id IS NULL AND w.unit_id IS NULL)) ORDER BY w.ends_at DESC, w.id",
        device_id, judgement.judged_at);
    std::vector<Waiver> waivers;
    while (rows.next()) waivers.push_back(read_waiver(rows));
    apply_waivers(judgement, waivers);
    return judgement;
}

void judge_unit_soon(sql::Writer& writer, std::int64_t unit_id) {
    writer.run(
        "WITH RECURSIVE below(id) AS (SELECT id FROM units WHERE id = $1 UNION SELECT u.id FROM units u JOIN below ON "
        "u.parent_id = below.id) UPDATE devices SET policy_hash = '' WHERE unit_id IN (SELECT id FROM below) AND "
        "EXISTS (SELECT 1 FROM waivers WHERE unit_id IS NOT NULL)",
        unit_id);
}

std::int64_t Waivers::add(const Waiver& waiver) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (waiver.unit_id) require_unit(writer, *waiver.unit_id);
    if (waiver.device_id && !writer.query("SELECT 1 FROM devices WHERE device_id = $1", *waiver.device_id).next())
        throw StoreError("There is no PC " + *waiver.device_id + "; `device list` shows all.");
    const std::int64_t id = writer.insert(
        "INSERT INTO waivers(rule, instance, device_id, unit_id, reason, approved_by, created_at, ends_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        waiver.rule, waiver.instance, waiver.device_id, waiver.unit_id, waiver.reason, waiver.approved_by,
        waiver.created_at, waiver.ends_at);
    judge_those_of(writer, waiver);
    transaction.commit();
    return id;
}

std::vector<Waiver> Waivers::all() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(WARDWATCH_WAIVER_COLUMNS "ORDER BY w.id");
    std::vector<Waiver> all;
    while (rows.next()) all.push_back(read_waiver(rows));
    return all;
}

std::optional<Waiver> Waivers::find(std::int64_t id) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(WARDWATCH_WAIVER_COLUMNS "WHERE w.id = $1", id);
    if (!row.next()) return std::nullopt;
    return read_waiver(row);
}

std::vector<Waiver> Waivers::about(const std::string& device_id, std::int64_t unit_id) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "WITH RECURSIVE line(id) AS (SELECT $2 UNION SELECT u.parent_id FROM units u JOIN line ON u.id = line.id WHERE "
        "u.parent_id IS NOT NULL) " WARDWATCH_WAIVER_COLUMNS
        "WHERE w.device_id = $1 OR w.unit_id IN (SELECT id FROM line) OR (w.device_id IS NULL AND w.unit_id IS NULL) "
        "OR w.id IN (SELECT waiver_id FROM verdicts WHERE device_id = $1) ORDER BY w.id DESC",
        device_id, unit_id);
    std::vector<Waiver> about;
    while (rows.next()) about.push_back(read_waiver(rows));
    return about;
}

bool Waivers::end(std::int64_t id, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    auto row = writer.query(WARDWATCH_WAIVER_COLUMNS "WHERE w.id = $1", id);
    if (!row.next()) return false;
    const Waiver waiver = read_waiver(row);
    if (waiver.ended_at || waiver.ends_at <= by.at) return false;
    writer.run("UPDATE waivers SET ended_at = $2, ended_by = $3 WHERE id = $1", id, by.at, by.actor);
    judge_those_of(writer, waiver);
    transaction.commit();
    return true;
}

#undef WARDWATCH_WAIVER_COLUMNS

std::int64_t Waivers::end_of_time(Instant now) {
    sql::Writer writer = database_.writer();
    return writer.run(
        "UPDATE devices SET policy_hash = '' WHERE policy_hash <> '' AND device_id IN (SELECT v.device_id "
        "FROM verdicts v JOIN waivers w ON w.id = v.waiver_id WHERE v.waiver_id IS NOT NULL AND w.ends_at "
        "<= $1)",
        now);
}

void waivers_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done) {
    done.waivers += writer.run("UPDATE waivers SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
    judge_unit_soon(writer, merge.into);
}

void waivers_follow_device(sql::Writer& writer, const std::string& from, const std::string& to) {
    writer.run("UPDATE waivers SET device_id = $2 WHERE device_id = $1 AND ended_at IS NULL", from, to);
    writer.run("UPDATE devices SET policy_hash = '' WHERE device_id = $1", to);
}

}  // namespace wardwatch

#include "reporting/central/devices/store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/names.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/store.h"

namespace wardwatch {

namespace {

void record(sql::Writer& writer, std::int64_t unit_id, const char* kind, const std::string& before,
            const std::string& after, const ChangedBy& by) {
    writer.run("INSERT INTO unit_changes(unit_id, at, actor, kind, before, after) VALUES ($1, $2, $3, $4, $5, $6)",
               unit_id, by.at, by.actor, kind, before, after);
}

bool lies_in(const sql::Reader& reader, std::int64_t unit_id, std::int64_t above) {
    return reader
        .query(
            "WITH RECURSIVE line(id) AS (SELECT $1 UNION ALL SELECT parent_id FROM units JOIN line USING (id) "
            "WHERE parent_id IS NOT NULL) SELECT 1 FROM line WHERE id = $2",
            unit_id, above)
        .next();
}

/// To the end of the new siblings; with another name where one is given.
void set_place(sql::Writer& writer, std::int64_t id, std::optional<std::int64_t> parent_id,
               const std::optional<std::string>& name) {
    writer.run(
        "UPDATE units SET parent_id = $2, position = (SELECT coalesce(max(position), 0) + 1 FROM units WHERE parent_id "
        "IS NOT DISTINCT FROM $2), name = coalesce($3, name) WHERE id = $1",
        id, parent_id, name);
    judge_unit_soon(writer, id);  // other waivers may hold there
}

void place_unit(sql::Writer& writer, std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by) {
    const std::string before = path_of(writer, id);
    set_place(writer, id, parent_id, std::nullopt);
    record(writer, id, "moved", before, path_of(writer, id), by);
}

std::vector<std::string> devices_of(const sql::Reader& reader, std::int64_t unit_id) {
    auto rows = reader.query("SELECT device_id FROM devices WHERE unit_id = $1", unit_id);
    std::vector<std::string> ids;
    while (rows.next()) ids.push_back(rows.text(0));
    return ids;
}

struct Child {
    std::int64_t id = 0;
    std::int64_t same_name = 0;  ///< the child of the other unit with its name, or 0
};

std::vector<Child> children_of(const sql::Reader& reader, std::int64_t from, std::int64_t into) {
    auto rows = reader.query(
        "SELECT c.id, coalesce(s.id, 0) FROM units c LEFT JOIN units s ON s.parent_id = $2 AND s.name = "
        "c.name AND s.ended_at IS NULL WHERE c.parent_id = $1 AND c.ended_at IS NULL ORDER BY "
        "c.position, c.id",
        from, into);
    std::vector<Child> children;
    while (rows.next()) children.push_back({rows.integer(0), rows.integer(1)});
    return children;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree
void merge_into(sql::Writer& writer, std::int64_t from, std::int64_t into, const ChangedBy& by, MergedUnits& done) {
    record(writer, from, "merged", path_of(writer, from), path_of(writer, into), by);
    // Ended first: `from` may stand among the children of `into` and bear the name of a child of its own.
    writer.run("UPDATE units SET merged_into = $2, ended_at = $3 WHERE id = $1", from, into, by.at);
    ++done.units;
    for (const std::string& device_id : devices_of(writer, from)) {
        move_device(writer, device_id, into, by);
        ++done.devices;
    }
    writer.run("UPDATE users SET unit_id = $2 WHERE unit_id = $1", from, into);
    writer.run("UPDATE api_tokens SET unit_id = $2 WHERE unit_id = $1", from, into);
    for (const char* registered : {"UPDATE web_systems SET owner_unit_id = $2 WHERE owner_unit_id = $1",
                                   "UPDATE web_accounts SET unit_id = $2 WHERE unit_id = $1",
                                   "UPDATE licences SET unit_id = $2 WHERE unit_id = $1",
                                   "UPDATE report_schedules SET unit_id = $2 WHERE unit_id = $1"})
        writer.run(registered, from, into);
    done.tokens += writer.run("UPDATE tokens SET unit_id = $2 WHERE unit_id = $1", from, into);
    // A unit has at most one offer in force, as add_offer sees to it.
    if (!offers_for_unit(writer, into).empty()) {
        const std::vector<std::string> second = offers_for_unit(writer, from);
        withdraw_offers(writer, second, "another offer took its place", by.at);
        done.withdrawn += static_cast<std::int64_t>(second.size());
    }
    done.offers +=
        writer.run("UPDATE update_offers SET unit_id = $2 WHERE unit_id = $1 AND withdrawn_at IS NULL", from, into);
    done.waivers += writer.run("UPDATE waivers SET unit_id = $2 WHERE unit_id = $1", from, into);
    judge_unit_soon(writer, into);
    for (const Child& child : children_of(writer, from, into)) {
        if (child.same_name == 0) {
            place_unit(writer, child.id, into, by);
        } else {
            merge_into(writer, child.id, child.same_name, by, done);
        }
    }
}

}  // namespace

std::string path_of(const sql::Reader& reader, std::int64_t unit_id) {
    auto names = reader.query(
        "WITH RECURSIVE line(parent_id, name, height) AS ("
        "SELECT parent_id, name, 0 FROM units WHERE id = $1 UNION ALL "
        "SELECT u.parent_id, u.name, height + 1 FROM units u JOIN line ON u.id = line.parent_id) "
        "SELECT name FROM line ORDER BY height DESC",
        unit_id);
    std::string path;
    while (names.next()) path += (path.empty() ? "" : "/") + names.text(0);
    return path;
}

void require_unit(const sql::Reader& reader, std::int64_t unit_id) {
    if (reader.query("SELECT 1 FROM units WHERE id = $1 AND ended_at IS NULL", unit_id).next()) return;
    throw StoreError("There is no unit " + std::to_string(unit_id) + " (any more); `unit list` shows all.");
}

void require_free_name(const sql::Reader& reader, const std::string& name, std::optional<std::int64_t> parent_id) {
    if (const std::optional<Text> problem = unit_name_problem(name))
        throw StoreError("A unit cannot be called \"" + name + "\": " + problem->en + ".");
    // In the words of the index units_by_name: an import asks for every line.
    auto same = reader.query(
        "SELECT 1 FROM units WHERE coalesce(parent_id, 0) = coalesce($2, 0) AND name = $1 AND ended_at IS NULL", name,
        parent_id);
    if (same.next()) throw StoreError("There is already a unit \"" + name + "\" at this place.");
}

std::int64_t insert_unit(sql::Writer& writer, const std::string& name, std::optional<std::int64_t> parent_id,
                         const std::string& path, const ChangedBy& by) {
    const std::int64_t id = writer.insert(
        "INSERT INTO units(parent_id, name, position) VALUES ($1, $2, "
        "(SELECT coalesce(max(position), 0) + 1 FROM units WHERE parent_id IS NOT DISTINCT FROM $1)) RETURNING id",
        parent_id, name);
    record(writer, id, "added", "", path, by);
    return id;
}

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

namespace {

std::optional<std::int64_t> parent_of(const sql::Reader& reader, std::int64_t id) {
    auto row = reader.query("SELECT parent_id FROM units WHERE id = $1", id);
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.integer(0);
}

std::string name_of_unit(const sql::Reader& reader, std::int64_t id) {
    auto row = reader.query("SELECT name FROM units WHERE id = $1", id);
    return row.next() ? row.text(0) : "";
}

}  // namespace

void Units::rename(std::int64_t id, const std::string& name, const ChangedBy& by) {
    change(id, {name, std::nullopt}, by);
}

void Units::move(std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by) {
    change(id, {std::nullopt, parent_id}, by);
}

void Units::change(std::int64_t id, const UnitEdit& edit, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_unit(writer, id);
    const std::optional<std::int64_t> parent_id = edit.parent_id.value_or(parent_of(writer, id));
    if (parent_id) require_unit(writer, *parent_id);
    if (parent_id && lies_in(writer, *parent_id, id))
        throw StoreError("\"" + path_of(writer, *parent_id) + "\" is \"" + path_of(writer, id) +
                         "\" or lies below it: a unit cannot be moved below itself.");
    const std::string before = path_of(writer, id);
    require_free_name(writer, edit.name.value_or(name_of_unit(writer, id)), parent_id);
    // At once: with the new name at the old place, or the other way round, another unit may be in the way.
    if (edit.parent_id) set_place(writer, id, parent_id, edit.name);
    if (edit.name) writer.run("UPDATE units SET name = $2 WHERE id = $1", id, *edit.name);
    const std::string after = path_of(writer, id);
    const std::string between = before.substr(0, before.rfind('/') + 1) + edit.name.value_or("");
    if (edit.name) record(writer, id, "renamed", before, edit.parent_id ? between : after, by);
    if (edit.parent_id) record(writer, id, "moved", edit.name ? between : before, after, by);
    transaction.commit();
}

MergedUnits Units::merge(std::int64_t from, std::int64_t into, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_unit(writer, from);
    require_unit(writer, into);
    if (from == into) throw StoreError("A unit cannot be merged into itself: name two units.");
    if (lies_in(writer, into, from))
        throw StoreError("\"" + path_of(writer, into) + "\" lies below \"" + path_of(writer, from) +
                         "\" and would vanish with it; move it out first (`unit move`), or merge the other way round.");
    MergedUnits done;
    merge_into(writer, from, into, by, done);
    transaction.commit();
    return done;
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

std::vector<UnitChange> Units::changes() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT c.unit_id, u.merged_into, c.at, c.actor, c.kind, c.before, c.after FROM "
        "unit_changes c JOIN units u ON u.id = c.unit_id ORDER BY c.id");
    std::vector<UnitChange> all;
    while (rows.next()) {
        UnitChange change;
        change.unit_id = rows.integer(0);
        if (!rows.is_null(1)) change.merged_into = rows.integer(1);
        change.at = rows.instant(2);
        change.actor = rows.text(3);
        change.kind = rows.text(4);
        change.before = rows.text(5);
        change.after = rows.text(6);
        all.push_back(std::move(change));
    }
    return all;
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

std::map<std::int64_t, std::string> Units::paths() const {
    std::map<std::int64_t, std::string> paths;
    for (const UnitChange& change : changes()) {
        if (change.kind == "merged") paths[change.unit_id] = change.before;
    }
    for (const Unit& unit : all()) paths[unit.id] = unit.path;
    return paths;
}

}  // namespace wardwatch

#include "reporting/central/sql/statements.h"
#include "reporting/central/units/names.h"

namespace wardwatch {

namespace sql {

namespace {

void record(SQLite::Database& database, std::int64_t unit_id, const char* kind, const std::string& before,
            const std::string& after, const ChangedBy& by) {
    run(database, "INSERT INTO unit_changes(unit_id, at, actor, kind, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        unit_id, by.at, by.actor, kind, before, after);
}

bool lies_in(SQLite::Database& database, std::int64_t unit_id, std::int64_t above) {
    return query(database,
                 "WITH RECURSIVE line(id) AS (SELECT ?1 UNION ALL SELECT parent_id FROM units JOIN line USING (id) "
                 "WHERE parent_id IS NOT NULL) SELECT 1 FROM line WHERE id = ?2",
                 unit_id, above)
        .executeStep();
}

/// To the end of the new siblings; with another name where one is given.
void set_place(SQLite::Database& database, std::int64_t id, std::optional<std::int64_t> parent_id,
               const std::optional<std::string>& name) {
    run(database,
        "UPDATE units SET parent_id = ?2, position = (SELECT ifnull(max(position), 0) + 1 FROM units WHERE parent_id "
        "IS ?2), name = ifnull(?3, name) WHERE id = ?1",
        id, parent_id, name);
    judge_unit_soon(database, id);  // other waivers may hold there
}

void place_unit(SQLite::Database& database, std::int64_t id, std::optional<std::int64_t> parent_id,
                const ChangedBy& by) {
    const std::string before = path_of(database, id);
    set_place(database, id, parent_id, std::nullopt);
    record(database, id, "moved", before, path_of(database, id), by);
}

std::vector<std::string> devices_of(SQLite::Database& database, std::int64_t unit_id) {
    auto rows = query(database, "SELECT device_id FROM devices WHERE unit_id = ?1", unit_id);
    std::vector<std::string> ids;
    while (rows.executeStep()) ids.push_back(rows.getColumn(0).getString());
    return ids;
}

struct Child {
    std::int64_t id = 0;
    std::int64_t same_name = 0;  ///< the child of the other unit with its name, or 0
};

std::vector<Child> children_of(SQLite::Database& database, std::int64_t from, std::int64_t into) {
    auto rows = query(database,
                      "SELECT c.id, ifnull(s.id, 0) FROM units c LEFT JOIN units s ON s.parent_id = ?2 AND s.name = "
                      "c.name AND s.ended_at IS NULL WHERE c.parent_id = ?1 AND c.ended_at IS NULL ORDER BY "
                      "c.position, c.id",
                      from, into);
    std::vector<Child> children;
    while (rows.executeStep()) children.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64()});
    return children;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree
void merge(SQLite::Database& database, std::int64_t from, std::int64_t into, const ChangedBy& by, MergedUnits& done) {
    record(database, from, "merged", path_of(database, from), path_of(database, into), by);
    // Ended first: `from` may stand among the children of `into` and bear the name of a child of its own.
    run(database, "UPDATE units SET merged_into = ?2, ended_at = ?3 WHERE id = ?1", from, into, by.at);
    ++done.units;
    for (const std::string& device_id : devices_of(database, from)) {
        move_device(database, device_id, into, by);
        ++done.devices;
    }
    run(database, "UPDATE users SET unit_id = ?2 WHERE unit_id = ?1", from, into);
    run(database, "UPDATE api_tokens SET unit_id = ?2 WHERE unit_id = ?1", from, into);
    for (const char* registered : {"UPDATE web_systems SET owner_unit_id = ?2 WHERE owner_unit_id = ?1",
                                   "UPDATE web_accounts SET unit_id = ?2 WHERE unit_id = ?1",
                                   "UPDATE licences SET unit_id = ?2 WHERE unit_id = ?1",
                                   "UPDATE report_schedules SET unit_id = ?2 WHERE unit_id = ?1"})
        run(database, registered, from, into);
    done.tokens += run(database, "UPDATE tokens SET unit_id = ?2 WHERE unit_id = ?1", from, into);
    // A unit has at most one offer in force, as add_offer sees to it.
    if (!offers_for_unit(database, into).empty()) {
        const std::vector<std::string> second = offers_for_unit(database, from);
        withdraw_offers(database, second, "another offer took its place", by.at);
        done.withdrawn += static_cast<std::int64_t>(second.size());
    }
    done.offers +=
        run(database, "UPDATE update_offers SET unit_id = ?2 WHERE unit_id = ?1 AND withdrawn_at IS NULL", from, into);
    done.waivers += run(database, "UPDATE waivers SET unit_id = ?2 WHERE unit_id = ?1", from, into);
    judge_unit_soon(database, into);
    for (const Child& child : children_of(database, from, into)) {
        if (child.same_name == 0) {
            place_unit(database, child.id, into, by);
        } else {
            merge(database, child.id, child.same_name, by, done);
        }
    }
}

}  // namespace

std::string path_of(SQLite::Database& database, std::int64_t unit_id) {
    auto names = query(database,
                       "WITH RECURSIVE line(parent_id, name, height) AS ("
                       "SELECT parent_id, name, 0 FROM units WHERE id = ?1 UNION ALL "
                       "SELECT u.parent_id, u.name, height + 1 FROM units u JOIN line ON u.id = line.parent_id) "
                       "SELECT name FROM line ORDER BY height DESC",
                       unit_id);
    std::string path;
    while (names.executeStep()) path += (path.empty() ? "" : "/") + names.getColumn(0).getString();
    return path;
}

void require_unit(SQLite::Database& database, std::int64_t unit_id) {
    if (query(database, "SELECT 1 FROM units WHERE id = ?1 AND ended_at IS NULL", unit_id).executeStep()) return;
    throw StoreError("There is no unit " + std::to_string(unit_id) + " (any more); `unit list` shows all.");
}

void require_free_name(SQLite::Database& database, const std::string& name, std::optional<std::int64_t> parent_id) {
    if (const std::optional<Text> problem = unit_name_problem(name))
        throw StoreError("A unit cannot be called \"" + name + "\": " + problem->en + ".");
    // In the words of the index units_by_name: an import asks for every line.
    auto same = query(
        database, "SELECT 1 FROM units WHERE ifnull(parent_id, 0) = ifnull(?2, 0) AND name = ?1 AND ended_at IS NULL",
        name, parent_id);
    if (same.executeStep()) throw StoreError("There is already a unit \"" + name + "\" at this place.");
}

std::int64_t insert_unit(SQLite::Database& database, const std::string& name, std::optional<std::int64_t> parent_id,
                         const std::string& path, const ChangedBy& by) {
    run(database,
        "INSERT INTO units(parent_id, name, position) VALUES (?1, ?2, "
        "(SELECT ifnull(max(position), 0) + 1 FROM units WHERE parent_id IS ?1))",
        parent_id, name);
    const std::int64_t id = database.getLastInsertRowid();
    record(database, id, "added", "", path, by);
    return id;
}

bool move_device(SQLite::Database& database, const std::string& device_id, std::int64_t unit_id, const ChangedBy& by) {
    const int recorded =
        run(database,
            "INSERT INTO device_moves(device_id, from_unit, to_unit, at, actor) SELECT device_id, unit_id, ?2, ?3, ?4 "
            "FROM devices WHERE device_id = ?1 AND unit_id <> ?2",
            device_id, unit_id, by.at, by.actor);
    // Judged again soon: other units have other waivers.
    run(database, "UPDATE devices SET unit_id = ?2, policy_hash = '' WHERE device_id = ?1 AND unit_id <> ?2", device_id,
        unit_id);
    return recorded > 0;
}

}  // namespace sql

namespace {

std::optional<std::int64_t> parent_of(SQLite::Database& database, std::int64_t id) {
    auto row = sql::query(database, "SELECT parent_id FROM units WHERE id = ?1", id);
    if (!row.executeStep() || row.getColumn(0).isNull()) return std::nullopt;
    return row.getColumn(0).getInt64();
}

std::string name_of_unit(SQLite::Database& database, std::int64_t id) {
    auto row = sql::query(database, "SELECT name FROM units WHERE id = ?1", id);
    return row.executeStep() ? row.getColumn(0).getString() : "";
}

}  // namespace

void CentralStore::rename_unit(std::int64_t id, const std::string& name, const ChangedBy& by) {
    change_unit(id, {name, std::nullopt}, by);
}

void CentralStore::move_unit(std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by) {
    change_unit(id, {std::nullopt, parent_id}, by);
}

void CentralStore::change_unit(std::int64_t id, const UnitEdit& edit, const ChangedBy& by) {
    const std::lock_guard lock{connection_->mutex};
    SQLite::Database& database = connection_->database;
    sql::Write write{database};
    sql::require_unit(database, id);
    const std::optional<std::int64_t> parent_id = edit.parent_id.value_or(parent_of(database, id));
    if (parent_id) sql::require_unit(database, *parent_id);
    if (parent_id && sql::lies_in(database, *parent_id, id))
        throw StoreError("\"" + sql::path_of(database, *parent_id) + "\" is \"" + sql::path_of(database, id) +
                         "\" or lies below it: a unit cannot be moved below itself.");
    const std::string before = sql::path_of(database, id);
    sql::require_free_name(database, edit.name.value_or(name_of_unit(database, id)), parent_id);
    // At once: with the new name at the old place, or the other way round, another unit may be in the way.
    if (edit.parent_id) sql::set_place(database, id, parent_id, edit.name);
    if (edit.name) sql::run(database, "UPDATE units SET name = ?2 WHERE id = ?1", id, *edit.name);
    const std::string after = sql::path_of(database, id);
    const std::string between = before.substr(0, before.rfind('/') + 1) + edit.name.value_or("");
    if (edit.name) sql::record(database, id, "renamed", before, edit.parent_id ? between : after, by);
    if (edit.parent_id) sql::record(database, id, "moved", edit.name ? between : before, after, by);
    write.commit();
}

MergedUnits CentralStore::merge_units(std::int64_t from, std::int64_t into, const ChangedBy& by) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    sql::require_unit(connection_->database, from);
    sql::require_unit(connection_->database, into);
    if (from == into) throw StoreError("A unit cannot be merged into itself: name two units.");
    if (sql::lies_in(connection_->database, into, from))
        throw StoreError("\"" + sql::path_of(connection_->database, into) + "\" lies below \"" +
                         sql::path_of(connection_->database, from) +
                         "\" and would vanish with it; move it out first (`unit move`), or merge the other way round.");
    MergedUnits done;
    sql::merge(connection_->database, from, into, by, done);
    write.commit();
    return done;
}

std::int64_t CentralStore::move_devices(const std::vector<std::string>& device_ids, std::int64_t unit_id,
                                        const ChangedBy& by) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    sql::require_unit(connection_->database, unit_id);
    std::int64_t moved = 0;
    for (const std::string& device_id : device_ids) {
        if (!sql::query(connection_->database, "SELECT 1 FROM devices WHERE device_id = ?1", device_id).executeStep())
            throw StoreError("There is no PC " + device_id + "; `device list` shows all.");
        moved += sql::move_device(connection_->database, device_id, unit_id, by) ? 1 : 0;
    }
    write.commit();
    return moved;
}

std::vector<UnitChange> CentralStore::unit_changes() const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT c.unit_id, u.merged_into, c.at, c.actor, c.kind, c.before, c.after FROM "
                           "unit_changes c JOIN units u ON u.id = c.unit_id ORDER BY c.id");
    std::vector<UnitChange> all;
    while (rows.executeStep()) {
        UnitChange change;
        change.unit_id = rows.getColumn(0).getInt64();
        if (!rows.getColumn(1).isNull()) change.merged_into = rows.getColumn(1).getInt64();
        change.at = sql::instant(rows.getColumn(2));
        change.actor = rows.getColumn(3).getString();
        change.kind = rows.getColumn(4).getString();
        change.before = rows.getColumn(5).getString();
        change.after = rows.getColumn(6).getString();
        all.push_back(std::move(change));
    }
    return all;
}

std::vector<DeviceMove> CentralStore::device_moves(const std::string& device_id) const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT from_unit, to_unit, at, actor FROM device_moves WHERE device_id = ?1 ORDER BY id",
                           device_id);
    std::vector<DeviceMove> all;
    while (rows.executeStep()) {
        all.push_back({device_id, rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(),
                       sql::instant(rows.getColumn(2)), rows.getColumn(3).getString()});
    }
    return all;
}

std::map<std::int64_t, std::string> CentralStore::unit_paths() const {
    std::map<std::int64_t, std::string> paths;
    for (const UnitChange& change : unit_changes()) {
        if (change.kind == "merged") paths[change.unit_id] = change.before;
    }
    for (const Unit& unit : units()) paths[unit.id] = unit.path;
    return paths;
}

}  // namespace wardwatch

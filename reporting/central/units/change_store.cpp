// Changes of the tree of units, and their record.
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/names.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

void record(sql::Writer& writer, std::int64_t unit_id, const char* kind, const std::string& before,
            const std::string& after, const ChangedBy& by) {
    writer.run("INSERT INTO unit_changes(unit_id, at, actor, kind, before, after) VALUES ($1, $2, $3, $4, $5, $6)",
               unit_id, by.at, by.actor, kind, before, after);
}

/// To the end of the new siblings; with another name where one is given.
void set_place(sql::Writer& writer, std::int64_t id, std::optional<std::int64_t> parent_id,
               const std::optional<std::string>& name, const UnitFollowers& followers) {
    writer.run(
        "UPDATE units SET parent_id = $2, position = (SELECT coalesce(max(position), 0) + 1 FROM units WHERE parent_id "
        "IS NOT DISTINCT FROM $2), name = coalesce($3, name) WHERE id = $1",
        id, parent_id, name);
    for (const UnitFollower& follower : followers) {
        if (follower.moved != nullptr) follower.moved(writer, id);
    }
}

void place_unit(sql::Writer& writer, std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by,
                const UnitFollowers& followers) {
    const std::string before = path_of(writer, id);
    set_place(writer, id, parent_id, std::nullopt, followers);
    record(writer, id, "moved", before, path_of(writer, id), by);
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
void merge_into(sql::Writer& writer, const UnitMerge& merge, const UnitFollowers& followers, MergedUnits& done) {
    record(writer, merge.from, "merged", path_of(writer, merge.from), path_of(writer, merge.into), merge.by);
    // Ended first: `from` may stand among the children of `into` and bear the name of a child of its own.
    writer.run("UPDATE units SET merged_into = $2, ended_at = $3 WHERE id = $1", merge.from, merge.into, merge.by.at);
    ++done.units;
    for (const UnitFollower& follower : followers) {
        if (follower.merged != nullptr) follower.merged(writer, merge, done);
    }
    for (const Child& child : children_of(writer, merge.from, merge.into)) {
        if (child.same_name == 0) {
            place_unit(writer, child.id, merge.into, merge.by, followers);
        } else {
            merge_into(writer, {child.id, child.same_name, merge.by}, followers, done);
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

bool lies_in(const sql::Reader& reader, std::int64_t unit_id, std::int64_t above) {
    return reader.any(
        "WITH RECURSIVE line(id) AS (SELECT id FROM units WHERE id = $1 UNION ALL SELECT parent_id FROM units JOIN "
        "line USING (id) WHERE parent_id IS NOT NULL) SELECT 1 FROM line WHERE id = $2",
        unit_id, above);
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
    change(id, {name, std::nullopt}, by, {});  // it lies where it lay: there is nothing to follow
}

void Units::move(std::int64_t id, std::optional<std::int64_t> parent_id, const ChangedBy& by,
                 const UnitFollowers& followers) {
    change(id, {std::nullopt, parent_id}, by, followers);
}

void Units::change(std::int64_t id, const UnitEdit& edit, const ChangedBy& by, const UnitFollowers& followers) {
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
    if (edit.parent_id) set_place(writer, id, parent_id, edit.name, followers);
    if (edit.name) writer.run("UPDATE units SET name = $2 WHERE id = $1", id, *edit.name);
    const std::string after = path_of(writer, id);
    const std::string between = before.substr(0, before.rfind('/') + 1) + edit.name.value_or("");
    if (edit.name) record(writer, id, "renamed", before, edit.parent_id ? between : after, by);
    if (edit.parent_id) record(writer, id, "moved", edit.name ? between : before, after, by);
    transaction.commit();
}

MergedUnits Units::merge(std::int64_t from, std::int64_t into, const ChangedBy& by, const UnitFollowers& followers) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_unit(writer, from);
    require_unit(writer, into);
    if (from == into) throw StoreError("A unit cannot be merged into itself: name two units.");
    if (lies_in(writer, into, from))
        throw StoreError("\"" + path_of(writer, into) + "\" lies below \"" + path_of(writer, from) +
                         "\" and would vanish with it; move it out first (`unit move`), or merge the other way round.");
    MergedUnits done;
    merge_into(writer, {from, into, by}, followers, done);
    transaction.commit();
    return done;
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

std::map<std::int64_t, std::string> Units::paths() const {
    std::map<std::int64_t, std::string> paths;
    for (const UnitChange& change : changes()) {
        if (change.kind == "merged") paths[change.unit_id] = change.before;
    }
    for (const Unit& unit : all()) paths[unit.id] = unit.path;
    return paths;
}

}  // namespace wardwatch

// The table of units, read as a tree and searched by path or number.
#include "reporting/central/units/store.h"

#include <functional>
#include <map>

namespace wardwatch {

std::int64_t Units::add(const std::string& name, std::optional<std::int64_t> parent_id, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (parent_id) require_unit(writer, *parent_id);
    require_free_name(writer, name, parent_id);
    const std::string path = parent_id ? path_of(writer, *parent_id) + "/" + name : name;
    const std::int64_t id = insert_unit(writer, name, parent_id, path, by);
    transaction.commit();
    return id;
}

std::vector<std::string> Units::add_paths(const std::vector<std::vector<std::string>>& paths, const ChangedBy& by,
                                          bool try_only) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> known;
    auto rows = writer.query("SELECT id, coalesce(parent_id, 0), name FROM units WHERE ended_at IS NULL");
    while (rows.next()) known[{rows.integer(1), rows.text(2)}] = rows.integer(0);
    rows.finish();
    std::vector<std::string> added;
    for (const std::vector<std::string>& names : paths) {
        std::optional<std::int64_t> parent_id;
        std::string path;
        for (const std::string& name : names) {
            path += (path.empty() ? "" : "/") + name;
            std::int64_t& id = known[{parent_id.value_or(0), name}];
            if (id == 0) {
                require_free_name(writer, name, parent_id);
                id = insert_unit(writer, name, parent_id, path, by);
                added.push_back(path);
            }
            parent_id = id;
        }
    }
    if (!try_only) transaction.commit();
    return added;
}

std::vector<Unit> Units::all() const {
    std::map<std::int64_t, std::vector<Unit>> children;
    {
        const sql::Reader reader = database_.reader();
        auto rows = reader.query("SELECT id, parent_id, name FROM units WHERE ended_at IS NULL ORDER BY position, id");
        while (rows.next()) {
            Unit unit{rows.integer(0), std::nullopt, rows.text(2), ""};
            if (!rows.is_null(1)) unit.parent_id = rows.integer(1);
            children[unit.parent_id.value_or(0)].push_back(unit);
        }
    }
    std::vector<Unit> all;
    const std::function<void(std::int64_t, const std::string&)> visit = [&](std::int64_t parent,
                                                                            const std::string& path) {
        for (Unit& unit : children[parent]) {
            unit.path = path + unit.name;
            all.push_back(unit);
            visit(unit.id, unit.path + "/");
        }
    };
    visit(0, "");
    return all;
}

std::vector<MergedUnit> Units::merged() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query("SELECT id, name, merged_into FROM units WHERE merged_into IS NOT NULL");
    std::vector<MergedUnit> merged;
    while (rows.next()) merged.push_back({rows.integer(0), rows.text(1), rows.integer(2)});
    return merged;
}

std::set<std::int64_t> Units::and_below(std::int64_t id) const {
    std::set<std::int64_t> ids{id};
    // Depth first: a unit comes after the one above it.
    for (const Unit& unit : all()) {
        if (unit.parent_id && ids.contains(*unit.parent_id)) ids.insert(unit.id);
    }
    return ids;
}

Unit Units::find(const std::string& text) const {
    std::vector<Unit> found;
    for (Unit& unit : all()) {
        if (text == std::to_string(unit.id) || text == unit.name || text == unit.path) found.push_back(std::move(unit));
    }
    if (found.empty()) throw StoreError("There is no unit \"" + text + "\"; `unit list` shows all.");
    if (found.size() == 1) return found.front();
    std::string message = "Several units are called \"" + text + "\"; name one by its path or number:";
    for (const Unit& unit : found) message += " \"" + unit.path + "\" (" + std::to_string(unit.id) + ")";
    throw StoreError(message);
}

}  // namespace wardwatch

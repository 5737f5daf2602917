#include <functional>
#include <map>

#include "reporting/central/sql/statements.h"

namespace wardwatch {

std::int64_t CentralStore::add_unit(const std::string& name, std::optional<std::int64_t> parent_id,
                                    const ChangedBy& by) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    if (parent_id) sql::require_unit(connection_->database, *parent_id);
    sql::require_free_name(connection_->database, name, parent_id);
    const std::string path = parent_id ? sql::path_of(connection_->database, *parent_id) + "/" + name : name;
    const std::int64_t id = sql::insert_unit(connection_->database, name, parent_id, path, by);
    write.commit();
    return id;
}

std::vector<std::string> CentralStore::add_units(const std::vector<std::vector<std::string>>& paths,
                                                 const ChangedBy& by, bool try_only) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> known;
    auto rows =
        sql::query(connection_->database, "SELECT id, ifnull(parent_id, 0), name FROM units WHERE ended_at IS NULL");
    while (rows.executeStep())
        known[{rows.getColumn(1).getInt64(), rows.getColumn(2).getString()}] = rows.getColumn(0).getInt64();
    rows.reset();
    std::vector<std::string> added;
    for (const std::vector<std::string>& names : paths) {
        std::optional<std::int64_t> parent_id;
        std::string path;
        for (const std::string& name : names) {
            path += (path.empty() ? "" : "/") + name;
            std::int64_t& id = known[{parent_id.value_or(0), name}];
            if (id == 0) {
                sql::require_free_name(connection_->database, name, parent_id);
                id = sql::insert_unit(connection_->database, name, parent_id, path, by);
                added.push_back(path);
            }
            parent_id = id;
        }
    }
    if (!try_only) write.commit();
    return added;
}

std::vector<Unit> CentralStore::units() const {
    std::map<std::int64_t, std::vector<Unit>> children;
    {
        const std::lock_guard lock{reading_->mutex};
        auto rows = sql::query(reading_->database,
                               "SELECT id, parent_id, name FROM units WHERE ended_at IS NULL ORDER BY position, id");
        while (rows.executeStep()) {
            Unit unit{rows.getColumn(0).getInt64(), std::nullopt, rows.getColumn(2).getString(), ""};
            if (!rows.getColumn(1).isNull()) unit.parent_id = rows.getColumn(1).getInt64();
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

std::set<std::int64_t> CentralStore::unit_and_below(std::int64_t id) const {
    std::set<std::int64_t> ids{id};
    // Depth first: a unit comes after the one above it.
    for (const Unit& unit : units()) {
        if (unit.parent_id && ids.contains(*unit.parent_id)) ids.insert(unit.id);
    }
    return ids;
}

Unit CentralStore::find_unit(const std::string& text) const {
    std::vector<Unit> found;
    for (Unit& unit : units()) {
        if (text == std::to_string(unit.id) || text == unit.name || text == unit.path) found.push_back(std::move(unit));
    }
    if (found.empty()) throw StoreError("There is no unit \"" + text + "\"; `unit list` shows all.");
    if (found.size() == 1) return found.front();
    std::string message = "Several units are called \"" + text + "\"; name one by its path or number:";
    for (const Unit& unit : found) message += " \"" + unit.path + "\" (" + std::to_string(unit.id) + ")";
    throw StoreError(message);
}

}  // namespace wardwatch

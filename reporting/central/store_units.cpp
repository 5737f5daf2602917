#include <algorithm>
#include <functional>
#include <map>

#include "reporting/central/store_sql.h"

namespace wardwatch {

std::int64_t CentralStore::add_unit(const std::string& name, std::optional<std::int64_t> parent_id) {
    // "/" joins the names of a path, and a number stands for an id.
    if (name.empty() || name.find('/') != std::string::npos || name.find('\n') != std::string::npos ||
        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        throw StoreError("A unit's name must not be empty, a mere number, or hold \"/\" or a line break: \"" + name +
                         "\"");
    }
    const std::lock_guard lock{mutex_};
    sql::Write write{*database_};
    auto same = sql::query(*database_, "SELECT 1 FROM units WHERE name = ?1 AND parent_id IS ?2", name, parent_id);
    if (same.executeStep()) throw StoreError("There is already a unit \"" + name + "\" at this place.");
    sql::run(*database_,
             "INSERT INTO units(parent_id, name, position) VALUES (?1, ?2, "
             "(SELECT ifnull(max(position), 0) + 1 FROM units WHERE parent_id IS ?1))",
             parent_id, name);
    const std::int64_t id = database_->getLastInsertRowid();
    write.commit();
    return id;
}

std::vector<Unit> CentralStore::units() const {
    std::map<std::int64_t, std::vector<Unit>> children;
    {
        const std::lock_guard lock{mutex_};
        auto rows = sql::query(*database_, "SELECT id, parent_id, name FROM units ORDER BY position, id");
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

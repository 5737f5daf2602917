// The web systems whose accounts are kept in the register.
#include "reporting/central/registers/web_register.h"
#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

constexpr const char* select_systems =
    "SELECT id, name, host, owner_unit_id, max_password_age_days, unused_after_days, imported_at, imported_by FROM "
    "web_systems";

std::optional<std::int64_t> maybe_number(const SQLite::Column& column) {
    if (column.isNull()) return std::nullopt;
    return column.getInt64();
}

WebSystem system_of(SQLite::Statement& row) {
    return {row.getColumn(0).getInt64(),          row.getColumn(1).getString(),   row.getColumn(2).getString(),
            maybe_number(row.getColumn(3)),       maybe_number(row.getColumn(4)), maybe_number(row.getColumn(5)),
            sql::maybe_instant(row.getColumn(6)), row.getColumn(7).getString()};
}

void require_free_system_name(SQLite::Database& database, const std::string& name, std::int64_t but) {
    if (sql::query(database, "SELECT 1 FROM web_systems WHERE name = ?1 AND id <> ?2", name, but).executeStep())
        throw StoreError("There is a web system \"" + name + "\" already; give this one another name.");
}

}  // namespace

std::vector<WebSystem> WebRegister::systems() const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Statement rows{connection.database, std::string{select_systems} + " ORDER BY name"};
    std::vector<WebSystem> all;
    while (rows.executeStep()) all.push_back(system_of(rows));
    return all;
}

std::optional<WebSystem> WebRegister::system(std::int64_t id) const {
    for (const WebSystem& system : systems()) {
        if (system.id == id) return system;
    }
    return std::nullopt;
}

WebSystem WebRegister::find_system(const std::string& text) const {
    for (const WebSystem& system : systems()) {
        if (system.name == text || std::to_string(system.id) == text) return system;
    }
    throw StoreError("There is no web system \"" + text + "\"; `register list` shows all.");
}

std::int64_t WebRegister::add_system(const WebSystem& system, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    require_free_system_name(connection.database, system.name, 0);
    if (system.owner_unit_id) sql::require_unit(connection.database, *system.owner_unit_id);
    sql::run(connection.database,
             "INSERT INTO web_systems (name, host, owner_unit_id, max_password_age_days, unused_after_days, "
             "created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
             system.name, system.host, system.owner_unit_id, system.max_password_age_days, system.unused_after_days,
             now);
    const std::int64_t id = connection.database.getLastInsertRowid();
    write.commit();
    return id;
}

void WebRegister::change_system(const WebSystem& system) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    require_free_system_name(connection.database, system.name, system.id);
    if (system.owner_unit_id) sql::require_unit(connection.database, *system.owner_unit_id);
    sql::run(connection.database,
             "UPDATE web_systems SET name = ?2, host = ?3, owner_unit_id = ?4, max_password_age_days = ?5, "
             "unused_after_days = ?6 WHERE id = ?1",
             system.id, system.name, system.host, system.owner_unit_id, system.max_password_age_days,
             system.unused_after_days);
    write.commit();
}

bool WebRegister::remove_system(std::int64_t id) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::run(connection.database, "DELETE FROM web_systems WHERE id = ?1", id) > 0;
}

}  // namespace wardwatch

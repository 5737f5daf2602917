#include "reporting/central/store_sql.h"

namespace wardwatch {

void CentralStore::add_user(const std::string& name, const std::string& password_hash, Instant now) {
    if (name.empty()) throw StoreError("A user's name must not be empty.");
    const std::lock_guard lock{mutex_};
    const int added = sql::run(*database_,
                               "INSERT INTO users(name, password_hash, created_at, changed_at) VALUES (?1, ?2, ?3, ?3) "
                               "ON CONFLICT(name) DO NOTHING",
                               name, password_hash, now);
    if (added == 0) throw StoreError("There is already a user \"" + name + "\"; `user passwd` sets a new password.");
}

bool CentralStore::set_password(const std::string& name, const std::string& password_hash, Instant now) {
    const std::lock_guard lock{mutex_};
    return sql::run(*database_, "UPDATE users SET password_hash = ?2, changed_at = ?3 WHERE name = ?1", name,
                    password_hash, now) > 0;
}

namespace {

User read_user(SQLite::Statement& row) {
    return {row.getColumn(0).getString(), row.getColumn(1).getString(), sql::instant(row.getColumn(2)),
            sql::instant(row.getColumn(3))};
}

}  // namespace

std::vector<User> CentralStore::users() const {
    const std::lock_guard lock{mutex_};
    auto rows = sql::query(*database_, "SELECT name, password_hash, created_at, changed_at FROM users ORDER BY name");
    std::vector<User> all;
    while (rows.executeStep()) all.push_back(read_user(rows));
    return all;
}

std::optional<User> CentralStore::user(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    auto row =
        sql::query(*database_, "SELECT name, password_hash, created_at, changed_at FROM users WHERE name = ?1", name);
    if (!row.executeStep()) return std::nullopt;
    return read_user(row);
}

std::optional<std::string> CentralStore::setting(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    auto row = sql::query(*database_, "SELECT value FROM settings WHERE name = ?1", name);
    if (!row.executeStep()) return std::nullopt;
    return row.getColumn(0).getString();
}

void CentralStore::set_setting(const std::string& name, const std::string& value) {
    const std::lock_guard lock{mutex_};
    sql::run(*database_, "INSERT INTO settings(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
             name, value);
}

}  // namespace wardwatch

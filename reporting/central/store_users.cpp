#include "reporting/central/store_sql.h"

namespace wardwatch {

namespace {

constexpr const char* columns =
    "SELECT name, password_hash, created_at, changed_at, role, unit_id, must_change_password, disabled_at FROM users ";

User read_user(SQLite::Statement& row) {
    User user;
    user.name = row.getColumn(0).getString();
    user.password_hash = row.getColumn(1).getString();
    user.created_at = sql::instant(row.getColumn(2));
    user.changed_at = sql::instant(row.getColumn(3));
    user.role = role_from(row.getColumn(4).getString());
    if (!row.getColumn(5).isNull()) user.unit_id = row.getColumn(5).getInt64();
    user.must_change_password = row.getColumn(6).getInt() != 0;
    user.disabled_at = sql::maybe_instant(row.getColumn(7));
    return user;
}

}  // namespace

void CentralStore::add_user(const NewUser& user, Instant now) {
    if (user.name.empty()) throw StoreError("A user's name must not be empty.");
    const std::lock_guard lock{connection_->mutex};
    const int added =
        sql::run(connection_->database,
                 "INSERT INTO users(name, password_hash, created_at, changed_at, role, unit_id, must_change_password) "
                 "VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6) ON CONFLICT(name) DO NOTHING",
                 user.name, user.password_hash, now, name_of(user.role), user.unit_id,
                 std::int64_t{user.must_change_password ? 1 : 0});
    if (added == 0)
        throw StoreError("There is already a user \"" + user.name + "\"; `user passwd` sets a new password.");
}

bool CentralStore::set_password(const std::string& name, const std::string& password_hash, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    return sql::run(connection_->database, "UPDATE users SET password_hash = ?2, changed_at = ?3 WHERE name = ?1", name,
                    password_hash, now) > 0;
}

std::vector<User> CentralStore::users() const {
    const std::lock_guard lock{connection_->mutex};
    const std::string text = std::string{columns} + "ORDER BY name";
    auto rows = sql::query(connection_->database, text.c_str());
    std::vector<User> all;
    while (rows.executeStep()) all.push_back(read_user(rows));
    return all;
}

std::optional<User> CentralStore::user(const std::string& name) const {
    const std::lock_guard lock{connection_->mutex};
    const std::string text = std::string{columns} + "WHERE name = ?1";
    auto row = sql::query(connection_->database, text.c_str(), name);
    if (!row.executeStep()) return std::nullopt;
    return read_user(row);
}

std::optional<std::string> CentralStore::setting(const std::string& name) const {
    const std::lock_guard lock{connection_->mutex};
    auto row = sql::query(connection_->database, "SELECT value FROM settings WHERE name = ?1", name);
    if (!row.executeStep()) return std::nullopt;
    return row.getColumn(0).getString();
}

void CentralStore::set_setting(const std::string& name, const std::string& value) {
    const std::lock_guard lock{connection_->mutex};
    sql::run(connection_->database,
             "INSERT INTO settings(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", name,
             value);
}

}  // namespace wardwatch

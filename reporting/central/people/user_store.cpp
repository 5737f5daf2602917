#include "reporting/central/people/user_store.h"

#include <algorithm>

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

constexpr const char* user_columns =
    "SELECT name, password_hash, created_at, changed_at, role, unit_id, must_change_password, disabled_at, full_name, "
    "email, source, last_login_at, totp_secret, totp_step FROM users ";

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
    user.full_name = row.getColumn(8).getString();
    user.email = row.getColumn(9).getString();
    user.from_directory = row.getColumn(10).getString() == "directory";
    user.last_login_at = sql::maybe_instant(row.getColumn(11));
    user.totp_secret = row.getColumn(12).getString();
    user.totp_step = row.getColumn(13).getInt64();
    return user;
}

std::optional<User> find_user(SQLite::Database& database, const std::string& name) {
    const std::string text = std::string{user_columns} + "WHERE name = ?1";
    auto row = sql::query(database, text.c_str(), name);
    if (!row.executeStep()) return std::nullopt;
    return read_user(row);
}

User require_user(SQLite::Database& database, const std::string& name) {
    std::optional<User> user = find_user(database, name);
    if (!user) throw StoreError("There is no user \"" + name + "\".");
    return *std::move(user);
}

void require_role(SQLite::Database& database, Role role, std::optional<std::int64_t> unit_id) {
    const std::string problem = role_problem(role, unit_id);
    if (!problem.empty()) throw StoreError(problem);
    if (unit_id) sql::require_unit(database, *unit_id);
}

void require_administrator(SQLite::Database& database) {
    if (sql::query(database, "SELECT 1 FROM users WHERE role = 'administrator' AND disabled_at IS NULL").executeStep())
        return;
    throw StoreError("Nobody would be left who can administer: make somebody else an administrator first.");
}

bool insert_user(SQLite::Database& database, const NewUser& user, Instant now) {
    return sql::run(database,
                    "INSERT INTO users(name, password_hash, created_at, changed_at, role, unit_id, "
                    "must_change_password, full_name, email, source) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
                    "ON CONFLICT(name) DO NOTHING",
                    user.name, user.password_hash, now, name_of(user.role), user.unit_id,
                    std::int64_t{user.must_change_password ? 1 : 0}, user.full_name, user.email,
                    user.password_hash.empty() ? "directory" : "local") > 0;
}

}  // namespace

std::string user_name_problem(std::string_view name) {
    constexpr std::size_t longest = 64;
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const auto fits = [&](char c) {
        return letter_or_digit(c) || std::string_view{"._-@+"}.find(c) != std::string_view::npos;
    };
    if (!name.empty() && name.size() <= longest && letter_or_digit(name.front()) &&
        std::all_of(name.begin(), name.end(), fits))
        return "";
    return "A login name has 1 to 64 characters, letters without marks, digits and . _ - @ +, and begins with a letter "
           "or digit.";
}

void CentralStore::add_user(const NewUser& user, Instant now) {
    if (user.name.empty()) throw StoreError("A user's name must not be empty.");
    const std::lock_guard lock{connection_->mutex};
    if (!insert_user(connection_->database, user, now))
        throw StoreError("There is already a user \"" + user.name + "\"; `user passwd` sets a new password.");
}

bool CentralStore::set_password(const std::string& name, const std::string& password_hash, Instant now) {
    return Users{*this}.set_password(name, password_hash, false, now);
}

std::vector<User> CentralStore::users() const {
    const std::lock_guard lock{connection_->mutex};
    const std::string text = std::string{user_columns} + "ORDER BY name";
    auto rows = sql::query(connection_->database, text.c_str());
    std::vector<User> all;
    while (rows.executeStep()) all.push_back(read_user(rows));
    return all;
}

std::optional<User> CentralStore::user(const std::string& name) const {
    const std::lock_guard lock{connection_->mutex};
    return find_user(connection_->database, name);
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

void Users::add(const NewUser& user, Instant now) {
    const std::string problem = user_name_problem(user.name);
    if (!problem.empty()) throw StoreError(problem);
    {
        sql::Connection& connection = store_.connection();
        const std::lock_guard lock{connection.mutex};
        require_role(connection.database, user.role, user.unit_id);
    }
    store_.add_user(user, now);
}

void Users::change(const std::string& name, const UserChange& change, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    User user = require_user(connection.database, name);
    if (change.role) user.role = *change.role;
    if (change.unit_id) user.unit_id = *change.unit_id;
    if (change.full_name) user.full_name = *change.full_name;
    if (change.email) user.email = *change.email;
    if (change.disabled && *change.disabled != user.disabled_at.has_value())
        user.disabled_at = *change.disabled ? std::optional{now} : std::nullopt;
    require_role(connection.database, user.role, user.unit_id);
    sql::run(connection.database,
             "UPDATE users SET role = ?2, unit_id = ?3, full_name = ?4, email = ?5, disabled_at = ?6 WHERE name = ?1",
             name, name_of(user.role), user.unit_id, user.full_name, user.email, user.disabled_at);
    require_administrator(connection.database);
    write.commit();
}

bool Users::set_password(const std::string& name, const std::string& password_hash, bool must_change, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::run(connection.database,
                    "UPDATE users SET password_hash = ?2, changed_at = ?3, must_change_password = ?4 WHERE name = ?1 "
                    "AND source = 'local'",
                    name, password_hash, now, std::int64_t{must_change ? 1 : 0}) > 0;
}

void Users::signed_in(const std::string& name, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::run(connection.database, "UPDATE users SET last_login_at = ?2 WHERE name = ?1", name, now);
}

User Users::keep_directory_user(const NewUser& user, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    require_role(connection.database, user.role, user.unit_id);
    if (!insert_user(connection.database, user, now)) {
        if (!require_user(connection.database, user.name).from_directory)
            throw StoreError("There is a local user \"" + user.name +
                             "\", who signs in with a password of the centre.");
        sql::run(connection.database,
                 "UPDATE users SET role = ?2, unit_id = ?3, full_name = ?4, email = ?5 WHERE name = ?1", user.name,
                 name_of(user.role), user.unit_id, user.full_name, user.email);
    }
    User kept = require_user(connection.database, user.name);
    write.commit();
    return kept;
}

void Users::set_totp_secret(const std::string& name, const std::string& secret, std::int64_t used_step) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::run(connection.database, "UPDATE users SET totp_secret = ?2, totp_step = ?3 WHERE name = ?1", name, secret,
             used_step);
}

bool Users::use_totp_step(const std::string& name, std::int64_t step) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::run(connection.database, "UPDATE users SET totp_step = ?2 WHERE name = ?1 AND totp_step < ?2", name,
                    step) > 0;
}

std::string Users::unit_path(std::optional<std::int64_t> unit_id) const {
    if (!unit_id) return "";
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::path_of(connection.database, *unit_id);
}

}  // namespace wardwatch

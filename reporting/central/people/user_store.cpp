// The table of users; the last administrator stays.
#include "reporting/central/people/user_store.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/units/store.h"

#include <algorithm>

namespace wardwatch {

namespace {

constexpr const char* user_columns =
    "SELECT name, password_hash, created_at, changed_at, role, unit_id, must_change_password, disabled_at, full_name, "
    "email, source, last_login_at, totp_secret, totp_step FROM users ";

User read_user(const sql::Row& row) {
    User user;
    user.name = row.text(0);
    user.password_hash = row.text(1);
    user.created_at = row.instant(2);
    user.changed_at = row.instant(3);
    user.role = role_from(row.text(4));
    if (!row.is_null(5)) user.unit_id = row.integer(5);
    user.must_change_password = row.boolean(6);
    user.disabled_at = row.maybe_instant(7);
    user.full_name = row.text(8);
    user.email = row.text(9);
    user.from_directory = row.text(10) == "directory";
    user.last_login_at = row.maybe_instant(11);
    user.totp_secret = row.text(12);
    user.totp_step = row.integer(13);
    return user;
}

std::optional<User> find_user(const sql::Reader& reader, const std::string& name) {
    const std::string text = std::string{user_columns} + "WHERE name = $1";
    auto row = reader.query(text, name);
    if (!row.next()) return std::nullopt;
    return read_user(row);
}

User require_user(const sql::Reader& reader, const std::string& name) {
    std::optional<User> user = find_user(reader, name);
    if (!user) throw StoreError("There is no user \"" + name + "\".");
    return *std::move(user);
}

void require_role(const sql::Reader& reader, Role role, std::optional<std::int64_t> unit_id) {
    const std::string problem = role_problem(role, unit_id);
    if (!problem.empty()) throw StoreError(problem);
    if (unit_id) require_unit(reader, *unit_id);
}

void require_administrator(const sql::Reader& reader) {
    if (reader.query("SELECT 1 FROM users WHERE role = 'administrator' AND disabled_at IS NULL").next()) return;
    throw StoreError("Nobody would be left who can administer: make somebody else an administrator first.");
}

bool insert_user(sql::Writer& writer, const NewUser& user, Instant now) {
    return writer.run(
               "INSERT INTO users(name, password_hash, created_at, changed_at, role, unit_id, "
               "must_change_password, full_name, email, source) VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9) "
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

std::vector<User> Users::all() const {
    const sql::Reader reader = database_.reader();
    const std::string text = std::string{user_columns} + "ORDER BY name";
    auto rows = reader.query(text);
    std::vector<User> all;
    while (rows.next()) all.push_back(read_user(rows));
    return all;
}

std::optional<User> Users::find(const std::string& name) const {
    const sql::Reader reader = database_.reader();
    return find_user(reader, name);
}

void Users::add(const NewUser& user, Instant now) {
    const std::string problem = user_name_problem(user.name);
    if (!problem.empty()) throw StoreError(problem);
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_role(writer, user.role, user.unit_id);
    if (!insert_user(writer, user, now))
        throw StoreError("There is already a user \"" + user.name + "\"; `user passwd` sets a new password.");
    transaction.commit();
}

void Users::change(const std::string& name, const UserChange& change, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    User user = require_user(writer, name);
    if (change.role) user.role = *change.role;
    if (change.unit_id) user.unit_id = *change.unit_id;
    if (change.full_name) user.full_name = *change.full_name;
    if (change.email) user.email = *change.email;
    if (change.disabled && *change.disabled != user.disabled_at.has_value())
        user.disabled_at = *change.disabled ? std::optional{now} : std::nullopt;
    require_role(writer, user.role, user.unit_id);
    writer.run("UPDATE users SET role = $2, unit_id = $3, full_name = $4, email = $5, disabled_at = $6 WHERE name = $1",
               name, name_of(user.role), user.unit_id, user.full_name, user.email, user.disabled_at);
    require_administrator(writer);
    transaction.commit();
}

bool Users::set_password(const std::string& name, const std::string& password_hash, bool must_change, Instant now) {
    sql::Writer writer = database_.writer();
    return writer.run(
               "UPDATE users SET password_hash = $2, changed_at = $3, must_change_password = $4 WHERE name = $1 "
               "AND source = 'local'",
               name, password_hash, now, std::int64_t{must_change ? 1 : 0}) > 0;
}

void Users::signed_in(const std::string& name, Instant now) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE users SET last_login_at = $2 WHERE name = $1", name, now);
}

User Users::keep_directory_user(const NewUser& user, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_role(writer, user.role, user.unit_id);
    if (!insert_user(writer, user, now)) {
        if (!require_user(writer, user.name).from_directory)
            throw StoreError("There is a local user \"" + user.name +
                             "\", who signs in with a password of the centre.");
        writer.run("UPDATE users SET role = $2, unit_id = $3, full_name = $4, email = $5 WHERE name = $1", user.name,
                   name_of(user.role), user.unit_id, user.full_name, user.email);
    }
    User kept = require_user(writer, user.name);
    transaction.commit();
    return kept;
}

void Users::set_totp_secret(const std::string& name, const std::string& secret, std::int64_t used_step) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    // Codes belong to the second factor that they stand for.
    writer.run("DELETE FROM recovery_codes WHERE user_name = $1", name);
    writer.run("UPDATE users SET totp_secret = $2, totp_step = $3 WHERE name = $1", name, secret, used_step);
    transaction.commit();
}

void Users::seal_totp_secret(const std::string& name, const std::string& sealed) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE users SET totp_secret = $2 WHERE name = $1", name, sealed);
}

bool Users::use_totp_step(const std::string& name, std::int64_t step) {
    sql::Writer writer = database_.writer();
    return writer.run("UPDATE users SET totp_step = $2 WHERE name = $1 AND totp_step < $2", name, step) > 0;
}

std::string Users::unit_path(std::optional<std::int64_t> unit_id) const {
    if (!unit_id) return "";
    const sql::Reader reader = database_.reader();
    return path_of(reader, *unit_id);
}

std::string totp_purpose(const std::string& name) { return "second factor of " + name; }

void users_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE users SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch

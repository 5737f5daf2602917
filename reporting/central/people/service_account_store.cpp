// The table of service accounts.
#include "reporting/central/people/service_account_store.h"

namespace wardwatch {

namespace {

constexpr const char* account_columns =
    "SELECT a.name, a.owner, a.owner_needed_by, a.created_by, a.created_at, a.disabled_at, (SELECT count(*) FROM "
    "api_tokens t WHERE t.service_account = a.name AND t.revoked_at IS NULL AND t.expires_at > $1) "
    "FROM service_accounts a ";

ServiceAccount read_account(const sql::Row& row) {
    return {row.text(0),    row.text(1),          row.maybe_instant(2), row.text(3),
            row.instant(4), row.maybe_instant(5), row.integer(6)};
}

[[noreturn]] void no_account(const std::string& name) {
    throw StoreError("There is no service account \"" + name + "\".");
}

}  // namespace

void require_owner(const sql::Reader& reader, const std::string& user) {
    if (reader.any("SELECT 1 FROM users WHERE name = $1 AND disabled_at IS NULL", user)) return;
    throw StoreError("There is no user \"" + user + "\" who could own it, or they are disabled.");
}

std::vector<ServiceAccount> ServiceAccounts::all(Instant now) const {
    static const std::string text = std::string{account_columns} + "ORDER BY a.name";
    const sql::Reader reader = database_.reader();
    sql::Rows rows = reader.query(text, now);
    std::vector<ServiceAccount> accounts;
    while (rows.next()) accounts.push_back(read_account(rows));
    return accounts;
}

std::optional<ServiceAccount> ServiceAccounts::find(const std::string& name, Instant now) const {
    static const std::string text = std::string{account_columns} + "WHERE a.name = $2";
    const sql::Reader reader = database_.reader();
    sql::Rows row = reader.query(text, now, name);
    if (!row.next()) return std::nullopt;
    return read_account(row);
}

void ServiceAccounts::add(const std::string& name, const std::string& owner, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_owner(writer, owner);
    const std::int64_t added = writer.run(
        "INSERT INTO service_accounts(name, owner, created_by, created_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT(name) DO NOTHING",
        name, owner, by.actor, by.at);
    if (added == 0) throw StoreError("There is already a service account \"" + name + "\".");
    transaction.commit();
}

void ServiceAccounts::set_owner(const std::string& name, const std::string& owner) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_owner(writer, owner);
    if (writer.run("UPDATE service_accounts SET owner = $2, owner_needed_by = NULL WHERE name = $1", name, owner) == 0)
        no_account(name);
    transaction.commit();
}

void ServiceAccounts::set_disabled(const std::string& name, bool disabled, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    const std::int64_t changed =
        disabled ? writer.run(
                       "UPDATE service_accounts SET disabled_at = coalesce(disabled_at, $2) "
                       "WHERE name = $1",
                       name, now)
                 : writer.run("UPDATE service_accounts SET disabled_at = NULL WHERE name = $1", name);
    if (changed == 0) no_account(name);
    transaction.commit();
}

}  // namespace wardwatch

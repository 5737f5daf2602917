#include "reporting/central/people/api_token_store.h"

#include "reporting/central/sql/statements.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr const char* token_columns =
    "SELECT id, name, role, unit_id, created_by, created_at, expires_at, revoked_at, last_used_at FROM api_tokens ";

ApiToken read_api_token(SQLite::Statement& row) {
    ApiToken token;
    token.id = row.getColumn(0).getString();
    token.name = row.getColumn(1).getString();
    token.role = role_from(row.getColumn(2).getString());
    if (!row.getColumn(3).isNull()) token.unit_id = row.getColumn(3).getInt64();
    token.created_by = row.getColumn(4).getString();
    token.created_at = sql::instant(row.getColumn(5));
    token.expires_at = sql::instant(row.getColumn(6));
    token.revoked_at = sql::maybe_instant(row.getColumn(7));
    token.last_used_at = sql::maybe_instant(row.getColumn(8));
    return token;
}

}  // namespace

void ApiTokens::add(const ApiToken& token, const std::string& sha256) {
    const std::string problem = role_problem(token.role, token.unit_id);
    if (!problem.empty()) throw StoreError(problem);
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    if (token.unit_id) sql::require_unit(connection.database, *token.unit_id);
    // The audit log calls it by its name.
    if (sql::query(connection.database,
                   "SELECT 1 FROM api_tokens WHERE name = ?1 AND revoked_at IS NULL AND expires_at > ?2", token.name,
                   token.created_at)
            .executeStep())
        throw StoreError("There is an API token \"" + token.name + "\" in force; revoke it, or choose another name.");
    sql::run(connection.database,
             "INSERT INTO api_tokens(id, name, sha256, role, unit_id, created_by, created_at, expires_at) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
             token.id, token.name, sha256, name_of(token.role), token.unit_id, token.created_by, token.created_at,
             token.expires_at);
}

std::vector<ApiToken> ApiTokens::all() const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    const std::string text = std::string{token_columns} + "ORDER BY created_at DESC, id";
    auto rows = sql::query(connection.database, text.c_str());
    std::vector<ApiToken> tokens;
    while (rows.executeStep()) tokens.push_back(read_api_token(rows));
    return tokens;
}

std::optional<ApiToken> ApiTokens::use(const std::string& sha256, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    const std::string text =
        std::string{token_columns} + "WHERE sha256 = ?1 AND revoked_at IS NULL AND expires_at > ?2";
    auto row = sql::query(connection.database, text.c_str(), sha256, now);
    if (!row.executeStep()) return std::nullopt;
    ApiToken token = read_api_token(row);
    row.reset();
    // Not at every request: each write waits for the disk.
    if (!token.last_used_at || now - *token.last_used_at >= std::chrono::minutes{1})
        sql::run(connection.database, "UPDATE api_tokens SET last_used_at = ?2 WHERE id = ?1", token.id, now);
    return token;
}

bool ApiTokens::revoke(const std::string& id, Instant now) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::run(connection.database, "UPDATE api_tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
                    id, now) > 0;
}

std::string new_api_token() {
    constexpr std::size_t secret_bytes = 32;
    return "wwt_" + random_hex(secret_bytes);
}

}  // namespace wardwatch

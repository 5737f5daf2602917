// The table of API tokens, by the digest of each.
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/units/store.h"

#include "reporting/central/sql/database.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr const char* token_columns =
    "SELECT id, name, role, unit_id, created_by, created_at, expires_at, revoked_at, last_used_at FROM api_tokens ";

ApiToken read_api_token(const sql::Row& row) {
    ApiToken token;
    token.id = row.text(0);
    token.name = row.text(1);
    token.role = role_from(row.text(2));
    if (!row.is_null(3)) token.unit_id = row.integer(3);
    token.created_by = row.text(4);
    token.created_at = row.instant(5);
    token.expires_at = row.instant(6);
    token.revoked_at = row.maybe_instant(7);
    token.last_used_at = row.maybe_instant(8);
    return token;
}

}  // namespace

void ApiTokens::add(const ApiToken& token, const std::string& sha256) {
    const std::string problem = role_problem(token.role, token.unit_id);
    if (!problem.empty()) throw StoreError(problem);
    sql::Writer writer = database_.writer();
    if (token.unit_id) require_unit(writer, *token.unit_id);
    // The audit log calls it by its name.
    if (writer
            .query("SELECT 1 FROM api_tokens WHERE name = $1 AND revoked_at IS NULL AND expires_at > $2", token.name,
                   token.created_at)
            .next())
        throw StoreError("There is an API token \"" + token.name + "\" in force; revoke it, or choose another name.");
    writer.run(
        "INSERT INTO api_tokens(id, name, sha256, role, unit_id, created_by, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token.id, token.name, sha256, name_of(token.role), token.unit_id, token.created_by, token.created_at,
        token.expires_at);
}

std::vector<ApiToken> ApiTokens::all() const {
    const sql::Reader reader = database_.reader();
    const std::string text = std::string{token_columns} + "ORDER BY created_at DESC, id";
    auto rows = reader.query(text);
    std::vector<ApiToken> tokens;
    while (rows.next()) tokens.push_back(read_api_token(rows));
    return tokens;
}

std::optional<ApiToken> ApiTokens::use(const std::string& sha256, Instant now) {
    static const std::string text =
        std::string{token_columns} + "WHERE sha256 = $1 AND revoked_at IS NULL AND expires_at > $2";
    auto row = database_.reader().query(text, sha256, now);
    if (!row.next()) return std::nullopt;
    ApiToken token = read_api_token(row);
    row.finish();
    // Not at every request: whoever writes waits for others that write, and for the disk.
    if (!token.last_used_at || now - *token.last_used_at >= std::chrono::minutes{1})
        database_.writer().run("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1", token.id, now);
    return token;
}

bool ApiTokens::revoke(const std::string& id, Instant now) {
    sql::Writer writer = database_.writer();
    return writer.run("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, now) > 0;
}

std::string new_api_token() {
    constexpr std::size_t secret_bytes = 32;
    return "wwt_" + random_hex(secret_bytes);
}

void api_tokens_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE api_tokens SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch

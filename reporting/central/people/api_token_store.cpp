// The table of API tokens, by the digest of each, and whose they are.
#include "reporting/central/people/api_token_store.h"

#include <algorithm>

#include "reporting/central/people/service_account_store.h"
#include "reporting/central/units/store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr const char* token_columns =
    "SELECT t.id, t.name, t.role, t.unit_id, t.created_by, t.created_at, t.expires_at, coalesce(t.owner, a.owner, ''), "
    "coalesce(t.service_account, ''), t.revoked_at, t.last_used_at, u.role, u.unit_id, coalesce(u.disabled_at, "
    "a.disabled_at), a.owner_needed_by FROM api_tokens t LEFT JOIN service_accounts a ON a.name = t.service_account "
    "LEFT JOIN users u ON u.name = coalesce(t.owner, a.owner) ";

ApiToken read_api_token(const sql::Row& row) {
    ApiToken token;
    token.id = row.text(0);
    token.name = row.text(1);
    token.role = role_from(row.text(2));
    token.unit_id = row.maybe_integer(3);
    token.created_by = row.text(4);
    token.created_at = row.instant(5);
    token.expires_at = row.instant(6);
    token.owner = row.text(7);
    token.service_account = row.text(8);
    token.revoked_at = row.maybe_instant(9);
    token.last_used_at = row.maybe_instant(10);
    if (!row.is_null(11)) token.owner_role = role_from(row.text(11));
    token.owner_unit_id = row.maybe_integer(12);
    token.disabled = !row.is_null(13);
    token.owner_needed_by = row.maybe_instant(14);
    return token;
}

std::string owner_of(const sql::Reader& reader, const ApiToken& token) {
    if (token.service_account.empty()) return token.owner;
    sql::Rows row = reader.query("SELECT coalesce(owner, ''), disabled_at FROM service_accounts WHERE name = $1",
                                 token.service_account);
    if (!row.next()) throw StoreError("There is no service account \"" + token.service_account + "\".");
    if (!row.is_null(1)) throw StoreError("The service account \"" + token.service_account + "\" is disabled.");
    return row.text(0);
}

/// What the token asks for beyond its owner would never be had: whoever makes it is told so.
void require_owners_rights(const sql::Reader& reader, const ApiToken& token, const std::string& owner) {
    if (owner.empty())
        throw StoreError("The service account \"" + token.service_account + "\" has no owner; name one first.");
    require_owner(reader, owner);
    sql::Rows row = reader.query("SELECT role, unit_id FROM users WHERE name = $1", owner);
    row.next();
    const Role role = role_from(row.text(0));
    const std::optional<std::int64_t> unit = row.maybe_integer(1);
    row.finish();
    const auto more = [&](Right right) { return may(token.role, right) && !may(role, right); };
    if (std::any_of(std::begin(rights), std::end(rights), more))
        throw StoreError("The owner \"" + owner + "\" is " + std::string{name_of(role)} + ", which is less than " +
                         std::string{name_of(token.role)} + ": a token has no more rights than its owner.");
    if (unit && (!token.unit_id || !lies_in(reader, *token.unit_id, *unit)))
        throw StoreError("The owner \"" + owner + "\" does not see these units: a token sees no more than its owner.");
}

}  // namespace

bool has_rights(const ApiToken& token, Instant now) {
    if (token.disabled) return false;
    if (token.owner_role) return true;
    return token.owner.empty() && token.owner_needed_by && now < *token.owner_needed_by;
}

ApiToken ApiTokens::add(const ApiToken& token, const std::string& sha256) {
    const std::string problem = role_problem(token.role, token.unit_id);
    if (!problem.empty()) throw StoreError(problem);
    const std::chrono::days longest = longest_api_token_life(token.role);
    if (token.expires_at <= token.created_at || token.expires_at > token.created_at + longest)
        throw StoreError("This token's end must lie ahead, by at most " + std::to_string(longest.count()) + " days.");
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (token.unit_id) require_unit(writer, *token.unit_id);
    require_owners_rights(writer, token, owner_of(writer, token));
    // The audit log calls it by its name.
    if (writer.any("SELECT 1 FROM api_tokens WHERE name = $1 AND revoked_at IS NULL AND expires_at > $2", token.name,
                   token.created_at))
        throw StoreError("There is an API token \"" + token.name + "\" in force; revoke it, or choose another name.");
    const bool own = token.service_account.empty();
    writer.run(
        "INSERT INTO api_tokens(id, name, sha256, role, unit_id, created_by, created_at, expires_at, owner, "
        "service_account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        token.id, token.name, sha256, name_of(token.role), token.unit_id, token.created_by, token.created_at,
        token.expires_at, own ? std::optional{token.owner} : std::nullopt,
        own ? std::nullopt : std::optional{token.service_account});
    static const std::string text = std::string{token_columns} + "WHERE t.id = $1";
    sql::Rows row = writer.query(text, token.id);
    row.next();
    ApiToken kept = read_api_token(row);
    row.finish();
    transaction.commit();
    return kept;
}

std::vector<ApiToken> ApiTokens::all() const {
    static const std::string text = std::string{token_columns} + "ORDER BY t.created_at DESC, t.id";
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(text);
    std::vector<ApiToken> tokens;
    while (rows.next()) tokens.push_back(read_api_token(rows));
    return tokens;
}

std::optional<ApiToken> ApiTokens::use(const std::string& sha256, Instant now) {
    static const std::string text =
        std::string{token_columns} + "WHERE t.sha256 = $1 AND t.revoked_at IS NULL AND t.expires_at > $2";
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

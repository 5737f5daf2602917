// API tokens: programs that ask the people's API, with a role, a unit and an end of their own, and with no right that
// their owner does not have at that moment.
#pragma once

#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

struct ApiToken {
    std::string id;
    std::string name;
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;  ///< empty: all units
    std::string created_by;
    Instant created_at;
    Instant expires_at;
    std::string owner = {};            ///< a user: of the token, or of its service account; empty: there is none
    std::string service_account = {};  ///< empty: it is the person's own
    std::optional<Instant> revoked_at = {};
    std::optional<Instant> last_used_at = {};  ///< to the minute
    /// As they are now; empty when there is no such user. Of a token that was read.
    std::optional<Role> owner_role = {};
    std::optional<std::int64_t> owner_unit_id = {};
    bool disabled = false;  ///< the owner is, or the service account
    std::optional<Instant> owner_needed_by = {};
};

/// Whether it has any rights, which neither its end nor that it was revoked is a part of: the owner may sign in, or it
/// has none yet and need not have.
bool has_rights(const ApiToken& token, Instant now);

/// As thread safe as the store. Functions throw StoreError with a sentence for people.
class ApiTokens {
public:
    explicit ApiTokens(sql::Database database) : database_(std::move(database)) {}

    /// Only the token's SHA-256 is kept. Throws where role and unit do not fit each other or are more than the owner
    /// has, there is no such unit, service account or owner, it would live too long, or a token of this name is in
    /// force. Of a token for a service account, `owner` is not looked at. Returns it as it was kept.
    ApiToken add(const ApiToken& token, const std::string& sha256);
    /// Newest first, with those that are over.
    std::vector<ApiToken> all() const;
    /// The one that is in force, which counts as used now.
    std::optional<ApiToken> use(const std::string& sha256, Instant now);
    /// False when there is none, or it was revoked before.
    bool revoke(const std::string& id, Instant now);

private:
    sql::Database database_;
};

/// What the holder shows: "wwt_" and 256 random bits as hex.
std::string new_api_token();
/// The longest life of one.
constexpr std::chrono::days longest_api_token_life(Role role) {
    return std::chrono::days{role == Role::administrator ? 30 : 731};
}

/// Within the caller's transaction. Roles for the unit are for the one that has its place.
void api_tokens_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

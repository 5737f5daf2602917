// API tokens: programs that ask the people's API, with a role, a unit and an end of their own.
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
    std::optional<Instant> revoked_at = {};
    std::optional<Instant> last_used_at = {};  ///< to the minute
};

/// As thread safe as the store. Functions throw StoreError with a sentence for people.
class ApiTokens {
public:
    explicit ApiTokens(sql::Database database) : database_(std::move(database)) {}

    /// Only the token's SHA-256 is kept. Throws where role and unit do not fit each other, there is no such unit, or a
    /// token of this name is in force.
    void add(const ApiToken& token, const std::string& sha256);
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
inline constexpr std::chrono::days longest_api_token_life{731};

/// Within the caller's transaction. Roles for the unit are for the one that has its place.
void api_tokens_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch

// What the routes of every subject may use, and how they read what a request asks for.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "reporting/central/api/roles.h"
#include "reporting/central/api/routes.h"
#include "reporting/central/api/view.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/sealing.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

/// Outlives the routes; used from several threads at once.
struct ApiContext {
    sql::Database& database;
    Clock clock;
    Log log;
    std::function<const Policy&()> policy;     ///< the one in force; what it returned stays valid
    std::chrono::days silent_after{7};         ///< a PC about which nothing was heard for longer is shown as silent
    Sealing sealing;                           ///< of the secrets in the database
    std::function<bool()> takes_reports = {};  ///< whether the disk has room for them; without it always

    View view(const Call& call) const { return {database, policy(), call.now, silent_after, call.scope}; }
};

/// Reads the body, a JSON object, with a function that asks it for its members. 400 bad_json or bad_request, also for a
/// member that was not asked for.
template <class Read>
void read_body(const Call& call, Read read) {
    const nlohmann::json object = body_object(call);
    try {
        JsonObject body{object, ""};
        read(body);
        body.refuse_others();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}
/// A member that is a role's name, and one that is a unit's number or null (all units). 400 bad_request otherwise, also
/// for a unit that the caller does not see.
Role role_member(JsonObject& body, std::string_view name);
std::optional<std::int64_t> unit_member(const Call& call, JsonObject& body, std::string_view name);

/// 403 not_for_tokens: what makes or changes people and tokens would outlive the API token's own end.
void require_no_token(const Call& call);

/// The number in the query; nothing when it is not there. 400 bad_request when it is no number.
std::optional<std::int64_t> query_number(const Call& call, std::string_view name);

}  // namespace wardwatch

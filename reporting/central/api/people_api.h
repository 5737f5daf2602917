// The people's API (JSON under /api/v1) and the dashboard's static files. Each area of the API is a file api_<area>.cpp
// that returns its routes; who may call them is looked at here, before any of them runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reporting/central/api/auth.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/api/routes.h"
#include "reporting/central/api/view.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/people/ldap.h"
#include "reporting/central/people/password.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

struct Finding;

struct PeopleApiOptions {
    std::chrono::days silent_after{7};  ///< a PC about which nothing was heard for longer is shown as silent
    PasswordCost password_cost;
    Clock clock;
    Log log;
    /// Told which PCs a scan was queued for.
    std::function<void(const std::vector<std::string>& device_ids)> commands_queued = {};
    SessionLimits session_limits = {};
    LdapOptions directory = {};              ///< without a URL: nobody signs in by a directory
    RequestRate person_rate = {20, 300};     ///< of one person or API token
    RequestRate address_rate = {100, 1000};  ///< of one address: several people may sit behind it
    /// What /metrics answers, and what /readyz looks at (operation/routes.cpp); only a running centre knows.
    std::function<std::string(const View& view)> metrics = {};
    std::function<std::vector<Finding>(Instant now)> readiness = {};
};

/// What the areas of the API share. Outlives their routes; used from several threads at once.
struct PeopleContext {
    sql::Database& database;
    CurrentPolicy& policy;
    PeopleApiOptions options;
    Sessions sessions;
    LoginLimit login_limit;
    RequestLimit person_limit;
    RequestLimit address_limit;

    View view(const Call& call) const {
        return {database, policy.get().policy, call.now, options.silent_after, call.scope};
    }
    /// The device that the path's first argument names; 404 device_unknown, also for one outside of the caller's units.
    Device device_of(const Call& call) const;
};

std::vector<Route> session_routes(PeopleContext& context);
std::vector<Route> account_routes(PeopleContext& context);
std::vector<Route> user_routes(PeopleContext& context);
std::vector<Route> api_token_routes(PeopleContext& context);
std::vector<Route> audit_routes(PeopleContext& context);
std::vector<Route> unit_routes(PeopleContext& context);
std::vector<Route> device_routes(PeopleContext& context);
std::vector<Route> enrolment_routes(PeopleContext& context);
std::vector<Route> policy_routes(PeopleContext& context);
std::vector<Route> scan_routes(PeopleContext& context);
std::vector<Route> waiver_routes(PeopleContext& context);
std::vector<Route> register_routes(PeopleContext& context);
std::vector<Route> licence_routes(PeopleContext& context);
std::vector<Route> export_routes(PeopleContext& context);
std::vector<Route> report_schedule_routes(PeopleContext& context);
std::vector<Route> operation_routes(PeopleContext& context);

/// The id in the request's session cookie; empty when there is none.
std::string session_id(const HttpRequest& request);
/// What the page is told of who is signed in.
nlohmann::json session_json(const PeopleContext& context, const User& user, const std::string& csrf_token);
/// A new session in place of the request's own; the answer sets its cookie.
HttpResponse open_session(PeopleContext& context, const Call& call, const User& user);

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

/// May be called from several threads at once.
class PeopleApi {
public:
    PeopleApi(sql::Database& database, CurrentPolicy& policy, const PeopleApiOptions& options);
    PeopleApi(const PeopleApi&) = delete;
    PeopleApi& operator=(const PeopleApi&) = delete;

    HttpResponse handle(const HttpRequest& request);
    /// Only who is signed in may send large files: the refusal for others, by the head alone.
    std::optional<HttpResponse> refuse_large_body(const HttpRequest& head);
    const std::vector<Route>& routes() const { return routes_; }

private:
    void admit(const Route& route, Call& call);
    void record(const Route& route, const Call& call, const AuditNote& note);
    Person caller_of(const Call& call);
    Person signed_in(const Call& call);
    Person token_holder(const Call& call, std::string_view token);

    PeopleContext context_;
    std::vector<Route> routes_;
};

}  // namespace wardwatch

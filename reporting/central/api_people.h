// The people's API (JSON under /api/v1) and the dashboard's static files. Each area of the API is a file api_<area>.cpp
// that returns its routes; who may call them is looked at here, before any of them runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reporting/central/api.h"
#include "reporting/central/auth.h"
#include "reporting/central/password.h"
#include "reporting/central/store.h"
#include "reporting/central/views.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

struct Finding;

struct PeopleApiOptions {
    std::chrono::days silent_after{7};  ///< a PC about which nothing was heard for longer is shown as silent
    PasswordCost password_cost;
    Clock clock;
    Log log;
    /// Told which PCs a scan was queued for.
    std::function<void(const std::vector<std::string>& device_ids)> commands_queued = {};
    /// What /metrics answers, and what /readyz looks at (api_operation.cpp); only a running centre knows.
    std::function<std::string(const View& view)> metrics = {};
    std::function<std::vector<Finding>(Instant now)> readiness = {};
};

/// What the areas of the API share. Outlives their routes; used from several threads at once.
struct PeopleContext {
    CentralStore& store;
    const Policy& policy;
    PeopleApiOptions options;
    Sessions sessions;
    LoginLimit login_limit;

    View view(const Call& call) const { return {store, policy, call.now, options.silent_after, call.scope}; }
    /// The device that the path's first argument names; 404 device_unknown, also for one outside of the caller's units.
    Device device_of(const Call& call) const;
};

std::vector<Route> session_routes(PeopleContext& context);
std::vector<Route> unit_routes(PeopleContext& context);
std::vector<Route> device_routes(PeopleContext& context);
std::vector<Route> policy_routes(PeopleContext& context);
std::vector<Route> scan_routes(PeopleContext& context);
std::vector<Route> operation_routes(PeopleContext& context);

/// The id in the request's session cookie; empty when there is none.
std::string session_id(const HttpRequest& request);

/// The number in the query; nothing when it is not there. 400 bad_request when it is no number.
std::optional<std::int64_t> query_number(const Call& call, std::string_view name);

/// May be called from several threads at once.
class PeopleApi {
public:
    PeopleApi(CentralStore& store, const Policy& policy, PeopleApiOptions options);
    PeopleApi(const PeopleApi&) = delete;
    PeopleApi& operator=(const PeopleApi&) = delete;

    HttpResponse handle(const HttpRequest& request);

private:
    void admit(const Route& route, Call& call);
    Person signed_in(const Call& call);

    PeopleContext context_;
    std::vector<Route> routes_;
};

}  // namespace wardwatch

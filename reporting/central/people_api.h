// The people's API (JSON under /api/v1) and the dashboard's static files: each subject's routes behind one admission.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "reporting/central/api/admission.h"
#include "reporting/central/api/context.h"
#include "reporting/central/audit/denials.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/operation/routes.h"
#include "reporting/central/people/sign_in.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/sealing.h"

namespace wardwatch {

struct PeopleApiOptions {
    Sealing sealing;                    ///< of the secrets in the database
    std::chrono::days silent_after{7};  ///< a PC about which nothing was heard for longer is shown as silent
    PasswordCost password_cost = {};
    Clock clock = {};
    Log log = {};
    SessionLimits session_limits = {};
    LdapOptions directory = {};              ///< without a URL: nobody signs in by a directory
    RequestRate person_rate = {20, 300};     ///< of one person or API token
    RequestRate address_rate = {100, 1000};  ///< of one address: several people may sit behind it
    bool open_metrics = false;               ///< to programs on this machine, without an API token
    CentreProbes probes = {};
    std::function<bool()> takes_reports = {};           ///< the page says when the centre does not; without it always
    std::vector<std::string> webhook_local_hosts = {};  ///< webhooks may reach this machine by these names
    SecondFactorRule second_factor = {};
};

/// May be used from any thread. The database and the policy outlive it.
class PeopleApi {
public:
    PeopleApi(sql::Database& database, CurrentPolicy& policy, const PeopleApiOptions& options);
    PeopleApi(const PeopleApi&) = delete;
    PeopleApi& operator=(const PeopleApi&) = delete;

    /// Does all work at once.
    HttpResponse handle(const HttpRequest& request) { return admission_.handle(routes_, request); }
    /// Has work that blocks done by threads of its own; it ends before this does.
    std::variant<HttpResponse, LaterAnswer> handle_waiting(const HttpRequest& request) {
        return admission_.handle_waiting(routes_, request);
    }
    /// Only who is signed in may send large files: the refusal for others, by the head alone.
    std::optional<HttpResponse> refuse_large_body(const HttpRequest& head) {
        return admission_.refuse_large_body(head);
    }
    /// What is refused anywhere at the centre is recorded here.
    Denials& denials() { return denials_; }
    void add_denial_of_device(std::string_view path, const Call& call, const ApiError& error);
    const std::vector<Route>& routes() const { return routes_; }
    /// Writes down who has used the page; to be called now and then.
    void write_use() { sign_in_.sessions.write_use(); }

private:
    ApiContext context_;
    SignIn sign_in_;
    Denials denials_;
    std::vector<Route> routes_;
    Admission admission_;  ///< last: it does what the routes say
};

}  // namespace wardwatch

// The people's API (JSON under /api/v1) and the dashboard's static files.
#pragma once

#include <chrono>
#include <vector>

#include "reporting/central/api.h"
#include "reporting/central/auth.h"
#include "reporting/central/password.h"
#include "reporting/central/store.h"
#include "reporting/central/views.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

struct PeopleApiOptions {
    std::chrono::days silent_after{7};  ///< a PC about which nothing was heard for longer is shown as silent
    PasswordCost password_cost;
    Clock clock;
    Log log;
    /// Told which PCs a scan was queued for.
    std::function<void(const std::vector<std::string>& device_ids)> commands_queued = {};
};

/// May be called from several threads at once.
class PeopleApi {
public:
    PeopleApi(CentralStore& store, const Policy& policy, PeopleApiOptions options);
    PeopleApi(const PeopleApi&) = delete;
    PeopleApi& operator=(const PeopleApi&) = delete;

    HttpResponse handle(const HttpRequest& request);

private:
    HttpResponse log_in(const Call& call);
    HttpResponse who(const Call& call);
    HttpResponse log_out(const Call& call);
    HttpResponse units(const Call& call);
    HttpResponse devices(const Call& call);
    HttpResponse device(const Call& call);
    HttpResponse verdicts(const Call& call);
    HttpResponse reports(const Call& call);
    HttpResponse rules(const Call& call);
    HttpResponse start_scan(const Call& call);  // api_scans.cpp
    HttpResponse scan(const Call& call);

    Session signed_in(const Call& call);
    View view(const Call& call) const;
    Device device_of(const Call& call) const;

    CentralStore& store_;
    const Policy& policy_;
    PeopleApiOptions options_;
    Sessions sessions_;
    LoginLimit login_limit_;
    std::string nobodys_hash_;  ///< checked when the user does not exist, so that the answer takes as long
    std::vector<Route> routes_;
};

}  // namespace wardwatch

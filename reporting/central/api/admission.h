// Admission of a request to the people's API: who asks, how often, with which right; and that it is recorded.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "reporting/central/api/request_limit.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/api/routes.h"

namespace wardwatch {

/// What the subjects know about who asks. All are called from several threads at once.
struct AdmissionRules {
    std::function<Person(const Call&)> who;         ///< throws ApiError (401) for nobody
    std::function<Scope(std::int64_t unit)> below;  ///< the unit with all below it
    /// Called for each request that was answered without an error. What it throws makes the request fail.
    std::function<void(const Route&, const Call&, const AuditNote&)> record;
    RequestRate person_rate = {20, 300};     ///< of one person or API token
    RequestRate address_rate = {100, 1000};  ///< of one address: several people may sit behind it
};

/// May be used from any thread.
class Admission {
public:
    Admission(AdmissionRules rules, Clock clock, Log log);

    /// The route's answer, or a problem (RFC 9457) that says why there is none.
    HttpResponse handle(std::span<const Route> routes, const HttpRequest& request);
    /// Only who is signed in may send large files: the refusal for others, by the head alone.
    std::optional<HttpResponse> refuse_large_body(const HttpRequest& head);

private:
    void admit(const Route& route, Call& call);

    AdmissionRules rules_;
    Clock clock_;
    Log log_;
    RequestLimit person_limit_;
    RequestLimit address_limit_;
};

}  // namespace wardwatch

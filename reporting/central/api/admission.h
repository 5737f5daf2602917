// Admission of a request to the people's API: who asks, how often, with which right; and that it is recorded.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "reporting/central/api/request_limit.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/api/routes.h"
#include "reporting/central/api/work_queue.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// What the subjects know about who asks. All are called from several threads at once.
struct AdmissionRules {
    std::function<Person(const Call&)> who;         ///< throws ApiError (401) for nobody
    std::function<Scope(std::int64_t unit)> below;  ///< the unit with all below it
    /// Called for each request: with the Writer, within the transaction of what it changes; without one when it was
    /// answered without an error and has changed nothing. What it throws makes the request fail, and the change.
    std::function<void(sql::Writer*, const Route&, const Call&, const AuditNote&)> record;
    /// Told of what is refused, with as much of the caller as is known. Throws nothing.
    std::function<void(std::string_view operation, const Call&, const ApiError&)> denied = {};
    RequestRate person_rate = {20, 300};     ///< of one person or API token
    RequestRate address_rate = {100, 1000};  ///< of one address: several people may sit behind it
    bool open_metrics = false;               ///< to programs on this machine, without an API token
};

/// May be used from any thread.
class Admission {
public:
    Admission(AdmissionRules rules, Clock clock, Log log);

    /// The route's answer, or a problem (RFC 9457) that says why there is none.
    HttpResponse handle(std::span<const Route> routes, const HttpRequest& request);
    /// The same, but work that blocks is done in a queue for its kind, in turn; 503 when that is full. The routes
    /// outlive this.
    std::variant<HttpResponse, LaterAnswer> handle_waiting(std::span<const Route> routes, const HttpRequest& request);
    /// Only who is signed in may send large files: the refusal for others, by the head alone.
    std::optional<HttpResponse> refuse_large_body(const HttpRequest& head);

private:
    DispatchRules dispatch_rules();
    void admit(const Route& route, Call& call);
    LaterAnswer queued(Work kind, std::function<HttpResponse()> work);
    HttpResponse answer(const Route& route, const Call& call, const AuditNote& note);
    template <class Work>
    auto telling_denials(std::string_view operation, const Call& call, const Work& work);
    /// An answer that goes on ends within seconds when who asked is signed out, disabled, or sees and may other things.
    std::function<std::optional<std::string>()> while_admitted(const Call& call,
                                                               std::function<std::optional<std::string>()> go_on);
    bool is_still(const Person& person, const HttpRequest& head, Instant now);

    AdmissionRules rules_;
    Clock clock_;
    Log log_;
    RequestLimit person_limit_;
    RequestLimit address_limit_;
    // Last: what they do uses the others. One hash is made at a time (password.h). Who waits for a directory that is
    // silent costs a thread 15 seconds (ldap.h), which nobody else needs.
    WorkQueue passwords_{1, 20};
    WorkQueue directory_{8, 16};
    WorkQueue files_{2, 8};
};

}  // namespace wardwatch

// What both APIs share: errors, routes and answers. Requests in, responses out; no sockets.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/api/request_target.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/http/listener.h"
#include "reporting/tls/http.h"

namespace wardwatch {

/// The caller's fault (4xx) or "later" (429, 503). what() is one English sentence that says what to do.
class ApiError : public std::runtime_error {
public:
    ApiError(unsigned http_status, std::string code_word, const std::string& message,
             std::optional<std::chrono::seconds> wait = std::nullopt)
        : std::runtime_error(message), status(http_status), code(std::move(code_word)), retry_after(wait) {}
    unsigned status;
    std::string code;  ///< "token_invalid"
    std::optional<std::chrono::seconds> retry_after;
};

using Clock = std::function<Instant()>;
/// One line for the log. Callers pass no secret.
using Log = std::function<void(const std::string&)>;

/// What the audit log says of a request beside who, when and what.
struct AuditNote {
    std::string subject;
    std::string detail;
    nlohmann::json body;  ///< as body_object() read it; null when the handler read none
};

/// A request whose path was taken apart.
struct Call {
    const HttpRequest& request;
    std::vector<std::string> arguments;  ///< what stood at the pattern's {} in turn, decoded
    Query query;                         ///< decoded
    Instant now;
    Person person = {};  ///< who asks; of the people's API alone, and nobody where the route needs no right
    Scope scope = {};    ///< the units that they see
    AuditNote* audit_note = nullptr;  ///< where nothing is recorded, there is none

    /// What the audit log says of this request; without it, the path's arguments, the query and the body. No secrets.
    /// To be said before the change: the entry is written within its transaction.
    void note(std::string subject, std::string detail = "") const {
        if (audit_note == nullptr) return;
        audit_note->subject = std::move(subject);
        audit_note->detail = std::move(detail);
    }
};

/// What a route does with a request's body.
enum class Body {
    none,    ///< a request that brings one is refused
    object,  ///< one JSON object, which body_object() reads
    bytes,   ///< a file or a report: the handler says how large and of which form it may be
};

/// Where a route's work is done: what blocks must not keep a listener's thread, and one kind of it not the others.
enum class Work {
    at_once,    ///< by the thread that read the request
    passwords,  ///< hashing, a tenth of a second each
    directory,  ///< asking a server that may be silent
    files,      ///< exports and previews: seconds, and much memory
};

struct Route {
    std::string_view method;
    std::string_view pattern;  ///< "/api/v1/devices/{}/verdicts"
    std::function<HttpResponse(const Call&)> handle;
    Right right = Right::none;
    std::string_view operation = "";  ///< its name in the API's description: "listDevices"
    Body body = Body::none;
    bool personal = false;  ///< a GET that shows what concerns a person: the audit log says who looked
    /// Asked when the request was admitted; throws ApiError. Empty: at once.
    std::function<Work(const Call&)> work = {};
};

/// What one of the two APIs adds to its routes.
struct DispatchRules {
    /// Looks at the caller before the route does: fills in who asks, or throws ApiError.
    std::function<void(const Route&, Call&)> admit = {};
    /// Has the route handle the call, and does what belongs to that: what it throws makes the request fail. The note is
    /// what the handler says of it. Without this, the route handles it and nothing is recorded.
    std::function<HttpResponse(const Route&, const Call&, const AuditNote&)> handle = {};
    HttpResponse (*error_response)(const ApiError&) = nullptr;  ///< empty: {"error", "message"}
};

/// Finds the route and calls it: 404 not_found, 405 method_not_allowed, 400 bad_address or body_not_taken. The one
/// place where the API's errors are caught: ApiError becomes its answer, a database that is away a 503 that says when
/// to come again, anything else a 500 whose text stays in the log.
HttpResponse dispatch(std::span<const Route> routes, const HttpRequest& request, Instant now, const Log& log,
                      const DispatchRules& rules = {});

/// Has the work of a request done elsewhere; throws ApiError when that cannot be.
using Elsewhere = std::function<LaterAnswer(Work, std::function<HttpResponse()> work)>;

/// As dispatch(), but the work of a route that is not to be done at once is handed to `elsewhere`, with a copy of the
/// request, after it was admitted. The routes, and what the rules hold, outlive the work.
std::variant<HttpResponse, LaterAnswer> dispatch_elsewhere(std::span<const Route> routes, const HttpRequest& request,
                                                           Instant now, const Log& log, const DispatchRules& rules,
                                                           const Elsewhere& elsewhere);

/// What a request is told while the database is stopped or fails over (sql::ConnectionLost).
ApiError database_away();

HttpResponse json_response(unsigned status, const nlohmann::json& body);

/// An error of the agents' API: {"error", "message"}. Who is told to come again after a 503, as many are at once, is
/// told a time of their own (spread_wait).
HttpResponse error_response(const ApiError& error);

/// An error of the people's API as RFC 9457 has it: application/problem+json, with `code` beside the standard members.
HttpResponse problem_response(const ApiError& error);

/// The request's body as an object; 400 bad_json otherwise. What is recorded of the request is what was read here.
nlohmann::json body_object(const Call& call);

/// A text member between `min` and `max` bytes, without control characters (line breaks only when `lines`); 400
/// bad_request otherwise.
std::string text_member(const nlohmann::json& object, const char* name, std::size_t min, std::size_t max,
                        bool lines = false);

}  // namespace wardwatch

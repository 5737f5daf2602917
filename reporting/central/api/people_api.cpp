// Admission of a request: who asks, how often, with which right; and its entry in the audit log.
#include "reporting/central/api/people_api.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>

#include "reporting/central/api/openapi.h"
#include "reporting/central/api/static_files.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

void add_security_headers(HttpResponse& response) {
    // A page of its own brings its own.
    response.headers.try_emplace(
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    response.headers["X-Content-Type-Options"] = "nosniff";
    response.headers["X-Frame-Options"] = "DENY";
    response.headers["Referrer-Policy"] = "no-referrer";
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin";
    response.headers["Strict-Transport-Security"] = "max-age=31536000";
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

void require_csrf_token(const Call& call, const Person& person) {
    const auto token = call.request.headers.find("X-CSRF-Token");
    if (token != call.request.headers.end() && equal_in_constant_time(token->second, person.csrf_token)) return;
    throw ApiError(403, "csrf", "Send the session's csrf_token in the header X-CSRF-Token.");
}

/// What stands behind "Bearer " in Authorization; empty when nothing does.
std::string_view bearer_token(const HttpRequest& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("Authorization");
    if (header == request.headers.end() || !header->second.starts_with(scheme)) return "";
    return std::string_view{header->second}.substr(scheme.size());
}

ApiError too_many_requests(std::chrono::seconds wait) {
    return {429, "too_many_requests", "Too many requests; wait as long as Retry-After says.", wait};
}

/// Who has this answer already is told so (RFC 9110, section 13). The answers are kept nowhere on the way: only the
/// caller itself may remember them.
void add_entity_tag(const HttpRequest& request, HttpResponse& response) {
    constexpr std::size_t digits = 32;
    const auto type = response.headers.find("Content-Type");
    const bool json = type != response.headers.end() && type->second.starts_with("application/json");
    if (request.method != "GET" || response.status != 200 || !json) return;
    const std::string tag = "\"" + sha256_hex(response.body).substr(0, digits) + "\"";
    response.headers["ETag"] = tag;
    const auto known = request.headers.find("If-None-Match");
    if (known == request.headers.end() || known->second.find(tag) == std::string::npos) return;
    response.status = 304;
    response.headers.erase("Content-Type");
    response.body.clear();
}

/// What a request without a note asked for: its JSON without secrets.
std::string asked_for(nlohmann::json body) {
    constexpr std::size_t longest = 1000;
    if (!body.is_object()) return "";
    for (const char* secret : {"password", "old_password", "new_password", "code", "secret"}) body.erase(secret);
    if (body.empty()) return "";
    return clean_text(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), longest);
}

}  // namespace

Role role_member(JsonObject& body, std::string_view name) {
    try {
        return role_from(body.text(name, {1, 40}));
    } catch (const std::invalid_argument& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}

std::optional<std::int64_t> unit_member(const Call& call, JsonObject& body, std::string_view name) {
    const nlohmann::json& value = body.member(name);
    if (value.is_null()) return std::nullopt;
    const std::int64_t unit = integer_of(value, body.place_of(name));
    if (!call.scope.holds(unit)) throw ApiError(400, "bad_request", "There is no unit " + std::to_string(unit) + ".");
    return unit;
}

void require_no_token(const Call& call) {
    if (!call.person.is_token) return;
    throw ApiError(403, "not_for_tokens", "An API token cannot do this; a person has to sign in.");
}

Device PeopleContext::device_of(const Call& call) const {
    std::optional<Device> device = Devices{database}.find(call.arguments.at(0));
    if (!device || !call.scope.holds(device->unit_id))
        throw ApiError(404, "device_unknown", "There is no PC with this device id.");
    return *device;
}

std::optional<std::int64_t> query_number(const Call& call, std::string_view name) {
    const auto found = call.query.find(name);
    if (found == call.query.end()) return std::nullopt;
    const std::string& text = found->second;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    throw ApiError(400, "bad_request", std::string{name} + " must be a number.");
}

PeopleApi::PeopleApi(sql::Database& database, CurrentPolicy& policy, const PeopleApiOptions& options)
    : context_{database,
               policy,
               options,
               Sessions{options.session_limits},
               {},
               RequestLimit{options.person_rate},
               RequestLimit{options.address_rate}} {
    for (const auto area : {session_routes, account_routes, user_routes, api_token_routes, audit_routes, unit_routes,
                            device_routes, enrolment_routes, policy_routes, scan_routes, waiver_routes, register_routes,
                            licence_routes, export_routes, report_schedule_routes, operation_routes}) {
        std::vector<Route> routes = area(context_);
        std::move(routes.begin(), routes.end(), std::back_inserter(routes_));
    }
    routes_.push_back({"GET", "/healthz",
                       [](const Call&) {
                           return json_response(200, {{"ok", true}});
                       },
                       Right::none, "getHealth"});
    const auto document = std::make_shared<nlohmann::json>();
    routes_.push_back({"GET", "/api/v1/openapi.json", [document](const Call&) { return json_response(200, *document); },
                       Right::none, "getOpenApi"});
    *document = openapi_document(routes_);
    for (const StaticFile& file : static_files()) {
        routes_.push_back(
            {"GET", file.path, [&file](const Call& call) { return static_response(file, call.request); }});
    }
}

HttpResponse PeopleApi::handle(const HttpRequest& request) {
    DispatchRules rules;
    rules.admit = [this](const Route& route, Call& call) { admit(route, call); };
    rules.answered = [this](const Route& route, const Call& call, const AuditNote& note, const HttpResponse& response) {
        if (response.status < 400) record(route, call, note);
    };
    rules.error_response = problem_response;
    const Instant now = context_.options.clock();
    const std::chrono::seconds wait = context_.address_limit.attempt(request.remote_address, now);
    HttpResponse response = wait.count() > 0 ? problem_response(too_many_requests(wait))
                                             : dispatch(routes_, request, now, context_.options.log, rules);
    add_entity_tag(request, response);
    add_security_headers(response);
    return response;
}

std::optional<HttpResponse> PeopleApi::refuse_large_body(const HttpRequest& head) {
    try {
        caller_of({head, {}, {}, context_.options.clock()});
        return std::nullopt;
    } catch (const ApiError& error) {
        HttpResponse response = problem_response(error);
        add_security_headers(response);
        return response;
    }
}

Person PeopleApi::caller_of(const Call& call) {
    const std::string_view token = bearer_token(call.request);
    return token.empty() ? signed_in(call) : token_holder(call, token);
}

void PeopleApi::admit(const Route& route, Call& call) {
    // Prometheus on this machine asks without signing in; elsewhere it brings an API token.
    if (route.pattern == "/metrics" && is_loopback(call.request.remote_address)) return;
    if (route.right == Right::none) return;
    call.person = caller_of(call);
    const std::chrono::seconds wait = context_.person_limit.attempt(call.person.name, call.now);
    if (wait.count() > 0) throw too_many_requests(wait);
    // A page of another site can make a browser send its cookie, but no token.
    if (call.request.method != "GET" && !call.person.is_token) require_csrf_token(call, call.person);
    if (call.person.is_token && route.right == Right::self) require_no_token(call);
    if (call.person.must_change_password && route.right != Right::self)
        throw ApiError(403, "password_change_needed", "Set a password of your own first.");
    // The audit log is of all units: an auditor of one does not see it.
    const bool of_all_units = route.right == Right::audit && call.person.unit_id;
    if (!may(call.person.role, route.right) || of_all_units)
        throw ApiError(403, "not_allowed", "Your role does not allow this; ask an administrator.");
    if (call.person.unit_id) call.scope = Scope{Units{context_.database}.and_below(*call.person.unit_id)};
}

// Signing in records itself: it alone knows who it is, or that it is nobody.
void PeopleApi::record(const Route& route, const Call& call, const AuditNote& note) {
    const bool concerns = route.personal || call.request.method != "GET";
    if (!concerns || route.right == Right::none) return;
    AuditEntry entry{
        0,          call.now, call.person.name, call.request.remote_address, std::string{route.operation}, note.subject,
        note.detail};
    if (entry.subject.empty()) {
        for (const std::string& argument : call.arguments)
            entry.subject += (entry.subject.empty() ? "" : "/") + argument;
    }
    if (entry.detail.empty()) {
        for (const auto& [name, value] : call.query)
            entry.detail += (entry.detail.empty() ? "" : " ") + name + "=" + value;
        const std::string asked = asked_for(note.body);
        entry.detail += (entry.detail.empty() || asked.empty() ? "" : " ") + asked;
    }
    AuditLog{context_.database}.append(entry);
}

Person PeopleApi::signed_in(const Call& call) {
    const std::string id = session_id(call.request);
    const std::optional<Session> session = context_.sessions.find(id, call.now);
    const std::optional<User> user = session ? Users{context_.database}.find(session->user) : std::nullopt;
    // A new password ends the sessions that were opened with the old one, also when the CLI set it.
    if (!user || user->disabled_at || user->password_hash != session->password_hash) {
        context_.sessions.close(id);
        throw ApiError(401, "not_signed_in", "Sign in first: nobody is signed in, or the session is over.");
    }
    return {user->name, user->role, user->unit_id, user->must_change_password, session->csrf_token};
}

Person PeopleApi::token_holder(const Call& call, std::string_view token) {
    const std::optional<ApiToken> found = ApiTokens{context_.database}.use(sha256_hex(token), call.now);
    if (!found)
        throw ApiError(401, "token_invalid",
                       "There is no such API token, or it is over; ask an administrator for another.");
    return {"token:" + found->name, found->role, found->unit_id, false, "", true};
}

}  // namespace wardwatch

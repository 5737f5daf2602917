#include "reporting/central/api_people.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "reporting/central/static_files.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

HttpResponse static_response(const StaticFile& file) {
    HttpResponse response;
    response.headers["Content-Type"] = file.content_type;
    response.headers["Cache-Control"] = "no-cache";
    response.body = file.bytes;
    return response;
}

void add_security_headers(HttpResponse& response) {
    response.headers["Content-Security-Policy"] =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
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

}  // namespace

Device PeopleContext::device_of(const Call& call) const {
    std::optional<Device> device = store.device(call.arguments.at(0));
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

PeopleApi::PeopleApi(CentralStore& store, const Policy& policy, PeopleApiOptions options)
    : context_{store, policy, std::move(options), {}, {}} {
    for (const auto area : {session_routes, unit_routes, device_routes, policy_routes, scan_routes, operation_routes}) {
        std::vector<Route> routes = area(context_);
        std::move(routes.begin(), routes.end(), std::back_inserter(routes_));
    }
    routes_.push_back({"GET", "/healthz", [](const Call&) { return json_response(200, {{"ok", true}}); }});
    for (const StaticFile& file : static_files()) {
        routes_.push_back({"GET", file.path, [&file](const Call&) { return static_response(file); }});
    }
}

HttpResponse PeopleApi::handle(const HttpRequest& request) {
    HttpResponse response = dispatch(routes_, request, context_.options.clock(), context_.options.log,
                                     [this](const Route& route, Call& call) { admit(route, call); });
    add_security_headers(response);
    return response;
}

void PeopleApi::admit(const Route& route, Call& call) {
    // Prometheus on this machine asks without signing in; elsewhere it brings an API token.
    if (route.pattern == "/metrics" && is_loopback(call.request.remote_address)) return;
    if (route.right == Right::none) return;
    call.person = signed_in(call);
    if (call.request.method != "GET") require_csrf_token(call, call.person);
    if (call.person.must_change_password && route.right != Right::self)
        throw ApiError(403, "password_change_needed", "Set a password of your own first.");
    if (!may(call.person.role, route.right))
        throw ApiError(403, "not_allowed", "Your role does not allow this; ask an administrator.");
    if (call.person.unit_id) call.scope = Scope{context_.store.unit_and_below(*call.person.unit_id)};
}

Person PeopleApi::signed_in(const Call& call) {
    const std::string id = session_id(call.request);
    const std::optional<Session> session = context_.sessions.find(id, call.now);
    const std::optional<User> user = session ? context_.store.user(session->user) : std::nullopt;
    // A new password ends the sessions that were opened with the old one, also when the CLI set it.
    if (!user || user->disabled_at || user->password_hash != session->password_hash) {
        context_.sessions.close(id);
        throw ApiError(401, "not_signed_in", "Sign in first: nobody is signed in, or the session is over.");
    }
    return {user->name, user->role, user->unit_id, user->must_change_password, session->csrf_token};
}

}  // namespace wardwatch

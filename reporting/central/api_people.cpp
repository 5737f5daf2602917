#include "reporting/central/api_people.h"

#include <algorithm>
#include <charconv>

#include "reporting/central/static_files.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

// The prefix makes browsers refuse the cookie from any other host, path or plain HTTP.
constexpr std::string_view cookie_name = "__Host-wardwatch";

std::string cookie(const std::string& value, std::string_view more) {
    return std::string{cookie_name} + "=" + value + "; Path=/; HttpOnly; Secure; SameSite=Strict" + std::string{more};
}

std::string session_id(const HttpRequest& request) {
    const auto header = request.headers.find("Cookie");
    if (header == request.headers.end()) return "";
    const std::string wanted = std::string{cookie_name} + "=";
    std::string_view rest = header->second;
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        std::string_view pair = rest.substr(0, end);
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.starts_with(wanted)) return std::string{pair.substr(wanted.size())};
        rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
    return "";
}

/// A page of another site cannot send this type without asking first.
void require_json(const HttpRequest& request) {
    const auto type = request.headers.find("Content-Type");
    if (type != request.headers.end() && type->second.starts_with("application/json")) return;
    throw ApiError(415, "not_json", "Send the body with Content-Type: application/json.");
}

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

}  // namespace

PeopleApi::PeopleApi(CentralStore& store, const Policy& policy, PeopleApiOptions options)
    : store_(store),
      policy_(policy),
      options_(std::move(options)),
      nobodys_hash_(hash_password(random_password(), options_.password_cost)) {
    routes_ = {
        {"POST", "/api/v1/session", [this](const Call& call) { return log_in(call); }},
        {"GET", "/api/v1/session", [this](const Call& call) { return who(call); }},
        {"DELETE", "/api/v1/session", [this](const Call& call) { return log_out(call); }},
        {"GET", "/api/v1/units", [this](const Call& call) { return units(call); }},
        {"GET", "/api/v1/devices", [this](const Call& call) { return devices(call); }},
        {"GET", "/api/v1/devices/{}", [this](const Call& call) { return device(call); }},
        {"GET", "/api/v1/devices/{}/verdicts", [this](const Call& call) { return verdicts(call); }},
        {"GET", "/api/v1/devices/{}/reports", [this](const Call& call) { return reports(call); }},
        {"GET", "/api/v1/policy", [this](const Call& call) { return rules(call); }},
        {"POST", "/api/v1/scans", [this](const Call& call) { return start_scan(call); }},
        {"GET", "/api/v1/scans/{}", [this](const Call& call) { return scan(call); }},
        {"GET", "/healthz",
         [](const Call&) {
             return json_response(200, {{"ok", true}});
         }},
    };
    for (const StaticFile& file : static_files()) {
        routes_.push_back({"GET", file.path, [&file](const Call&) { return static_response(file); }});
    }
}

HttpResponse PeopleApi::handle(const HttpRequest& request) {
    HttpResponse response = dispatch(routes_, request, options_.clock(), options_.log);
    add_security_headers(response);
    return response;
}

Session PeopleApi::signed_in(const Call& call) {
    const std::string id = session_id(call.request);
    const std::optional<Session> session = sessions_.find(id, call.now);
    const std::optional<User> user = session ? store_.user(session->user) : std::nullopt;
    // A new password ends the sessions that were opened with the old one, also when the CLI set it.
    if (!user || user->password_hash != session->password_hash) {
        sessions_.close(id);
        throw ApiError(401, "not_signed_in", "Sign in first: nobody is signed in, or the session is over.");
    }
    if (call.request.method != "GET") {
        const auto token = call.request.headers.find("X-CSRF-Token");
        if (token == call.request.headers.end() || !equal_in_constant_time(token->second, session->csrf_token)) {
            throw ApiError(403, "csrf", "Send the session's csrf_token in the header X-CSRF-Token.");
        }
    }
    return *session;
}

HttpResponse PeopleApi::log_in(const Call& call) {
    require_json(call.request);
    const nlohmann::json body = body_object(call.request);
    const std::string name = text_member(body, "user", 1, 200);
    const std::string password = text_member(body, "password", 1, 1000);
    const std::string& address = call.request.remote_address;
    const std::chrono::seconds wait = login_limit_.attempt(name, address, call.now);
    if (wait.count() > 0) {
        options_.log("login refused (too many attempts) from=" + address);
        throw ApiError(429, "too_many_attempts", "Too many wrong passwords; wait and try again.", wait);
    }
    const std::optional<User> user = store_.user(name);
    const bool right = password_matches(user ? user->password_hash : nobodys_hash_, password);
    if (!user || !right) {
        // Without the name: people type their password there by mistake.
        options_.log("login failed from=" + address);
        throw ApiError(401, "wrong_login", "The user name or the password is wrong.");
    }
    login_limit_.succeeded(name, address);
    options_.log("login user=" + user->name + " from=" + address);
    sessions_.close(session_id(call.request));
    const Sessions::Opened opened = sessions_.open(user->name, user->password_hash, call.now);
    HttpResponse response = json_response(200, {{"user", user->name}, {"csrf_token", opened.csrf_token}});
    response.headers["Set-Cookie"] = cookie(opened.id, "");
    return response;
}

HttpResponse PeopleApi::who(const Call& call) {
    const Session session = signed_in(call);
    return json_response(200, {{"user", session.user}, {"csrf_token", session.csrf_token}});
}

HttpResponse PeopleApi::log_out(const Call& call) {
    signed_in(call);
    sessions_.close(session_id(call.request));
    HttpResponse response = json_response(200, {{"signed_out", true}});
    response.headers["Set-Cookie"] = cookie("", "; Max-Age=0");
    return response;
}

HttpResponse PeopleApi::units(const Call& call) {
    signed_in(call);
    return json_response(200, units_json(view(call)));
}

HttpResponse PeopleApi::devices(const Call& call) {
    signed_in(call);
    std::optional<std::int64_t> unit_id;
    if (const auto unit = call.query.find("unit"); unit != call.query.end()) {
        const std::string& text = unit->second;
        std::int64_t id = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (error != std::errc{} || end != text.data() + text.size()) {
            throw ApiError(400, "bad_request", "unit must be a unit's number.");
        }
        unit_id = id;
    }
    return json_response(200, devices_json(view(call), unit_id));
}

View PeopleApi::view(const Call& call) const { return {store_, policy_, call.now, options_.silent_after}; }

Device PeopleApi::device_of(const Call& call) const {
    std::optional<Device> device = store_.device(call.arguments.at(0));
    if (!device) throw ApiError(404, "device_unknown", "There is no PC with this device id.");
    return *device;
}

HttpResponse PeopleApi::device(const Call& call) {
    signed_in(call);
    return json_response(200, device_details_json(view(call), device_of(call)));
}

HttpResponse PeopleApi::verdicts(const Call& call) {
    signed_in(call);
    return json_response(200, verdicts_json(view(call), device_of(call)));
}

HttpResponse PeopleApi::reports(const Call& call) {
    signed_in(call);
    return json_response(200, reports_json(view(call), device_of(call)));
}

HttpResponse PeopleApi::rules(const Call& call) {
    signed_in(call);
    return json_response(200, policy_json(policy_));
}

}  // namespace wardwatch

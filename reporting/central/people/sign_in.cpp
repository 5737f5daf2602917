// Sessions by their cookie, API tokens by their header.
#include "reporting/central/people/sign_in.h"

#include <algorithm>

#include "reporting/central/api/json.h"
#include "reporting/central/devices/simulated_store.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/recovery_store.h"
#include "reporting/central/units/store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

// The prefix makes browsers refuse the cookie from any other host, path or plain HTTP.
constexpr std::string_view cookie_name = "__Host-wardwatch";

constexpr std::string_view device_cookie_name = "__Host-wardwatch-browser";

std::string value_of_cookie(const HttpRequest& request, std::string_view name) {
    const auto header = request.headers.find("Cookie");
    if (header == request.headers.end()) return "";
    const std::string wanted = std::string{name} + "=";
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

std::string cookie(const std::string& value, std::string_view more) {
    return std::string{cookie_name} + "=" + value + "; Path=/; HttpOnly; Secure; SameSite=Strict" + std::string{more};
}

/// What stands behind "Bearer " in Authorization; empty when nothing does.
std::string_view bearer_token(const HttpRequest& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("Authorization");
    if (header == request.headers.end() || !header->second.starts_with(scheme)) return "";
    return std::string_view{header->second}.substr(scheme.size());
}

}  // namespace

std::string session_cookie(const std::string& id) { return cookie(id, ""); }
std::string ended_session_cookie() { return cookie("", "; Max-Age=0"); }

std::string session_id(const HttpRequest& request) { return value_of_cookie(request, cookie_name); }

std::string device_secret(const HttpRequest& request) { return value_of_cookie(request, device_cookie_name); }

std::string device_cookie(const std::string& secret) {
    const std::chrono::seconds life = RememberedDevices::life;
    return std::string{device_cookie_name} + "=" + secret +
           "; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=" + std::to_string(life.count());
}

bool SignIn::needs_second_factor(const User& user, Instant now) const {
    const SecondFactorRule& rule = options.second_factor;
    if (!user.totp_secret.empty() || std::find(rule.roles.begin(), rule.roles.end(), user.role) == rule.roles.end())
        return false;
    return now >= std::max(user.created_at, rule.since) + rule.grace;
}

Attempt SignIn::attempt_of(const Call& call, const std::string& user, bool known) const {
    std::string device = device_secret(call.request);
    if (!devices.knows(user, device, call.now)) device.clear();
    return {user, known, call.request.remote_address, std::move(device)};
}

nlohmann::json SignIn::session_json(const User& user, const std::string& csrf_token) const {
    return {{"user", user.name},
            {"full_name", user.full_name},
            {"role", name_of(user.role)},
            {"unit_id", or_null(user.unit_id)},
            {"unit", user.unit_id ? nlohmann::json(Users{context.database}.unit_path(user.unit_id)) : nlohmann::json()},
            {"must_change_password", user.must_change_password},
            {"totp", !user.totp_secret.empty()},
            {"recovery_codes", RecoveryCodes{context.database}.left(user.name)},
            {"second_factor_needed", needs_second_factor(user, context.clock())},
            {"source", user.from_directory ? "directory" : "local"},
            {"simulated", is_simulated(context.database)},
            {"takes_reports", !context.takes_reports || context.takes_reports()},
            {"csrf_token", csrf_token}};
}

HttpResponse SignIn::open_session(const Call& call, const User& user) {
    const auto browser = call.request.headers.find("User-Agent");
    const Sessions::Opened opened =
        sessions.open(user.name, user.password_hash, call.now, session_id(call.request),
                      {call.request.remote_address, browser == call.request.headers.end() ? "" : browser->second});
    HttpResponse response = json_response(200, session_json(user, opened.csrf_token));
    response.headers["Set-Cookie"] = session_cookie(opened.id);
    return response;
}

Person SignIn::who(const Call& call) {
    const std::string_view token = bearer_token(call.request);
    return token.empty() ? signed_in(call) : token_holder(call, token);
}

Person SignIn::signed_in(const Call& call) {
    const std::string id = session_id(call.request);
    const std::optional<Session> session = sessions.find(id, call.now);
    const std::optional<User> user = session ? Users{context.database}.find(session->user) : std::nullopt;
    // A new password ends the sessions that were opened with the old one, also when the CLI set it.
    if (!user || user->disabled_at || user->password_hash != session->password_hash) {
        if (session) sessions.close(id);
        throw ApiError(401, "not_signed_in", "Sign in first: nobody is signed in, or the session is over.");
    }
    return {user->name,          user->role,
            user->unit_id,       user->must_change_password,
            session->csrf_token, needs_second_factor(*user, call.now)};
}

Person SignIn::token_holder(const Call& call, std::string_view token) {
    const std::optional<ApiToken> found = ApiTokens{context.database}.use(sha256_hex(token), call.now);
    if (!found)
        throw ApiError(401, "token_invalid",
                       "There is no such API token, or it is over; ask an administrator for another.");
    if (!has_rights(*found, call.now))
        throw ApiError(401, "token_without_owner",
                       "The person who owns this API token is disabled or gone, or its service account is disabled or "
                       "without an owner; ask an administrator.");
    Person holder{"token:" + found->name, found->role, found->unit_id, false, "", false, true, found->owner_role};
    if (!found->owner_unit_id) return holder;
    const sql::Reader reader = context.database.reader();
    if (!holder.unit_id || lies_in(reader, *found->owner_unit_id, *holder.unit_id)) {
        holder.unit_id = found->owner_unit_id;
    } else if (!lies_in(reader, *holder.unit_id, *found->owner_unit_id)) {
        throw ApiError(403, "not_allowed", "The owner of this API token no longer sees its units.");
    }
    return holder;
}

}  // namespace wardwatch

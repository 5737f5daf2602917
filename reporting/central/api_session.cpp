// The people's API: signing in and out.
#include "reporting/central/api_people.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

// The prefix makes browsers refuse the cookie from any other host, path or plain HTTP.
constexpr std::string_view cookie_name = "__Host-wardwatch";

std::string cookie(const std::string& value, std::string_view more) {
    return std::string{cookie_name} + "=" + value + "; Path=/; HttpOnly; Secure; SameSite=Strict" + std::string{more};
}

/// A page of another site cannot send this type without asking first.
void require_json(const HttpRequest& request) {
    const auto type = request.headers.find("Content-Type");
    if (type != request.headers.end() && type->second.starts_with("application/json")) return;
    throw ApiError(415, "not_json", "Send the body with Content-Type: application/json.");
}

nlohmann::json session_json(const User& user, const std::string& csrf_token) {
    return {{"user", user.name},
            {"role", name_of(user.role)},
            {"unit_id", user.unit_id ? nlohmann::json(*user.unit_id) : nlohmann::json()},
            {"must_change_password", user.must_change_password},
            {"csrf_token", csrf_token}};
}

class SessionArea {
public:
    explicit SessionArea(PeopleContext& context)
        : context_(context), nobodys_hash_(hash_password(random_password(), context.options.password_cost)) {}

    HttpResponse log_in(const Call& call) {
        require_json(call.request);
        const nlohmann::json body = body_object(call.request);
        const std::string name = text_member(body, "user", 1, 200);
        const std::string password = text_member(body, "password", 1, 1000);
        const std::string& address = call.request.remote_address;
        const std::chrono::seconds wait = context_.login_limit.attempt(name, address, call.now);
        if (wait.count() > 0) {
            context_.options.log("login refused (too many attempts) from=" + address);
            throw ApiError(429, "too_many_attempts", "Too many wrong passwords; wait and try again.", wait);
        }
        const std::optional<User> user = context_.store.user(name);
        const bool right = password_matches(user ? user->password_hash : nobodys_hash_, password);
        if (!user || !right || user->disabled_at) {
            // Without the name: people type their password there by mistake.
            context_.options.log("login failed from=" + address);
            throw ApiError(401, "wrong_login", "The user name or the password is wrong.");
        }
        context_.login_limit.succeeded(name, address);
        context_.options.log("login user=" + user->name + " from=" + address);
        context_.sessions.close(session_id(call.request));
        const Sessions::Opened opened = context_.sessions.open(user->name, user->password_hash, call.now);
        HttpResponse response = json_response(200, session_json(*user, opened.csrf_token));
        response.headers["Set-Cookie"] = cookie(opened.id, "");
        return response;
    }

    HttpResponse who(const Call& call) const {
        return json_response(200, session_json(context_.store.user(call.person.name).value(), call.person.csrf_token));
    }

    HttpResponse log_out(const Call& call) {
        context_.sessions.close(session_id(call.request));
        HttpResponse response = json_response(200, {{"signed_out", true}});
        response.headers["Set-Cookie"] = cookie("", "; Max-Age=0");
        return response;
    }

private:
    PeopleContext& context_;
    std::string nobodys_hash_;  ///< checked when the user does not exist, so that the answer takes as long
};

}  // namespace

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

std::vector<Route> session_routes(PeopleContext& context) {
    const auto area = std::make_shared<SessionArea>(context);
    return {
        {"POST", "/api/v1/session", [area](const Call& call) { return area->log_in(call); }, Right::none, "signIn"},
        {"GET", "/api/v1/session", [area](const Call& call) { return area->who(call); }, Right::self, "getSession"},
        {"DELETE", "/api/v1/session", [area](const Call& call) { return area->log_out(call); }, Right::self, "signOut"},
    };
}

}  // namespace wardwatch

// The people's API: signing in and out.
#include "reporting/central/api/json.h"
#include "reporting/central/api/people_api.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/devices/simulated_store.h"
#include "reporting/central/people/totp.h"
#include "reporting/central/people/user_store.h"

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

struct Credentials {
    std::string name;
    std::string password;
    std::string code;  ///< of the second factor; empty: none was sent
};

Credentials read_credentials(const Call& call) {
    require_json(call.request);
    const nlohmann::json body = body_object(call);
    return {text_member(body, "user", 1, 200), text_member(body, "password", 1, 1000),
            body.contains("code") ? text_member(body, "code", 0, 20) : ""};
}

class SessionArea {
public:
    explicit SessionArea(PeopleContext& context)
        : context_(context), nobodys_hash_(hash_password(random_password(), context.options.password_cost)) {}

    HttpResponse log_in(const Call& call) {
        const Credentials credentials = read_credentials(call);
        const std::string& address = call.request.remote_address;
        require_attempt(credentials.name, address, call.now);
        const std::optional<User> known = Users{context_.database}.find(credentials.name);
        const std::optional<User> user = authenticated(call, credentials, known);
        if (!user || user->disabled_at) {
            // Without a name that is no user's: people type their password there by mistake.
            record(call, "signInFailed", known ? known->name : "", user ? "disabled" : "");
            context_.options.log("login failed from=" + address);
            throw ApiError(401, "wrong_login", "The user name or the password is wrong.");
        }
        require_code(call, *user, credentials.code);
        context_.login_limit.succeeded(credentials.name, address);
        context_.options.log("login user=" + user->name + " from=" + address);
        Users{context_.database}.signed_in(user->name, call.now);
        record(call, "signIn", user->name, user->totp_secret.empty() ? "" : "with a second factor");
        return open_session(context_, call, *user);
    }

    HttpResponse who(const Call& call) const {
        const User user = Users{context_.database}.find(call.person.name).value();
        return json_response(200, session_json(context_, user, call.person.csrf_token));
    }

    HttpResponse log_out(const Call& call) {
        context_.sessions.close(session_id(call.request));
        HttpResponse response = json_response(200, {{"signed_out", true}});
        response.headers["Set-Cookie"] = cookie("", "; Max-Age=0");
        return response;
    }

private:
    void require_attempt(const std::string& name, const std::string& address, Instant now) {
        const std::chrono::seconds wait = context_.login_limit.attempt(name, address, now);
        if (wait.count() == 0) return;
        context_.options.log("login refused (too many attempts) from=" + address);
        throw ApiError(429, "too_many_attempts", "Too many wrong passwords; wait and try again.", wait);
    }

    void record(const Call& call, const std::string& action, const std::string& name, const std::string& detail) {
        AuditLog{context_.database}.append({0, call.now, name, call.request.remote_address, action, name, detail});
    }

    /// Who the password says it is, by the centre or the directory. A name that nobody has costs as much time as one
    /// that somebody has.
    std::optional<User> authenticated(const Call& call, const Credentials& credentials,
                                      const std::optional<User>& known) {
        const bool local = known && !known->from_directory;
        const bool right = password_matches(local ? known->password_hash : nobodys_hash_, credentials.password);
        if (local) return right ? known : std::nullopt;
        if (context_.options.directory.url.empty()) return std::nullopt;
        const std::optional<NewUser> person =
            directory_user(context_.options.directory, credentials.name, credentials.password, context_.options.log);
        if (!person) return std::nullopt;
        try {
            return Users{context_.database}.keep_directory_user(*person, call.now);
        } catch (const StoreError& error) {
            context_.options.log("login by the directory refused user=" + person->name + ": " + error.what());
            return std::nullopt;
        }
    }

    void require_code(const Call& call, const User& user, const std::string& code) {
        if (user.totp_secret.empty()) return;
        if (code.empty()) throw ApiError(401, "code_needed", "Send the code of your second factor, too.");
        // Whoever comes this far knows the password: counted wherever they come from.
        require_attempt(user.name, "second factor of " + user.name, call.now);
        const std::optional<std::int64_t> step = totp_step(user.totp_secret, code, call.now);
        if (!step || !Users{context_.database}.use_totp_step(user.name, *step)) {
            record(call, "signInFailed", user.name, "second factor");
            throw ApiError(401, "wrong_code", "The code is wrong, or was used before; wait for the next one.");
        }
        context_.login_limit.succeeded(user.name, "second factor of " + user.name);
    }

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

nlohmann::json session_json(const PeopleContext& context, const User& user, const std::string& csrf_token) {
    return {{"user", user.name},
            {"full_name", user.full_name},
            {"role", name_of(user.role)},
            {"unit_id", or_null(user.unit_id)},
            {"unit", user.unit_id ? nlohmann::json(Users{context.database}.unit_path(user.unit_id)) : nlohmann::json()},
            {"must_change_password", user.must_change_password},
            {"totp", !user.totp_secret.empty()},
            {"source", user.from_directory ? "directory" : "local"},
            {"simulated", is_simulated(context.database)},
            {"csrf_token", csrf_token}};
}

HttpResponse open_session(PeopleContext& context, const Call& call, const User& user) {
    context.sessions.close(session_id(call.request));
    const Sessions::Opened opened = context.sessions.open(user.name, user.password_hash, call.now);
    HttpResponse response = json_response(200, session_json(context, user, opened.csrf_token));
    response.headers["Set-Cookie"] = cookie(opened.id, "");
    return response;
}

std::vector<Route> session_routes(PeopleContext& context) {
    const auto area = std::make_shared<SessionArea>(context);
    return {
        {"POST", "/api/v1/session", [area](const Call& call) { return area->log_in(call); }, Right::none, "signIn",
         Body::object},
        {"GET", "/api/v1/session", [area](const Call& call) { return area->who(call); }, Right::self, "getSession"},
        {"DELETE", "/api/v1/session", [area](const Call& call) { return area->log_out(call); }, Right::self, "signOut"},
    };
}

}  // namespace wardwatch

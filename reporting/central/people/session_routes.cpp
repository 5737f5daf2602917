// The people's API: signing in and out.
#include <memory>

#include "reporting/central/audit/store.h"
#include "reporting/central/people/recovery_store.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/people/totp.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

namespace {

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
            body.contains("code") ? text_member(body, "code", 0, 40) : ""};
}

class SessionArea {
public:
    explicit SessionArea(SignIn& sign_in)
        : sign_in_(sign_in), nobodys_hash_(hash_password(random_password(), sign_in.options.password_cost)) {}

    HttpResponse log_in(const Call& call) {
        const Credentials credentials = read_credentials(call);
        const std::string& address = call.request.remote_address;
        const std::optional<User> known = Users{sign_in_.context.database}.find(credentials.name);
        const Attempt attempt = sign_in_.attempt_of(call, credentials.name, known.has_value());
        require_attempt(attempt, call.now);
        const std::optional<User> user = authenticated(call, credentials, known);
        if (!user || user->disabled_at) {
            // Without a name that is no user's: people type their password there by mistake.
            record(call, "signInFailed", known ? known->name : "", user ? "disabled" : "");
            sign_in_.context.log("login failed from=" + address);
            throw ApiError(401, "wrong_login", "The user name or the password is wrong.");
        }
        const char* factor = require_code(call, *user, credentials.code);
        sign_in_.login_limit.succeeded(attempt);
        sign_in_.context.log("login user=" + user->name + " from=" + address);
        const sql::WithCommit recorded{[&](sql::Writer& writer) {
            AuditLog::append(writer, {0, call.now, user->name, address, "signIn", user->name, factor});
        }};
        Users{sign_in_.context.database}.signed_in(user->name, call.now);
        HttpResponse response = sign_in_.open_session(call, *user);
        const std::string device = sign_in_.devices.remember(user->name, device_secret(call.request), call.now);
        response.more_cookies.push_back(device_cookie(device));
        return response;
    }

    HttpResponse who(const Call& call) const {
        const User user = Users{sign_in_.context.database}.find(call.person.name).value();
        return json_response(200, sign_in_.session_json(user, call.person.csrf_token));
    }

    HttpResponse log_out(const Call& call) {
        sign_in_.sessions.close(session_id(call.request));
        HttpResponse response = json_response(200, {{"signed_out", true}});
        response.headers["Set-Cookie"] = ended_session_cookie();
        return response;
    }

private:
    void require_attempt(const Attempt& attempt, Instant now) {
        const std::chrono::seconds wait = sign_in_.login_limit.attempt(attempt, now);
        if (wait.count() == 0) return;
        sign_in_.context.log("login refused (too many attempts) from=" + attempt.address);
        throw ApiError(429, "too_many_attempts", "Too many wrong passwords; wait and try again.", wait);
    }

    void record(const Call& call, const std::string& action, const std::string& name, const std::string& detail) {
        AuditLog{sign_in_.context.database}.append(
            {0, call.now, name, call.request.remote_address, action, name, detail});
    }

    /// Who the password says it is, by the centre or the directory. A name that nobody has costs as much time as one
    /// that somebody has.
    std::optional<User> authenticated(const Call& call, const Credentials& credentials,
                                      const std::optional<User>& known) {
        const bool local = known && !known->from_directory;
        const bool right = password_matches(local ? known->password_hash : nobodys_hash_, credentials.password);
        if (local) return right ? known : std::nullopt;
        if (sign_in_.options.directory.url.empty()) return std::nullopt;
        const std::optional<NewUser> person =
            directory_user(sign_in_.options.directory, credentials.name, credentials.password, sign_in_.context.log);
        if (!person) return std::nullopt;
        try {
            return Users{sign_in_.context.database}.keep_directory_user(*person, call.now);
        } catch (const StoreError& error) {
            sign_in_.context.log("login by the directory refused user=" + person->name + ": " + error.what());
            return std::nullopt;
        }
    }

    /// What the audit log says of it.
    const char* require_code(const Call& call, const User& user, const std::string& code) {
        if (user.totp_secret.empty()) return "";
        if (code.empty()) throw ApiError(401, "code_needed", "Send the code of your second factor, too.");
        // Whoever comes this far knows the password: counted wherever they come from.
        const Attempt attempt{user.name, false, "second factor of " + user.name, ""};
        require_attempt(attempt, call.now);
        const bool recovered = is_recovery_code(code);
        const std::string secret = sign_in_.context.sealing.open(user.totp_secret, totp_purpose(user.name));
        const std::optional<std::int64_t> step = recovered ? std::nullopt : totp_step(secret, code, call.now);
        const bool right = recovered ? RecoveryCodes{sign_in_.context.database}.use(user.name, code)
                                     : step && Users{sign_in_.context.database}.use_totp_step(user.name, *step);
        if (!right) {
            record(call, "signInFailed", user.name, "second factor");
            throw ApiError(401, "wrong_code", "The code is wrong, or was used before; wait for the next one.");
        }
        sign_in_.login_limit.succeeded(attempt);
        return recovered ? "with a recovery code" : "with a second factor";
    }

    SignIn& sign_in_;
    std::string nobodys_hash_;  ///< checked when the user does not exist, so that the answer takes as long
};

}  // namespace

Work sign_in_work(const SignIn& sign_in, const Call& call) {
    if (sign_in.options.directory.url.empty()) return Work::passwords;
    const std::optional<User> known = Users{sign_in.context.database}.find(read_credentials(call).name);
    return known && !known->from_directory ? Work::passwords : Work::directory;
}

std::vector<Route> session_routes(SignIn& sign_in) {
    const auto area = std::make_shared<SessionArea>(sign_in);
    return {
        {"POST", "/api/v1/session", [area](const Call& call) { return area->log_in(call); }, Right::none, "signIn",
         Body::object},
        {"GET", "/api/v1/session", [area](const Call& call) { return area->who(call); }, Right::self, "getSession"},
        {"DELETE", "/api/v1/session", [area](const Call& call) { return area->log_out(call); }, Right::self, "signOut"},
    };
}

}  // namespace wardwatch

// The people's API: one's own password and second factor.
#include <map>
#include <memory>
#include <mutex>

#include "reporting/central/people/password_rules.h"
#include "reporting/central/people/recovery_store.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/people/totp.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

namespace {

constexpr TextLimits password_limits{1, 1000};

/// Secrets that were shown and not confirmed by a code yet. In memory: who waits too long begins anew.
class WaitingSecrets {
public:
    void put(const std::string& user, const std::string& secret, Instant now) {
        const std::lock_guard lock{mutex_};
        std::erase_if(by_user_, [&](const auto& entry) { return now - entry.second.made > life; });
        by_user_[user] = {secret, now};
    }
    std::string of(const std::string& user, Instant now) {
        const std::lock_guard lock{mutex_};
        const auto found = by_user_.find(user);
        return found == by_user_.end() || now - found->second.made > life ? "" : found->second.secret;
    }
    void forget(const std::string& user) {
        const std::lock_guard lock{mutex_};
        by_user_.erase(user);
    }

private:
    static constexpr std::chrono::minutes life{15};
    struct Waiting {
        std::string secret;
        Instant made;
    };
    std::mutex mutex_;
    std::map<std::string, Waiting> by_user_;
};

User own_user(const SignIn& sign_in, const Call& call) {
    return Users{sign_in.context.database}.find(call.person.name).value();
}

/// Whoever sits down at an open session may guess no more often than somebody who signs in.
void require_own_password(SignIn& sign_in, const Call& call, const User& user, const std::string& password) {
    const Attempt attempt = sign_in.attempt_of(call, user.name, true);
    const std::chrono::seconds wait = sign_in.login_limit.attempt(attempt, call.now);
    if (wait.count() > 0)
        throw ApiError(429, "too_many_attempts", "Too many wrong passwords; wait and try again.", wait);
    if (!password_matches(user.password_hash, password))
        throw ApiError(400, "wrong_password", "The present password is wrong.");
    sign_in.login_limit.succeeded(attempt);
}

void require_local(const User& user) {
    if (user.from_directory) throw ApiError(409, "directory_user", "The directory has this password; change it there.");
}

HttpResponse change_own_password(SignIn& sign_in, const Call& call) {
    std::string old_password;
    std::string new_password;
    read_body(call, [&](JsonObject& body) {
        old_password = body.text("old_password", password_limits);
        new_password = body.text("new_password", password_limits);
    });
    const User user = own_user(sign_in, call);
    require_local(user);
    require_own_password(sign_in, call, user, old_password);
    const PasswordProblem problem =
        password_problem(new_password, {user.name, user.full_name, user.email, user.password_hash});
    if (!problem.code.empty()) throw ApiError(400, problem.code, problem.sentence);
    Users users{sign_in.context.database};
    call.note(user.name);
    users.set_password(user.name, hash_password(new_password, sign_in.options.password_cost), false, call.now);
    // All other sessions end with the old password; this one goes on under a new name.
    return sign_in.open_session(call, own_user(sign_in, call));
}

/// What let somebody in before is another by now.
void end_other_sessions(SignIn& sign_in, const Call& call) {
    sign_in.sessions.end_others(call.person.name, session_name(session_id(call.request)));
}

HttpResponse begin_totp(const SignIn& sign_in, WaitingSecrets& waiting, const Call& call) {
    if (!own_user(sign_in, call).totp_secret.empty())
        throw ApiError(409, "totp_enabled", "A second factor is set up already; end it first.");
    const std::string secret = new_totp_secret();
    waiting.put(call.person.name, secret, call.now);
    call.note(call.person.name);
    return json_response(200, {{"secret", secret}, {"uri", totp_uri(secret, call.person.name)}});
}

HttpResponse enable_totp(SignIn& sign_in, WaitingSecrets& waiting, const Call& call) {
    std::string code;
    read_body(call, [&](JsonObject& body) { code = body.text("code", {1, 20}); });
    const std::string secret = waiting.of(call.person.name, call.now);
    if (secret.empty()) throw ApiError(409, "totp_not_begun", "Ask for a secret first; it waits for 15 minutes.");
    const std::optional<std::int64_t> step = totp_step(secret, code, call.now);
    if (!step) throw ApiError(400, "wrong_code", "The code is wrong; compare the clocks, and type the newest one.");
    const std::string sealed = sign_in.context.sealing.seal(secret, totp_purpose(call.person.name));
    Users{sign_in.context.database}.set_totp_secret(call.person.name, sealed, *step);
    waiting.forget(call.person.name);
    end_other_sessions(sign_in, call);
    return json_response(200, sign_in.session_json(own_user(sign_in, call), call.person.csrf_token));
}

/// With the password, where the centre has it: an open session alone must not take the second factor away.
HttpResponse end_totp(SignIn& sign_in, const Call& call) {
    const User user = own_user(sign_in, call);
    std::string password;
    read_body(call, [&](JsonObject& body) {
        if (!user.from_directory || body.has("password")) password = body.text("password", password_limits);
    });
    if (user.from_directory)
        throw ApiError(409, "directory_user",
                       "An administrator ends the second factor of who signs in by the directory.");
    require_own_password(sign_in, call, user, password);
    call.note(user.name);
    Users{sign_in.context.database}.set_totp_secret(user.name, "", 0);
    end_other_sessions(sign_in, call);
    return json_response(200, sign_in.session_json(own_user(sign_in, call), call.person.csrf_token));
}

/// With a fresh code of the app: whoever sits down at an open session has none.
HttpResponse make_recovery_codes(SignIn& sign_in, const Call& call) {
    std::string code;
    read_body(call, [&](JsonObject& body) { code = body.text("code", {1, 20}); });
    const User user = own_user(sign_in, call);
    if (user.totp_secret.empty()) throw ApiError(409, "totp_not_begun", "Set up a second factor first.");
    const Attempt attempt{user.name, false, "recovery codes of " + user.name, ""};
    const std::chrono::seconds wait = sign_in.login_limit.attempt(attempt, call.now);
    if (wait.count() > 0) throw ApiError(429, "too_many_attempts", "Too many wrong codes; wait and try again.", wait);
    const std::string secret = sign_in.context.sealing.open(user.totp_secret, totp_purpose(user.name));
    const std::optional<std::int64_t> step = totp_step(secret, code, call.now);
    {
        const sql::Bookkeeping not_yet;
        if (!step || !Users{sign_in.context.database}.use_totp_step(user.name, *step))
            throw ApiError(400, "wrong_code", "The code is wrong, or was used before; wait for the next one.");
    }
    sign_in.login_limit.succeeded(attempt);
    call.note(user.name);
    return json_response(200, {{"recovery_codes", RecoveryCodes{sign_in.context.database}.make(user.name)}});
}

}  // namespace

std::vector<Route> account_routes(SignIn& sign_in) {
    const auto waiting = std::make_shared<WaitingSecrets>();
    return {
        {"POST", "/api/v1/session/password",
         [&sign_in](const Call& call) { return change_own_password(sign_in, call); }, Right::self, "changeOwnPassword",
         Body::object},
        {"POST", "/api/v1/session/totp",
         [&sign_in, waiting](const Call& call) { return begin_totp(sign_in, *waiting, call); }, Right::self,
         "beginTotp"},
        {"PUT", "/api/v1/session/totp",
         [&sign_in, waiting](const Call& call) { return enable_totp(sign_in, *waiting, call); }, Right::self,
         "enableTotp", Body::object},
        {"DELETE", "/api/v1/session/totp", [&sign_in](const Call& call) { return end_totp(sign_in, call); },
         Right::self, "endTotp", Body::object},
        {"POST", "/api/v1/session/recovery-codes",
         [&sign_in](const Call& call) { return make_recovery_codes(sign_in, call); }, Right::self, "makeRecoveryCodes",
         Body::object},
    };
}

}  // namespace wardwatch

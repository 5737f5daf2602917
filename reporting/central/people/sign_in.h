// Who is signed in, by a session or an API token. What the routes about people share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reporting/central/api/context.h"
#include "reporting/central/people/ldap.h"
#include "reporting/central/people/password.h"
#include "reporting/central/people/session_store.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

/// Who must have a second factor: without one they may do nothing but set it up.
struct SecondFactorRule {
    std::vector<Role> roles = {};
    Instant since = {};          ///< from when on the rule holds
    std::chrono::days grace{7};  ///< after that, and after the user was added
};

struct SignInOptions {
    PasswordCost password_cost;
    SessionLimits session_limits = {};
    LdapOptions directory = {};  ///< without a URL: nobody signs in by a directory
    SecondFactorRule second_factor = {};
};

/// May be used from any thread. Outlives the routes.
class SignIn {
public:
    SignIn(const ApiContext& shared, const SignInOptions& chosen)
        : context(shared),
          options(chosen),
          sessions(shared.database, chosen.session_limits),
          login_limit(shared.database),
          devices(shared.database) {}
    SignIn(const SignIn&) = delete;
    SignIn& operator=(const SignIn&) = delete;

    /// Throws ApiError (401) when nobody is.
    Person who(const Call& call);
    /// A new session in place of the request's own; the answer sets its cookie.
    HttpResponse open_session(const Call& call, const User& user);
    /// Of somebody who is to say a password: with the browser where it is one of theirs.
    Attempt attempt_of(const Call& call, const std::string& user, bool known) const;
    bool needs_second_factor(const User& user, Instant now) const;
    /// What the page is told of who is signed in.
    nlohmann::json session_json(const User& user, const std::string& csrf_token) const;

    const ApiContext& context;
    const SignInOptions options;
    Sessions sessions;
    LoginLimit login_limit;
    RememberedDevices devices;

private:
    Person signed_in(const Call& call);
    Person token_holder(const Call& call, std::string_view token);
};

/// The id in the request's session cookie; empty when there is none.
std::string session_id(const HttpRequest& request);
/// The secret in the request's cookie of a browser that is remembered; empty when there is none.
std::string device_secret(const HttpRequest& request);
std::string device_cookie(const std::string& secret);
/// The Set-Cookie of a session, and of its end.
std::string session_cookie(const std::string& id);
std::string ended_session_cookie();

}  // namespace wardwatch

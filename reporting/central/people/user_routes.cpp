// The people's API: who may sign in, as what.
#include "reporting/central/api/json.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

namespace {

constexpr TextLimits full_name_limits{0, 200};
constexpr TextLimits email_limits{0, 254};

nlohmann::json user_json(const Users& users, const User& user) {
    return {{"user", user.name},
            {"full_name", user.full_name},
            {"email", user.email},
            {"role", name_of(user.role)},
            {"unit_id", or_null(user.unit_id)},
            {"unit", user.unit_id ? nlohmann::json(users.unit_path(user.unit_id)) : nlohmann::json()},
            {"source", user.from_directory ? "directory" : "local"},
            {"must_change_password", user.must_change_password},
            {"totp", !user.totp_secret.empty()},
            {"disabled", user.disabled_at.has_value()},
            {"created_at", format_instant(user.created_at)},
            {"password_changed_at",
             user.from_directory ? nlohmann::json() : nlohmann::json(format_instant(user.changed_at))},
            {"last_login_at", or_null(user.last_login_at)}};
}

User user_of(const SignIn& sign_in, const Call& call) {
    std::optional<User> user = Users{sign_in.context.database}.find(call.arguments.at(0));
    if (!user) throw ApiError(404, "user_unknown", "There is no user with this name.");
    return *std::move(user);
}

HttpResponse list_all_users(const SignIn& sign_in) {
    const Users users{sign_in.context.database};
    nlohmann::json list = nlohmann::json::array();
    for (const User& user : Users{sign_in.context.database}.all()) list.push_back(user_json(users, user));
    return json_response(200, {{"users", std::move(list)}});
}

/// With a password that is shown once, and which its owner has to change.
HttpResponse add_user(const SignIn& sign_in, const Call& call) {
    require_no_token(call);
    NewUser user;
    read_body(call, [&](JsonObject& body) {
        user.name = body.text("user", {1, 64});
        user.role = role_member(body, "role");
        if (body.has("unit_id")) user.unit_id = unit_member(call, body, "unit_id");
        if (body.has("full_name")) user.full_name = body.text("full_name", full_name_limits);
        if (body.has("email")) user.email = body.text("email", email_limits);
    });
    const std::string password = random_password();
    user.password_hash = hash_password(password, sign_in.options.password_cost);
    user.must_change_password = true;
    if (Users{sign_in.context.database}.find(user.name))
        throw ApiError(409, "user_exists", "There is already a user with this name; choose another.");
    Users users{sign_in.context.database};
    call.note(user.name, "role=" + std::string{name_of(user.role)} + " unit=" + users.unit_path(user.unit_id));
    try {
        users.add(user, call.now);
    } catch (const StoreError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    nlohmann::json answer = user_json(users, Users{sign_in.context.database}.find(user.name).value());
    answer["password"] = password;
    return json_response(201, answer);
}

HttpResponse change_user(const SignIn& sign_in, const Call& call) {
    require_no_token(call);
    const User user = user_of(sign_in, call);
    UserChange change;
    read_body(call, [&](JsonObject& body) {
        if (body.has("role")) change.role = role_member(body, "role");
        if (body.has("unit_id")) change.unit_id = unit_member(call, body, "unit_id");
        if (body.has("full_name")) change.full_name = body.text("full_name", full_name_limits);
        if (body.has("email")) change.email = body.text("email", email_limits);
        if (body.has("disabled")) change.disabled = body.boolean("disabled");
    });
    Users users{sign_in.context.database};
    call.note(user.name, "role=" + std::string{name_of(change.role.value_or(user.role))} +
                             " unit=" + users.unit_path(change.unit_id.value_or(user.unit_id)) +
                             (change.disabled.value_or(user.disabled_at.has_value()) ? " disabled" : ""));
    try {
        users.change(user.name, change, call.now);
    } catch (const StoreError& error) {
        throw ApiError(409, "not_possible", error.what());
    }
    const User now = Users{sign_in.context.database}.find(user.name).value();
    return json_response(200, user_json(users, now));
}

HttpResponse reset_password(const SignIn& sign_in, const Call& call) {
    require_no_token(call);
    const User user = user_of(sign_in, call);
    if (user.from_directory) throw ApiError(409, "directory_user", "The directory has this password; change it there.");
    const std::string password = random_password();
    call.note(user.name);
    Users{sign_in.context.database}.set_password(user.name, hash_password(password, sign_in.options.password_cost),
                                                 true, call.now);
    return json_response(200, {{"user", user.name}, {"password", password}});
}

HttpResponse reset_totp(const SignIn& sign_in, const Call& call) {
    require_no_token(call);
    const User user = user_of(sign_in, call);
    Users users{sign_in.context.database};
    call.note(user.name);
    users.set_totp_secret(user.name, "", 0);
    return json_response(200, user_json(users, Users{sign_in.context.database}.find(user.name).value()));
}

}  // namespace

std::vector<Route> user_routes(const SignIn& sign_in) {
    return {
        {"GET", "/api/v1/users", [&sign_in](const Call&) { return list_all_users(sign_in); }, Right::administer,
         "listUsers", Body::none, true},
        {"POST", "/api/v1/users", [&sign_in](const Call& call) { return add_user(sign_in, call); }, Right::administer,
         "addUser", Body::object},
        {"PATCH", "/api/v1/users/{}", [&sign_in](const Call& call) { return change_user(sign_in, call); },
         Right::administer, "changeUser", Body::object},
        {"POST", "/api/v1/users/{}/password", [&sign_in](const Call& call) { return reset_password(sign_in, call); },
         Right::administer, "resetPassword"},
        {"DELETE", "/api/v1/users/{}/totp", [&sign_in](const Call& call) { return reset_totp(sign_in, call); },
         Right::administer, "resetTotp"},
    };
}

}  // namespace wardwatch

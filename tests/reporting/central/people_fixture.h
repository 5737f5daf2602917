// A centre with its people's API and an administrator, without sockets.
#pragma once

#include <string>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/news.h"
#include "tests/reporting/central/central_fixture.h"

namespace wardwatch::test {

inline const std::string password = "Mật khẩu đúng 1!";

struct Office : Centre {
    std::vector<std::string> rung;
    sql::Subscription commands{database, commands_news, [this](std::string_view ids) { rung = sql::words_of(ids); }};
    PeopleApi people{database, policy, {sealing, std::chrono::days{7}, {1, 64}, [this] { return now; }, logger()}};
    std::string cookie;
    std::string csrf;
    std::string bearer;  ///< an API token
    std::string address = "10.0.0.5";

    Office() {
        Users{database}.add({"an", hash_password(password, {1, 64}), Role::administrator, std::nullopt, false}, start);
    }

    HttpResponse call(const std::string& method, const std::string& target, const nlohmann::json& body = nullptr) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.remote_address = address;
        if (!body.is_null()) {
            request.body = body.dump();
            request.headers["content-type"] = "application/json";
        }
        if (!bearer.empty()) request.headers["Authorization"] = "Bearer " + bearer;
        if (!cookie.empty()) request.headers["Cookie"] = "other=1; " + cookie;
        if (!csrf.empty()) request.headers["X-CSRF-Token"] = csrf;
        return people.handle(request);
    }

    HttpResponse log_in(const std::string& user = "an", const std::string& secret = password,
                        const std::string& code = "") {
        nlohmann::json body{{"user", user}, {"password", secret}};
        if (!code.empty()) body["code"] = code;
        HttpResponse response = call("POST", "/api/v1/session", body);
        if (response.status == 200) keep_session(response);
        return response;
    }

    void keep_session(const HttpResponse& response) {
        const std::string set = response.headers.at("Set-Cookie");
        cookie = set.substr(0, set.find(';'));
        csrf = body_of(response).at("csrf_token").get<std::string>();
    }

    /// Somebody with a password of their own, which is `password`.
    void add_person(const std::string& name, Role role, std::optional<std::int64_t> unit_id = std::nullopt) {
        Users{database}.add({name, hash_password(password, {1, 64}), role, unit_id, false}, start);
    }
};

}  // namespace wardwatch::test

// The people's API without sockets, for several people at once.
#pragma once

#include "central_fixture.h"

namespace wardwatch::test {

inline const std::string office_password = "Mật khẩu đúng 1!";

/// A centre with the people's API, and whoever is signed in last.
struct OfficeApi : Centre {
    PeopleApi people{
        store, policy.policy, {std::chrono::days{7}, {1, 64}, [this] { return now; }, logger(), [](const auto&) {}}};
    std::string cookie;
    std::string csrf;

    /// Signs in as a new person of this role.
    void be(const std::string& name, Role role, std::optional<std::int64_t> unit_id = std::nullopt) {
        if (!store.user(name))
            store.add_user({name, hash_password(office_password, {1, 64}), role, unit_id, false}, start);
        cookie.clear();
        const HttpResponse in = post_json("/api/v1/session", {{"user", name}, {"password", office_password}});
        REQUIRE(in.status == 200);
        const std::string set = in.headers.at("Set-Cookie");
        cookie = set.substr(0, set.find(';'));
        csrf = body_of(in).at("csrf_token").get<std::string>();
    }

    HttpResponse send(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& type) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.remote_address = "10.0.0.5";
        request.body = body;
        if (!type.empty()) request.headers["Content-Type"] = type;
        if (!cookie.empty()) {
            request.headers["Cookie"] = cookie;
            request.headers["X-CSRF-Token"] = csrf;
        }
        return people.handle(request);
    }
    HttpResponse get(const std::string& target) { return send("GET", target, "", ""); }
    nlohmann::json get_json(const std::string& target) {
        const HttpResponse answer = get(target);
        INFO(target << ": " << answer.body);
        REQUIRE(answer.status == 200);
        return body_of(answer);
    }
    HttpResponse post_json(const std::string& target, const nlohmann::json& body, const std::string& method = "POST") {
        return send(method, target, body.dump(), "application/json");
    }
    HttpResponse post_csv(const std::string& target, const std::string& csv) {
        return send("POST", target, csv, "text/csv");
    }
};

}  // namespace wardwatch::test

// The people's API without sockets, for several people at once.
#pragma once

#include "reporting/central/api/roles.h"
#include "reporting/central/people/user_store.h"
#include "tests/reporting/central/people_fixture.h"

namespace wardwatch::test {

/// Whoever is signed in last asks.
struct OfficeApi : Office {
    /// Signs in, as a new person of this role where there is none of this name.
    void be(const std::string& name, Role role, std::optional<std::int64_t> unit_id = std::nullopt) {
        if (!Users{database}.find(name))
            Users{database}.add({name, hash_password(password, {1, 64}), role, unit_id, false}, start);
        cookie.clear();
        csrf.clear();
        REQUIRE(log_in(name).status == 200);
    }

    HttpResponse send(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& type) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.remote_address = address;
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

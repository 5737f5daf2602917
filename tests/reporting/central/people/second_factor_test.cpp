// Second factors that roles need, and the codes that stand in for a lost phone.
#include <algorithm>

#include "reporting/central/people/recovery_store.h"
#include "reporting/central/people/totp.h"
#include "reporting/central/sql/setting_store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::seconds;

TEST_CASE("a role that needs a second factor may do nothing else after its first week") {
    Office office;
    office.add_person("kim", Role::auditor);
    PeopleApiOptions options{office.sealing, days{7}, {1, 64}, [&] { return office.now; }, office.logger()};
    options.second_factor = {{Role::administrator}, start + days{10}};
    PeopleApi people{office.database, office.policy, options};
    std::string cookie;
    std::string csrf;
    const auto call = [&](const std::string& method, const std::string& target, const json& body = nullptr) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.remote_address = "10.0.0.5";
        request.headers["Content-Type"] = "application/json";
        if (!body.is_null()) request.body = body.dump();
        if (!cookie.empty()) request.headers["Cookie"] = cookie;
        if (!csrf.empty()) request.headers["X-CSRF-Token"] = csrf;
        HttpResponse response = people.handle(request);
        if (const auto set = response.headers.find("Set-Cookie"); set != response.headers.end()) {
            cookie = set->second.substr(0, set->second.find(';'));
            csrf = body_of(response).value("csrf_token", "");
        }
        return response;
    };
    const auto sign_in = [&](const std::string& user) {
        return body_of(call("POST", "/api/v1/session", {{"user", user}, {"password", password}}));
    };
    // A week after the rule came, whenever the user did.
    office.now = start + days{17} - seconds{1};
    CHECK(sign_in("an").at("second_factor_needed") == false);
    CHECK(call("GET", "/api/v1/users").status == 200);
    office.now += seconds{1};
    CHECK(error_of(call("GET", "/api/v1/users")) == "second_factor_needed");
    CHECK(error_of(call("GET", "/api/v1/units")) == "second_factor_needed");
    CHECK(sign_in("an").at("second_factor_needed") == true);
    const auto secret = body_of(call("POST", "/api/v1/session/totp")).at("secret").get<std::string>();
    const std::string code = totp_code(secret, office.now.time_since_epoch().count() / 30);
    CHECK(body_of(call("PUT", "/api/v1/session/totp", {{"code", code}})).at("second_factor_needed") == false);
    CHECK(call("GET", "/api/v1/users").status == 200);
    cookie.clear();
    csrf.clear();
    CHECK(sign_in("kim").at("second_factor_needed") == false);
    CHECK(call("GET", "/api/v1/units").status == 200);
    CHECK(since_setting(office.database, "s", start) == start);
    CHECK(since_setting(office.database, "s", start + days{1}) == start);
}

TEST_CASE("other sessions end when the second factor changes") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const std::string other = office.cookie;
    office.cookie.clear();
    REQUIRE(office.log_in().status == 200);
    const std::string own = office.cookie;
    const auto secret = body_of(office.call("POST", "/api/v1/session/totp")).at("secret").get<std::string>();
    const std::string code = totp_code(secret, office.now.time_since_epoch().count() / 30);
    REQUIRE(office.call("PUT", "/api/v1/session/totp", {{"code", code}}).status == 200);
    office.cookie = other;
    CHECK(office.call("GET", "/api/v1/units").status == 401);
    office.cookie = own;
    CHECK(office.call("GET", "/api/v1/units").status == 200);
}

TEST_CASE("a recovery code lets its user in once, in place of the second factor") {
    Office office;
    office.add_person("kim", Role::auditor);
    REQUIRE(office.log_in().status == 200);
    const auto make = [&](const std::string& code) {
        return office.call("POST", "/api/v1/session/recovery-codes", {{"code", code}});
    };
    CHECK(error_of(make("123456")) == "totp_not_begun");
    const std::string secret = new_totp_secret();
    Users{office.database}.set_totp_secret("an", office.sealing.seal(secret, totp_purpose("an")), 0);
    const auto code = [&] { return totp_code(secret, office.now.time_since_epoch().count() / 30); };
    CHECK(error_of(make("x")) == "wrong_code");
    const HttpResponse made = make(code());
    REQUIRE(made.status == 200);
    CHECK(error_of(make(code())) == "wrong_code");  // it has served
    const auto codes = body_of(made).at("recovery_codes").get<std::vector<std::string>>();
    REQUIRE(codes.size() == 10);
    CHECK(codes[0].size() == 23);
    CHECK(is_recovery_code(codes[0]));
    CHECK_FALSE(is_recovery_code("123456"));
    const sql::Reader reader = office.database.reader();
    CHECK_FALSE(reader.any("SELECT 1 FROM recovery_codes WHERE code_sha256 = $1", codes[0]));

    std::string typed = codes[0];
    std::replace(typed.begin(), typed.end(), ' ', '-');
    const HttpResponse in = office.log_in("an", password, typed);
    REQUIRE(in.status == 200);
    CHECK(body_of(in).at("recovery_codes") == 9);
    CHECK(error_of(office.log_in("an", password, codes[0])) == "wrong_code");
    CHECK_FALSE(RecoveryCodes{office.database}.use("kim", codes[1]));
    CHECK(office.log_in("an", password, codes[1]).status == 200);
    // New ones take the place of these; with the second factor they are gone.
    office.now += seconds{60};
    const auto next = body_of(make(code())).at("recovery_codes").get<std::vector<std::string>>();
    CHECK_FALSE(RecoveryCodes{office.database}.use("an", codes[2]));
    CHECK(RecoveryCodes{office.database}.use("an", next[2]));
    Users{office.database}.set_totp_secret("an", "", 0);
    CHECK(RecoveryCodes{office.database}.left("an") == 0);
}

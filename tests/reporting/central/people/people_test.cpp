// Who may sign in, as what: users, passwords, second factors, API tokens, limits and errors of the people's API.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "reporting/central/api/openapi.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/ldap.h"
#include "reporting/central/people/password_rules.h"
#include "reporting/central/people/totp.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

std::string problem_of(const std::string& secret) {
    return password_problem(secret, {"lan.tran", "Tran Thi Lan", "hoa.le@example.vn", ""}).code;
}

}  // namespace

TEST_CASE("passwords that are tried first are refused") {
    CHECK(problem_of("Trời mưa 7 ngày!A").empty());
    CHECK(problem_of("Xe-dap!xanh-42-Q").empty());
    CHECK(problem_of("Ngan1!") == "password_too_short");
    // Twelve bytes, but eleven characters.
    CHECK(problem_of("Trờimưa7!Ab") == "password_too_short");
    CHECK(problem_of("xe-dap!xanh-42") == "password_needs_upper");
    for (const char* known : {"P@ssw0rd1234!", "Matkhau@2026!", "Admin@123456", "Admin@12345678", "Welcome1234!!",
                              "Qwertyuiop1!", "123456789Aa@", "aaaaaaaaaaA1!", "Abcdefgh1234!", "Hanoi@2026!!!"}) {
        CAPTURE(known);
        CHECK(problem_of(known) == "password_well_known");
    }
    for (const char* like : {"Lan.Tran!2026xy", "xx-TRAN-yy!77Qz", "Hoa.Le!zzQ-7788"}) {
        CAPTURE(like);
        CHECK(problem_of(like) == "password_like_name");
    }
    const std::string old = "Xe-dap!xanh-42-Q";
    CHECK(password_problem(old, {"an", "", "", hash_password(old, {1, 64})}).code == "password_not_new");
    CHECK(problem_of(std::string(1001, 'x')) == "password_too_long");
    for (int i = 0; i < 50; ++i) CHECK(problem_of(random_password()).empty());
}

TEST_CASE("who got a password has to set one of their own first") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const HttpResponse added = office.call("POST", "/api/v1/users",
                                           {{"user", "lan.tran"},
                                            {"role", "unit_manager"},
                                            {"unit_id", office.unit},
                                            {"full_name", "Trần Thị Lan"},
                                            {"email", "lan@example.vn"}});
    REQUIRE(added.status == 201);
    const json user = body_of(added);
    CHECK(user.at("unit") == "Phường Bến Thành");
    CHECK(user.at("must_change_password") == true);
    const auto given = user.at("password").get<std::string>();
    CHECK(Users{office.database}.find("lan.tran")->password_hash.find(given) == std::string::npos);

    const HttpResponse in = office.log_in("lan.tran", given);
    REQUIRE(in.status == 200);
    CHECK(body_of(in).at("must_change_password") == true);
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "password_change_needed");
    const auto change = [&](const std::string& from, const std::string& to) {
        return office.call("POST", "/api/v1/session/password", {{"old_password", from}, {"new_password", to}});
    };
    CHECK(error_of(change("wrong", "Xe-dap!xanh-42-Q")) == "wrong_password");
    CHECK(error_of(change(given, given)) == "password_not_new");
    CHECK(error_of(change(given, "Lan.Tran!2026xy")) == "password_like_name");
    const std::string before = office.cookie;
    const HttpResponse changed = change(given, "Xe-dap!xanh-42-Q");
    REQUIRE(changed.status == 200);
    CHECK(body_of(changed).at("must_change_password") == false);
    CHECK(office.call("GET", "/api/v1/units").status == 401);  // the old session is over
    office.keep_session(changed);
    CHECK(office.cookie != before);
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    CHECK(office.log_in("lan.tran", given).status == 401);
    CHECK(office.log_in("lan.tran", "Xe-dap!xanh-42-Q").status == 200);
}

TEST_CASE("users are changed, and somebody is left who can administer") {
    Office office;
    office.add_person("binh", Role::operator_);
    REQUIRE(office.log_in().status == 200);
    const auto change = [&](const std::string& name, const json& body) {
        return office.call("PATCH", "/api/v1/users/" + name, body);
    };
    CHECK(error_of(change("an", {{"disabled", true}})) == "not_possible");
    CHECK(error_of(change("an", {{"role", "auditor"}})) == "not_possible");
    CHECK(error_of(change("binh", {{"role", "unit_manager"}})) == "not_possible");
    CHECK(error_of(change("binh", {{"role", "king"}})) == "bad_request");
    CHECK(error_of(change("binh", {{"unit_id", 99}})) == "not_possible");
    CHECK(error_of(change("binh", {{"password", "x"}})) == "bad_request");
    CHECK(error_of(change("nobody", {{"disabled", true}})) == "user_unknown");
    const json binh =
        body_of(change("binh", {{"role", "unit_manager"}, {"unit_id", office.unit}, {"email", "b@x.vn"}}));
    CHECK(binh.at("role") == "unit_manager");
    CHECK(binh.at("email") == "b@x.vn");
    CHECK(body_of(change("binh", {{"role", "administrator"}, {"unit_id", nullptr}})).at("unit_id").is_null());
    CHECK(change("an", {{"disabled", true}}).status == 200);
    CHECK(error_of(office.call("GET", "/api/v1/users")) == "not_signed_in");  // at once
    CHECK(error_of(office.log_in()) == "wrong_login");
    REQUIRE(office.log_in("binh").status == 200);
    CHECK(error_of(change("binh", {{"disabled", true}})) == "not_possible");

    const HttpResponse reset = office.call("POST", "/api/v1/users/an/password");
    REQUIRE(reset.status == 200);
    CHECK(change("an", {{"disabled", false}}).status == 200);
    CHECK(office.log_in("an", body_of(reset).at("password").get<std::string>()).status == 200);
    REQUIRE(office.log_in("binh").status == 200);
    for (const char* name : {"", "-x", "a b", "a:b", "cli:root", "a/b", "đức"}) {
        CAPTURE(name);
        CHECK(office.call("POST", "/api/v1/users", {{"user", name}, {"role", "auditor"}}).status == 400);
    }
    CHECK(error_of(office.call("POST", "/api/v1/users", {{"user", "an"}, {"role", "auditor"}})) == "user_exists");
}

TEST_CASE("a role's unit goes with a merge") {
    Office office;
    const std::int64_t other = Units{office.database}.add("Phường Cô Giang", std::nullopt, by_test);
    office.add_person("lan", Role::unit_manager, other);
    ApiTokens{office.database}.add({"id", "n", Role::unit_manager, other, "an", start, start + days{1}, "an"}, "hash");
    Units{office.database}.merge(other, office.unit, by_test, unit_followers());
    CHECK(Users{office.database}.find("lan")->unit_id == office.unit);
    CHECK(ApiTokens{office.database}.all().at(0).unit_id == office.unit);
}

TEST_CASE("one-time codes are those of RFC 6238") {
    // Appendix B, SHA-1; the secret is "12345678901234567890", the codes' last six digits.
    const std::string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const std::pair<std::int64_t, const char*> vectors[] = {{59, "287082"},         {1111111109, "081804"},
                                                            {1111111111, "050471"}, {1234567890, "005924"},
                                                            {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [at, code] : vectors) {
        CAPTURE(at);
        CHECK(totp_code(secret, at / 30) == code);
        const Instant now{seconds{at}};
        CHECK(totp_step(secret, code, now) == at / 30);
        CHECK(totp_step(secret, code, now + seconds{30}) == at / 30);
        CHECK(totp_step(secret, code, now - seconds{30}) == at / 30);
        CHECK_FALSE(totp_step(secret, code, now + seconds{60}));
        if (at > 90) CHECK_FALSE(totp_step(secret, code, now - seconds{60}));
    }
    CHECK_FALSE(totp_step(secret, "", start));
    CHECK(new_totp_secret().size() == 32);
    CHECK(new_totp_secret() != new_totp_secret());
}

TEST_CASE("a second factor is set up with a right code, and no code serves twice") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    CHECK(error_of(office.call("PUT", "/api/v1/session/totp", {{"code", "000000"}})) == "totp_not_begun");
    const json begun = body_of(office.call("POST", "/api/v1/session/totp"));
    const auto secret = begun.at("secret").get<std::string>();
    CHECK(begun.at("uri") ==
          "otpauth://totp/Wardwatch:an?secret=" + secret + "&issuer=Wardwatch&algorithm=SHA1&digits=6&period=30");
    const auto code = [&] { return totp_code(secret, office.now.time_since_epoch().count() / 30); };
    CHECK(error_of(office.call("PUT", "/api/v1/session/totp", {{"code", "12345"}})) == "wrong_code");
    CHECK(office.log_in().status == 200);  // not in force yet
    CHECK(body_of(office.call("PUT", "/api/v1/session/totp", {{"code", code()}})).at("totp") == true);
    const std::string stored = Users{office.database}.find("an")->totp_secret;
    CHECK(office.sealing.open(stored, totp_purpose("an")) == secret);

    CHECK(error_of(office.log_in()) == "code_needed");
    CHECK(error_of(office.log_in("an", "wrong", code())) == "wrong_login");
    CHECK(error_of(office.log_in("an", password, code())) == "wrong_code");  // it set the factor up
    office.now += seconds{30};
    CHECK(office.log_in("an", password, code()).status == 200);
    CHECK(error_of(office.log_in("an", password, code())) == "wrong_code");
    CHECK(error_of(office.call("POST", "/api/v1/session/totp")) == "totp_enabled");
    CHECK(error_of(office.call("DELETE", "/api/v1/session/totp", {{"password", "wrong"}})) == "wrong_password");
    CHECK(body_of(office.call("DELETE", "/api/v1/session/totp", {{"password", password}})).at("totp") == false);
    CHECK(office.log_in().status == 200);
}

TEST_CASE("codes cannot be guessed from many addresses") {
    Office office;
    Users{office.database}.set_totp_secret("an", office.sealing.seal(new_totp_secret(), totp_purpose("an")), 0);
    for (int i = 0; i < 5; ++i) {
        office.address = "10.0.1." + std::to_string(i);
        CHECK(error_of(office.log_in("an", password, "x")) == "wrong_code");
    }
    office.address = "10.0.2.1";
    CHECK(error_of(office.log_in("an", password, "x")) == "too_many_attempts");
}

TEST_CASE("a browser from which somebody signed in stays their way in while others guess") {
    Office office;
    const HttpResponse in = office.log_in();
    REQUIRE(in.more_cookies.size() == 1);
    const std::string& set = in.more_cookies.front();
    CHECK(set.starts_with("__Host-wardwatch-browser="));
    CHECK(set.find("; HttpOnly; Secure; SameSite=Strict") != std::string::npos);
    const std::string browser = set.substr(0, set.find(';'));
    CHECK(office.log_in().more_cookies.front().substr(0, browser.size()) != browser);  // another one
    for (int i = 0; i < 12; ++i) {
        office.cookie.clear();
        office.address = "10.0.8." + std::to_string(i);
        office.log_in("an", "wrong");
    }
    CHECK(error_of(office.log_in()) == "too_many_attempts");
    office.cookie = browser;
    const HttpResponse again = office.log_in();
    CHECK(again.status == 200);
    CHECK(again.more_cookies.front().starts_with(browser + ";"));
}

TEST_CASE("an API token has a role, a unit and an end") {
    Office office;
    const std::int64_t other = Units{office.database}.add("Phường Cô Giang", std::nullopt, by_test);
    const Pc pc = office.enrolled_pc();
    REQUIRE(office.log_in().status == 200);
    const auto make = [&](const json& body) { return office.call("POST", "/api/v1/api-tokens", body); };
    const json wanted{
        {"name", "grafana"}, {"role", "unit_manager"}, {"unit_id", other}, {"expires_at", "2026-12-01T00:00:00Z"}};
    const HttpResponse made = make(wanted);
    REQUIRE(made.status == 201);
    const json token = body_of(made);
    for (const char* end : {"2026-11-22T03:00:00Z", "2030-01-01T00:00:00Z", "tomorrow", "2026-12-01T00:00:00+7"}) {
        json body = wanted;
        body["expires_at"] = end;
        CHECK(error_of(make(body)) == "bad_request");
    }
    CHECK(
        error_of(make(
            {{"name", "x"}, {"role", "administrator"}, {"unit_id", other}, {"expires_at", "2026-12-01T00:00:00Z"}})) ==
        "bad_request");
    const auto secret = token.at("token").get<std::string>();
    const auto everything =
        body_of(make({{"name", "all"}, {"role", "administrator"}, {"expires_at", "2026-12-01T00:00:00Z"}}));
    CHECK(body_of(office.call("GET", "/api/v1/api-tokens")).dump().find(secret) == std::string::npos);
    office.cookie.clear();
    office.csrf.clear();
    office.bearer = secret;
    CHECK(body_of(office.call("GET", "/api/v1/units")).at("units").size() == 1);
    CHECK(error_of(office.call("GET", "/api/v1/devices/" + pc.device_id)) == "device_unknown");
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"all", true}})) == "not_allowed");
    CHECK(error_of(office.call("GET", "/api/v1/session")) == "not_for_tokens");
    CHECK(error_of(office.call("GET", "/api/v1/users")) == "not_allowed");
    office.bearer = everything.at("token").get<std::string>();
    CHECK(office.call("POST", "/api/v1/scans", {{"all", true}}).status == 201);  // no cookie, no CSRF token
    CHECK(error_of(make(wanted)) == "not_for_tokens");
    CHECK(error_of(office.call("POST", "/api/v1/users", {{"user", "x"}, {"role", "auditor"}})) == "not_for_tokens");
    CHECK(error_of(office.call("POST", "/api/v1/users/an/password")) == "not_for_tokens");
    office.bearer = std::string(68, 'a');
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_invalid");
    office.bearer = secret;
    CHECK(ApiTokens{office.database}.all().size() == 2);
    office.now = parse_instant("2026-12-01T00:00:00Z");
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_invalid");
    office.now = start;
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    CHECK(ApiTokens{office.database}.revoke(token.at("id").get<std::string>(), start));
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_invalid");
}

TEST_CASE("errors are problem details, and answers have entity tags") {
    Office office;
    const HttpResponse refused = office.call("GET", "/api/v1/units");
    CHECK(refused.headers.at("Content-Type") == "application/problem+json");
    CHECK(body_of(refused) == json{{"type", "about:blank"},
                                   {"title", "Unauthorized"},
                                   {"status", 401},
                                   {"detail", "Sign in first: nobody is signed in, or the session is over."},
                                   {"code", "not_signed_in"}});
    REQUIRE(office.log_in().status == 200);
    const HttpResponse units = office.call("GET", "/api/v1/units");
    HttpRequest again;
    again.method = "GET";
    again.target = "/api/v1/units";
    again.headers["Cookie"] = office.cookie;
    again.headers["If-None-Match"] = "\"other\", W/" + units.headers.at("ETag");
    const HttpResponse same = office.people.handle(again);
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(same.headers.at("ETag") == units.headers.at("ETag"));
    Units{office.database}.add("Phường Cô Giang", std::nullopt, by_test);
    CHECK(office.people.handle(again).status == 200);
    again.headers.erase("Cookie");
    CHECK(office.people.handle(again).status == 401);
}

TEST_CASE("who asks too often has to wait") {
    RequestLimit limit{{2, 5}};
    for (int i = 0; i < 5; ++i) CHECK(limit.attempt("an", start) == seconds{0});
    CHECK(limit.attempt("an", start) == seconds{1});
    CHECK(limit.attempt("binh", start) == seconds{0});
    CHECK(limit.attempt("an", start + seconds{1}) == seconds{0});
    CHECK(limit.attempt("an", start + seconds{1}) == seconds{0});
    CHECK(limit.attempt("an", start + seconds{1}) == seconds{1});
    CHECK(limit.attempt("an", start) == seconds{1});  // a clock that goes back gives nothing
    RequestLimit slow{{0.1, 1}};
    CHECK(slow.attempt("an", start) == seconds{0});
    CHECK(slow.attempt("an", start) == seconds{10});

    Office office;
    REQUIRE(office.log_in().status == 200);
    HttpResponse last = office.call("GET", "/api/v1/session");
    int asked = 1;
    for (; last.status == 200 && asked < 1000; ++asked) last = office.call("GET", "/api/v1/session");
    CHECK(error_of(last) == "too_many_requests");
    CHECK(last.headers.at("Retry-After") == "1");
    CHECK(asked == 301);
    CHECK(office.call("GET", "/healthz").status == 200);  // the address may ask for more
    office.now += seconds{1};
    CHECK(office.call("GET", "/api/v1/session").status == 200);
}

TEST_CASE("sessions end as the options say") {
    const TemporaryFolder folder;
    Sessions sessions{sql::Database{stored(folder.path() / "central.db")}, {minutes{5}, minutes{12}}};
    const Sessions::Opened opened = sessions.open("an", "hash", start);
    CHECK(sessions.find(opened.id, start + minutes{4}));
    CHECK(sessions.find(opened.id, start + minutes{8}));
    CHECK(sessions.find(opened.id, start + minutes{11}));
    CHECK_FALSE(sessions.find(opened.id, start + minutes{12}));
}

TEST_CASE("who signed in at one process is signed in at each, and signs out of all") {
    Office office;
    sql::Database database{office.database.source()};
    CurrentPolicy policy{database};
    PeopleApi other{database, policy, {office.sealing, days{7}, {1, 64}, [&] { return office.now; }, office.logger()}};
    REQUIRE(office.log_in().status == 200);
    HttpRequest request;
    request.method = "GET";
    request.target = "/api/v1/session";
    request.headers["Cookie"] = office.cookie;
    const HttpResponse answer = other.handle(request);
    REQUIRE(answer.status == 200);
    CHECK(body_of(answer).at("csrf_token") == office.csrf);
    request.method = "DELETE";
    request.headers["X-CSRF-Token"] = office.csrf;
    REQUIRE(other.handle(request).status == 200);
    CHECK(office.call("GET", "/api/v1/session").status == 401);
}

TEST_CASE("what is typed stays a value in a filter of LDAP") {
    CHECK(ldap_filter_value("an.nguyen") == "an.nguyen");
    CHECK(ldap_filter_value("*)(uid=*") == "\\2a\\29\\28uid=\\2a");
    CHECK(ldap_filter_value(std::string{"a\0b\\c", 5}) == "a\\00b\\5cc");
    CHECK(ldap_filter_value("đ") == "\\c4\\91");
}

TEST_CASE("the API's description has every route, with its name, right and body, and nothing else") {
    const auto body_of_operation = [](const json& operation) -> std::string {
        if (!operation.contains("requestBody")) return "";
        return operation.at("requestBody").at("content").contains("application/json") ? " json" : " bytes";
    };
    std::map<std::string, std::string> described;
    const json description = openapi_description();
    for (const auto& [path, item] : description.at("paths").items()) {
        for (const auto& [method, operation] : item.items()) {
            if (method == "parameters") continue;
            described[operation.at("operationId").get<std::string>()] =
                method + " " + pattern_of(path) + " " + operation.at("x-right").get<std::string>() +
                (operation.value("x-personal", false) ? " personal" : "") + body_of_operation(operation);
        }
    }
    const Office office;
    std::set<std::string> routed;
    for (const Route& route : office.people.routes()) {
        CAPTURE(route.method, route.pattern);
        if (route.pattern.starts_with("/api/")) REQUIRE_FALSE(route.operation.empty());
        if (route.operation.empty()) continue;  // the page's files
        const std::string name{route.operation};
        std::string method{route.method};
        std::transform(method.begin(), method.end(), method.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const std::string line = method + " " + std::string{route.pattern} + " " + std::string{name_of(route.right)} +
                                 (route.personal ? " personal" : "") +
                                 (route.body == Body::none     ? ""
                                  : route.body == Body::object ? " json"
                                                               : " bytes");
        CHECK(described[name] == line);
        routed.insert(name);
    }
    for (const auto& [name, line] : described) {
        CAPTURE(name);
        CHECK(routed.contains(name));
    }
}

// The people's API without sockets: logging in, what needs a session, and what the page is given.
#include <algorithm>

#include "reporting/central/api/static_files.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::minutes;

TEST_CASE("logging in opens a session that ends when asked") {
    Office office;
    CHECK(office.call("GET", "/api/v1/session").status == 401);
    const HttpResponse in = office.log_in();
    REQUIRE(in.status == 200);
    CHECK(body_of(in).at("user") == "an");
    const std::string set = in.headers.at("Set-Cookie");
    CHECK(set.starts_with("__Host-wardwatch="));
    for (const char* part : {"; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/"}) {
        CHECK(set.find(part) != std::string::npos);
    }
    CHECK(body_of(office.call("GET", "/api/v1/session")) == json{{"user", "an"},
                                                                 {"full_name", ""},
                                                                 {"role", "administrator"},
                                                                 {"unit_id", nullptr},
                                                                 {"unit", nullptr},
                                                                 {"must_change_password", false},
                                                                 {"totp", false},
                                                                 {"recovery_codes", 0},
                                                                 {"second_factor_needed", false},
                                                                 {"source", "local"},
                                                                 {"simulated", false},
                                                                 {"takes_reports", true},
                                                                 {"csrf_token", office.csrf}});

    const std::string csrf = std::exchange(office.csrf, "");
    CHECK(error_of(office.call("DELETE", "/api/v1/session")) == "csrf");
    office.csrf = std::string(64, 'a');
    CHECK(office.call("DELETE", "/api/v1/session").status == 403);
    office.csrf = csrf;
    const HttpResponse out = office.call("DELETE", "/api/v1/session");
    CHECK(out.status == 200);
    CHECK(out.headers.at("Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "not_signed_in");
}

TEST_CASE("a wrong password and an unknown user get the same answer") {
    Office office;
    const HttpResponse wrong = office.log_in("an", "wrong");
    const HttpResponse nobody = office.log_in("nobody", password);
    CHECK(wrong.status == 401);
    CHECK(nobody.status == 401);
    CHECK(wrong.body == nobody.body);
    CHECK(wrong.headers.count("Set-Cookie") == 0);
    for (const std::string& line : office.log) {
        CHECK(line.find(password) == std::string::npos);
        CHECK(line.find("nobody") == std::string::npos);
    }
}

TEST_CASE("too many attempts have to wait, also with the right password") {
    Office office;
    for (int i = 0; i < 5; ++i) CHECK(office.log_in("an", "wrong").status == 401);
    office.now += minutes{1};
    const HttpResponse refused = office.log_in();
    CHECK(refused.status == 429);
    CHECK(error_of(refused) == "too_many_attempts");
    CHECK(refused.headers.at("Retry-After") == "840");
    office.address = "10.0.0.6";
    CHECK(office.log_in().status == 200);
    office.address = "10.0.0.5";
    office.now += minutes{14};
    CHECK(office.log_in().status == 200);
}

TEST_CASE("login requests are checked") {
    Office office;
    CHECK(error_of(office.call("POST", "/api/v1/session", {{"user", "an"}})) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/session", {{"user", "an"}, {"password", 5}})) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/session", json::array())) == "bad_json");
    HttpRequest form;
    form.method = "POST";
    form.target = "/api/v1/session";
    form.headers["Content-Type"] = "text/plain";
    form.body = R"({"user":"an","password":"x"})";
    CHECK(office.people.handle(form).status == 415);
}

TEST_CASE("a session ends by time and by a new password") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    office.now += minutes{29};
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    office.now += minutes{30};
    CHECK(office.call("GET", "/api/v1/units").status == 401);
    REQUIRE(office.log_in().status == 200);
    Users{office.database}.set_password("an", hash_password("Another 123456!", {1, 64}), false, office.now);
    CHECK(office.call("GET", "/api/v1/units").status == 401);
}

TEST_CASE("nothing but the page and the health check answers without a session") {
    Office office;
    for (const char* target : {"/api/v1/session", "/api/v1/units", "/api/v1/devices", "/api/v1/devices/x",
                               "/api/v1/devices/x/verdicts", "/api/v1/devices/x/reports", "/api/v1/policy"}) {
        CAPTURE(target);
        const HttpResponse response = office.call("GET", target);
        CHECK(response.status == 401);
        CHECK(error_of(response) == "not_signed_in");
    }
    CHECK(office.call("GET", "/healthz").status == 200);
    CHECK(office.call("GET", "/api/v2/units").status == 404);
    CHECK(office.call("PUT", "/api/v1/units").status == 405);
    CHECK(office.call("POST", "/v1/enroll", json::object()).status == 404);
}

TEST_CASE("every answer carries the security headers") {
    Office office;
    for (const char* target : {"/", "/app.js", "/api/v1/units", "/nothing"}) {
        CAPTURE(target);
        const Headers headers = office.call("GET", target).headers;
        CHECK(headers.at("Content-Security-Policy").starts_with("default-src 'self';"));
        CHECK(headers.at("Content-Security-Policy").find("unsafe") == std::string::npos);
        CHECK(headers.at("X-Content-Type-Options") == "nosniff");
        CHECK(headers.at("Referrer-Policy") == "no-referrer");
        CHECK(headers.at("Strict-Transport-Security").starts_with("max-age="));
    }
    CHECK(office.call("GET", "/api/v1/units").headers.at("Cache-Control") == "no-store");
}

TEST_CASE("the page holds nothing inline and nothing from elsewhere") {
    for (const StaticFile& file : static_files()) {
        CAPTURE(file.path);
        CHECK_FALSE(file.bytes.empty());
        if (file.path == "/app.js") continue;  // a bundle; reporting/dashboard/check_types looks at what it is made of
        for (const char* forbidden : {"<script>", "onclick=", "style=\"", "http"}) {
            if (file.path != "/icon.svg") CHECK(file.bytes.find(forbidden) == std::string_view::npos);
        }
        CHECK(std::count(file.bytes.begin(), file.bytes.end(), '\n') < 300);
    }
    Office office;
    const HttpResponse page = office.call("GET", "/");
    CHECK(page.headers.at("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.body.find("<script type=\"module\" src=\"/app.js\">") != std::string::npos);
}

TEST_CASE("units count their PCs and those of the units below") {
    Office office;
    const std::int64_t below = Units{office.database}.add("Văn phòng", office.unit, by_test);
    const Pc pc = office.enrolled_pc();
    Enrolments{office.database}.add_token(sha256_hex("below"), below, 2, start, start + minutes{5});
    const Pc second;
    REQUIRE(office.enrol(second, "below").status == 200);
    const Pc gone;
    REQUIRE(office.enrol(gone, "below").status == 200);
    Enrolments{office.database}.revoke_device(gone.device_id, start);
    REQUIRE(office.post("/v1/reports", to_json(report_of(pc, start, good_facts(start, start))).dump(), pc.certificate)
                .status == 201);
    REQUIRE(office.log_in().status == 200);
    const json units = body_of(office.call("GET", "/api/v1/units")).at("units");
    CHECK(units == json::parse(R"([
        {"id": 1, "parent_id": null, "name": "Phường Bến Thành", "path": "Phường Bến Thành",
         "devices": 2, "pass": 1, "fail": 0, "unknown": 1, "silent": 0, "waived": 0},
        {"id": 2, "parent_id": 1, "name": "Văn phòng", "path": "Phường Bến Thành/Văn phòng",
         "devices": 1, "pass": 0, "fail": 0, "unknown": 1, "silent": 0, "waived": 0}])"));
    CHECK(body_of(office.call("GET", "/api/v1/devices?unit=1")).at("devices").size() == 3);
    const json devices = body_of(office.call("GET", "/api/v1/devices?unit=2")).at("devices");
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].at("unit") == "Phường Bến Thành/Văn phòng");
    CHECK(std::count_if(devices.begin(), devices.end(), [](const json& one) { return one.at("revoked") == true; }) ==
          1);
    CHECK(body_of(office.call("GET", "/api/v1/devices")).at("devices").size() == 3);
    CHECK(error_of(office.call("GET", "/api/v1/devices?unit=x")) == "bad_request");
    CHECK(body_of(office.call("GET", "/api/v1/devices?unit=99")).at("devices").empty());
}

TEST_CASE("a PC is shown with its facts and verdicts in both languages") {
    Office office;
    const Pc pc = office.enrolled_pc();
    const std::string path = "/api/v1/devices/" + pc.device_id;
    REQUIRE(office.log_in().status == 200);
    CHECK(body_of(office.call("GET", path)).at("report").is_null());
    CHECK(body_of(office.call("GET", path + "/verdicts")).at("verdicts").empty());

    Facts facts = good_facts(start - std::chrono::days{100}, start);
    const Report report = report_of(pc, start - minutes{5}, facts);
    REQUIRE(office.post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
    const json device = body_of(office.call("GET", path));
    CHECK(device.at("status") == "fail");
    CHECK(device.at("failed") == 1);
    CHECK(device.at("last_report_at") == "2026-11-22T02:55:00Z");
    CHECK(device.at("report").at("taken_at") == "2026-11-22T02:55:00Z");
    CHECK(device.at("report").at("received_at") == "2026-11-22T03:00:00Z");
    REQUIRE(device.at("report").at("facts").size() == facts.size());
    const json& fact = device.at("report").at("facts").at(4);
    CHECK(fact.at("id") == "accounts.password_changed_at");
    CHECK(fact.at("instance") == "an.nguyen");
    CHECK(fact.at("value") == "2026-08-14T03:00:00Z");
    CHECK(fact.at("source") == "netapi");
    CHECK(fact.at("label").at("vi") != fact.at("label").at("en"));
    CHECK(fact.at("text").at("en").get<std::string>().find("100 days ago") != std::string::npos);

    const json verdicts = body_of(office.call("GET", path + "/verdicts"));
    CHECK(verdicts.at("report_id") == report.report_id);
    CHECK(verdicts.at("judged_at") == "2026-11-22T03:00:00Z");
    CHECK(verdicts.at("policy").at("id") == "hanoi-dispatch");
    CHECK(verdicts.at("status") == "fail");
    const json& age = verdicts.at("verdicts").at(0);
    CHECK(age.at("rule") == "password-age");
    CHECK(age.at("clause") == "1a");
    CHECK(age.at("severity") == "violation");
    CHECK(age.at("status") == "fail");
    CHECK(age.at("since") == "2026-11-22T02:55:00Z");
    CHECK(age.at("observed").at("value") == "2026-08-14T03:00:00Z");
    CHECK(age.at("title").at("en").get<std::string>().find("an.nguyen") != std::string::npos);
    CHECK(age.at("required").at("en").get<std::string>().find("90") != std::string::npos);
    CHECK_FALSE(age.at("remedy").at("vi").get<std::string>().empty());
    CHECK(device.at("verdicts") == verdicts.at("verdicts"));

    const json reports = body_of(office.call("GET", path + "/reports")).at("reports");
    CHECK(reports == json::array({{{"report_id", report.report_id},
                                   {"taken_at", "2026-11-22T02:55:00Z"},
                                   {"received_at", "2026-11-22T03:00:00Z"},
                                   {"trigger", "schedule"},
                                   {"status", "fail"}}}));
    CHECK(error_of(office.call("GET", "/api/v1/devices/none")) == "device_unknown");
    CHECK(office.call("GET", "/api/v1/devices/none/verdicts").status == 404);
}

TEST_CASE("the policy is shown with its clauses and rules") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const json policy = body_of(office.call("GET", "/api/v1/policy"));
    CHECK(policy.at("id") == "hanoi-dispatch");
    CHECK(policy.at("rules").size() == baseline().rules.size());
    for (const json& rule : policy.at("rules")) {
        CHECK(policy.at("clauses").contains(rule.at("clause").get<std::string>()));
        CHECK_FALSE(rule.at("title").at("vi").get<std::string>().empty());
    }
}

TEST_CASE("a scan is asked for and watched") {
    Office office;
    const Pc pc = office.enrolled_pc();
    const json everybody{{"all", true}};
    CHECK(office.call("POST", "/api/v1/scans", everybody).status == 401);
    REQUIRE(office.log_in().status == 200);
    const std::string csrf = std::exchange(office.csrf, "");
    CHECK(error_of(office.call("POST", "/api/v1/scans", everybody)) == "csrf");
    office.csrf = csrf;
    CHECK(office.rung.empty());

    const HttpResponse asked = office.call("POST", "/api/v1/scans", everybody);
    REQUIRE(asked.status == 201);
    CHECK(office.rung == std::vector{pc.device_id});
    const json scan = body_of(asked);
    CHECK(scan.at("total") == 1);
    CHECK(scan.at("waiting") == 1);
    CHECK(scan.at("created_by") == "an");
    CHECK(scan.at("expires_at") == "2026-11-23T03:00:00Z");
    const std::string path = "/api/v1/scans/" + scan.at("batch_id").get<std::string>();
    CHECK(body_of(office.call("GET", path)) == scan);
    const HttpResponse polled = office.post("/v1/commands", R"({"wait_seconds":0,"has":[]})", pc.certificate);
    CHECK(body_of(polled).at("commands").size() == 1);
    CHECK(body_of(office.call("GET", path)).at("delivered") == 1);

    const HttpResponse events = office.call("GET", path + "/events");
    CHECK(events.headers.at("Content-Type") == "text/event-stream");
    const auto event = [&] { return "event: scan\ndata: " + office.call("GET", path).body + "\n\n"; };
    CHECK(events.go_on() == event());
    CHECK(events.go_on() == ":\n\n");  // at a full quarter of a minute
    office.now += std::chrono::seconds{1};
    CHECK(events.go_on() == "");
    const std::string id = body_of(polled).at("commands").at(0).at("id").get<std::string>();
    CHECK(office.tell(pc, id, {{"state", "failed"}, {"problem", "no disk"}}).status == 200);
    CHECK(events.go_on() == event());
    CHECK_FALSE(events.go_on().has_value());
    CHECK(office.call("GET", "/api/v1/scans/none/events").status == 404);

    CHECK(error_of(office.call("GET", "/api/v1/scans/none")) == "scan_unknown");

    for (const json& body : {json{{"devices", {pc.device_id}}}, json{{"unit", office.unit}, {"expires_hours", 720}}}) {
        CHECK(office.call("POST", "/api/v1/scans", body).status == 201);
    }
    for (const json& body : {json::object(), json{{"all", false}}, json{{"all", true}, {"unit", office.unit}},
                             json{{"devices", json::array()}}, json{{"devices", {1}}}, json{{"unit", "x"}},
                             json{{"all", true}, {"expires_hours", 0}}, json{{"all", true}, {"expires_hours", 721}},
                             json{{"all", true}, {"kind", "format"}}}) {
        INFO(body.dump());
        CHECK(error_of(office.call("POST", "/api/v1/scans", body)) == "bad_request");
    }
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"devices", {"none"}}})) == "no_device");
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"unit", 999}})) == "no_device");
}

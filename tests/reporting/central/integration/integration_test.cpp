// Retention, webhooks' queue and signature, digests, metrics and readiness, without a network.
#include "reporting/central/integration/integration.h"
#include "reporting/central/devices/report_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/integration/digest.h"
#include "reporting/central/integration/webhooks.h"
#include "reporting/central/operation/metrics.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/sql/database.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;
using std::chrono::hours;

namespace {

struct Telling : Centre {
    Integrations table{database};

    void change(const Pc& pc, const std::string& from, const std::string& to, Instant at) {
        database.writer().run(
            "INSERT INTO verdict_changes (device_id, unit_id, rule, instance, from_status, to_status, at) "
            "VALUES ($1, $2, 'password-age', 'an.nguyen', $3, $4, $5)",
            pc.device_id, unit, from, to, at);
    }
    void add_hook(const std::string& url) {
        Webhook hook;
        hook.url = url;
        hook.secret = sealing.seal("secret", webhook_purpose);
        hook.created_by = "test";
        hook.created_at = now;
        table.add_webhook(hook);
    }
    Integration integration() {
        return {
            database,
            {policy, sealing, [this] { return now; }, logger(), "centre", {{}, {"127.0.0.1"}}, {}, {}, {}, days{7}}};
    }
    std::int64_t count(const std::string& what) { return database.reader().number("SELECT count(*) FROM " + what); }
};

}  // namespace

TEST_CASE("old reports become one a day, then one a month; the newest stays", "[operation]") {
    Telling centre;
    const Pc pc = centre.enrolled_pc();
    centre.now = start + days{800};
    const HttpResponse renewed = centre.post(
        "/v1/renew",
        nlohmann::json{{"device_id", pc.device_id}, {"signing_request", make_signing_request(pc.key, pc.device_id)}}
            .dump());
    const std::string certificate = body_of(renewed).at("certificate").get<std::string>();
    // Three a day on 10 days, each 40 days apart, the oldest 760 days ago.
    for (int day = 0; day < 20; ++day) {
        for (int hour = 0; hour < 3; ++hour) {
            const Instant at = start + days{40 * day} + hours{hour};
            REQUIRE(
                centre.post("/v1/reports", to_json(report_of(pc, at, good_facts(at, at))).dump(), certificate).status ==
                201);
        }
    }
    const RetentionRules rules{days{90}, days{365}, std::nullopt, days{730}, days{90}};
    CHECK(apply_retention(centre.database, rules, centre.now, true).reports == 36);
    CHECK(centre.count("reports") == 60);
    CHECK(apply_retention(centre.database, rules, centre.now).reports == 36);
    CHECK(centre.count("reports") == 24);
    CHECK(apply_retention(centre.database, rules, centre.now).reports == 0);
    CHECK(Reports{centre.database}.newest(pc.device_id)->taken_at == start + days{760} + hours{2});
    // For ever is for ever, and even where nothing is kept the newest is.
    CHECK(apply_retention(centre.database, {{}, {}, {}, {}, {}}, centre.now + days{4000}).reports == 0);
    CHECK(apply_retention(centre.database, {days{1}, days{1}, days{1}, {}, {}}, centre.now + days{4000}).reports == 23);
    CHECK(Reports{centre.database}.newest(pc.device_id)->taken_at == start + days{760} + hours{2});
}

TEST_CASE("changes are put on their way once; what cannot be delivered waits, then is a dead letter", "[operation]") {
    Telling centre;
    const Pc pc = centre.enrolled_pc();
    centre.change(pc, "pass", "fail", start);  // before anybody was to be told
    centre.add_hook("http://127.0.0.1:1/hook");
    Integration integration = centre.integration();
    integration.tell_webhooks();
    CHECK(centre.count("webhook_deliveries") == 0);
    centre.change(pc, "fail", "pass", start);
    integration.tell_webhooks();
    REQUIRE(centre.count("webhook_deliveries") == 1);
    CHECK(centre.table.webhooks()[0].last_problem.find("connect") != std::string::npos);
    CHECK(centre.table.due(centre.now).empty());
    for (int attempt = 1; attempt < webhook_attempts; ++attempt) {
        centre.now += hours{7};
        integration.tell_webhooks();
    }
    REQUIRE(centre.table.dead_letters().size() == 1);
    const Delivery dead = centre.table.dead_letters()[0];
    CHECK(dead.attempts == webhook_attempts);
    const nlohmann::json body = nlohmann::json::parse(dead.body);
    CHECK(body.at("type") == "verdict_changes");
    CHECK(body.at("changes").at(0).at("to") == "pass");
    CHECK(body.at("changes").at(0).at("clause") == "1a");
    CHECK(body.at("changes").at(0).at("unit") == "Phường Bến Thành");
    CHECK(centre.table.retry(dead.id, centre.now));
    CHECK_FALSE(centre.table.retry(dead.id, centre.now));
    CHECK(centre.table.due(centre.now).size() == 1);
    CHECK(centre.table.remove_webhook(1));
    CHECK(centre.count("webhook_deliveries") == 0);
}

TEST_CASE("a webhook's signature is HMAC-SHA256", "[operation]") {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
    CHECK(webhook_signature("key", Instant{std::chrono::seconds{1'700'000'000}}, R"({"a":1})") ==
          "t=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
}

TEST_CASE("a digest is due once a day from seven on, or on Mondays, and tells what changed", "[operation]") {
    Telling centre;
    const Pc pc = centre.enrolled_pc();
    DigestOptions daily;
    daily.to = {"cntt@phuong.example"};
    daily.english = true;
    // 2026-11-22 is a Sunday; 03:00Z is 10:00 in the office.
    CHECK_FALSE(digest_period(centre.database, daily, parse_instant("2026-11-21T23:59:59Z")));
    const auto period = digest_period(centre.database, daily, parse_instant("2026-11-22T00:00:00Z"));
    REQUIRE(period);
    CHECK(period->day == "2026-11-22");
    CHECK(format_instant(period->from) == "2026-11-20T17:00:00Z");
    CHECK(format_instant(period->to) == "2026-11-21T17:00:00Z");
    DigestOptions weekly = daily;
    weekly.weekly = true;
    CHECK_FALSE(digest_period(centre.database, weekly, start));
    REQUIRE(digest_period(centre.database, weekly, start + days{1}));
    CHECK(digest_period(centre.database, weekly, start + days{1})->from == period->to - days{6});

    centre.change(pc, "pass", "fail", period->from);
    centre.change(pc, "fail", "pass", period->to - std::chrono::seconds{1});
    centre.change(pc, "pass", "fail", period->to);
    const View view{centre.database, centre.policy.get().policy, start + days{30}};
    const Mail mail = compose_digest(view, centre.table, daily, *period);
    CHECK(mail.subject == "Wardwatch: news of 2026-11-21: 1 new failures, 1 fixed, 1 silent PCs");
    CHECK(mail.text.find("Phường Bến Thành · PC-01 · 1a: The password of account an.nguyen is changed in time") !=
          std::string::npos);
    mark_digest_sent(centre.database, daily, *period);
    CHECK_FALSE(digest_period(centre.database, daily, start));
    CHECK(digest_period(centre.database, weekly, start + days{1}));
    daily.unit = "Không có";
    CHECK_THROWS_AS(compose_digest(view, centre.table, daily, *period), StoreError);
}

TEST_CASE("metrics count PCs by status and unit, and requests", "[operation]") {
    Telling centre;
    centre.enrolled_pc();
    RequestMeter meter;
    meter.count("people", 200, std::chrono::duration<double>{0.02});
    meter.count("agents", 503, std::nullopt);
    meter.count_report();
    const std::string text =
        metrics_text({centre.database, centre.policy.get().policy, start}, meter,
                     {"0.1.0", centre.folder.path() / "central.db", start, start + days{10}, start + days{20}, 7});
    for (const char* line :
         {"wardwatch_devices{status=\"unknown\"} 1\n", "wardwatch_devices{status=\"fail\"} 0\n",
          "wardwatch_unit_devices{unit=\"Phường Bến Thành\",status=\"unknown\"} 1\n",
          "wardwatch_certificate_left_seconds{certificate=\"ca\"} 864000\n", "wardwatch_polls_waiting 7\n",
          "wardwatch_reports_received_total 1\n", "wardwatch_requests_total{listener=\"people\",code=\"200\"} 1\n",
          "wardwatch_request_seconds_bucket{listener=\"people\",le=\"0.01\"} 0\n",
          "wardwatch_request_seconds_bucket{listener=\"people\",le=\"0.025\"} 1\n",
          "wardwatch_request_seconds_count{listener=\"people\"} 1\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(text.find("wardwatch_request_seconds_count{listener=\"agents\"}") == std::string::npos);
}

TEST_CASE("readiness is looked at once a second, however many ask", "[operation]") {
    Centre centre;
    int looks = 0;
    PeopleApiOptions options{centre.sealing};
    options.clock = [&] { return centre.now; };
    options.log = centre.logger();
    options.probes.readiness = [&](Instant) {
        ++looks;
        const Health health = looks == 1 ? Health::ok : Health::problem;
        return std::vector<Finding>{{"disk_space", health, {}, {}}};
    };
    PeopleApi people{centre.database, centre.policy, options};
    HttpRequest request;
    request.method = "GET";
    request.target = "/readyz";
    for (int asked = 0; asked < 5; ++asked) CHECK(people.handle(request).status == 200);
    CHECK(looks == 1);
    centre.now += std::chrono::seconds{1};
    const HttpResponse unready = people.handle(request);
    CHECK(unready.status == 503);
    CHECK(body_of(unready).at("checks") == nlohmann::json::parse(R"([{"name": "disk_space", "ok": false}])"));
    CHECK(looks == 2);
}

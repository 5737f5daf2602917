// A centre with a tree of units, PCs in them, and people who look at it through the API.
#pragma once

#include <algorithm>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/import.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/people_fixture.h"

namespace wardwatch::test {

struct ViewsOffice : Office {
    ViewsOffice() { be("chi", Role::administrator); }

    /// From now on this person asks.
    void be(const std::string& name, Role role, std::optional<std::int64_t> unit_id = std::nullopt) {
        if (!Users{database}.find(name))
            Users{database}.add({name, hash_password(password, {1, 64}), role, unit_id, false}, start);
        cookie.clear();
        csrf.clear();
        REQUIRE(log_in(name).status == 200);
    }
    /// Time passes; the administrator signs in again.
    void wait(std::chrono::seconds time) {
        now += time;
        be("chi", Role::administrator);
    }

    HttpResponse send_csv(const std::string& target, const std::string& csv) {
        HttpRequest request;
        request.method = "POST";
        request.target = target;
        request.remote_address = address;
        request.body = csv;
        request.headers["Content-Type"] = "text/csv";
        request.headers["Cookie"] = cookie;
        request.headers["X-CSRF-Token"] = csrf;
        return people.handle(request);
    }
    nlohmann::json get(const std::string& target) {
        const HttpResponse answer = call("GET", target);
        INFO(target << " " << answer.body);
        REQUIRE(answer.status == 200);
        return body_of(answer);
    }
    /// Host names, as GET /devices lists them.
    std::vector<std::string> hosts(const std::string& query) {
        std::vector<std::string> names;
        const nlohmann::json list = get("/api/v1/devices?" + query);
        for (const nlohmann::json& device : list.at("devices"))
            names.push_back(device.at("host_name").get<std::string>());
        return names;
    }

    /// Adds what is missing of "A/B" and returns its id.
    std::int64_t unit_at(const std::string& path) {
        Units{database}.add_paths(read_unit_csv("path\n" + path + "\n").paths, {"test", now}, false);
        return Units{database}.find(path).id;
    }
    /// A PC that has not reported.
    std::string add_pc(const std::string& host, std::int64_t unit_id, const std::string& version = "0.1.0") {
        const std::string token = random_hex(8);
        Enrolments{database}.add_token(token, unit_id, 1, now, now + std::chrono::hours{1});
        const std::string id = random_uuid();
        REQUIRE(Enrolments{database}.enrol({token, id, "key", host, version}, now) == EnrolmentOutcome::accepted);
        return id;
    }
    /// Its report is taken now and judged; returns the report's id.
    std::string report(const std::string& device_id, Facts facts, const std::string& version = "0.1.0") {
        const Report report{random_uuid(), device_id, version, "schedule", now, std::move(facts)};
        const std::string body = to_json(report).dump();
        const std::string hash = facts_hash(report.facts);
        REQUIRE(Arrivals{database}.add({device_id, report.report_id, version, "schedule", now, now, hash, body, {}},
                                       judge_report(policy.get(), report, now)) == ReportOutcome::stored);
        return report.report_id;
    }
    std::string reporting_pc(const std::string& host, std::int64_t unit_id, Facts facts) {
        const std::string id = add_pc(host, unit_id);
        report(id, std::move(facts));
        return id;
    }
    template <class... Values>
    void write(const char* text, const Values&... values) {
        database.writer().run(text, values...);
    }
    /// With the judging after it; the change that it records is forgotten.
    void waive(const std::string& device_id, const std::string& rule) {
        write(
            "INSERT INTO waivers(id, rule, device_id, reason, approved_by, created_at, ends_at) VALUES (7, $2, $1, "
            "'Máy chờ thay', 'chi', $3, $4)",
            device_id, rule, now, parse_instant("2026-12-31T17:00:00Z"));
        write("UPDATE devices SET policy_hash = '' WHERE device_id = $1", device_id);
        judge_stale_devices(database, policy.get(), now,
                            [](const std::string& device, const std::string& why) { FAIL(device << why); });
        write("DELETE FROM verdict_changes WHERE device_id = $1", device_id);
    }
    void change(const std::string& device_id, const std::string& rule, const std::string& from, const std::string& to,
                Instant at) {
        write(
            "INSERT INTO verdict_changes(device_id, unit_id, rule, instance, from_status, to_status, at) SELECT "
            "device_id, unit_id, $2, 'an.nguyen', $3, $4, $5 FROM devices WHERE device_id = $1",
            device_id, rule, from, to, at);
    }
};

inline Facts passing(Instant now) { return good_facts(now - std::chrono::days{10}, now); }
/// Fails clause 1a: the password is 100 days old.
inline Facts with_old_password(Instant now) { return good_facts(now - std::chrono::days{100}, now); }
/// As `facts`, and one browser profile of this person with saved entries, `official` of them for official systems.
inline Facts with_profile(Facts facts, const std::string& who, std::int64_t saved, std::int64_t official) {
    for (Fact& fact : facts) {
        if (fact.id == "browser_credentials.profiles") fact.value = std::int64_t{1};
    }
    const std::string profile = who + "/chrome/Default";
    facts.push_back({"browser_credentials.store_status", profile, std::string{"ok"}, "file"});
    facts.push_back({"browser_credentials.saved", profile, saved, "file"});
    facts.push_back({"browser_credentials.official", profile, official, "file"});
    facts.push_back({"browser_credentials.account_store_saved", profile, std::int64_t{0}, "file"});
    return facts;
}

}  // namespace wardwatch::test

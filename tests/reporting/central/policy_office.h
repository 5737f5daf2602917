// A centre with PCs, its people's API, and somebody of each role who is signed in.
#pragma once

#include <map>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/database.h"
#include "tests/reporting/central/central_fixture.h"

namespace wardwatch::test {

struct PolicyOffice : Centre {
    PeopleApi people{database, policy, {sealing, std::chrono::days{7}, {1, 64}, [this] { return now; }, logger()}};
    struct SignedIn {
        std::string cookie;
        std::string csrf;
    };
    std::map<std::string, SignedIn> people_signed_in;
    std::string who;     ///< asks from now on
    std::string accept;  ///< what they take as an answer; empty: anything

    PolicyOffice() { sign_in("admin", Role::administrator, std::nullopt); }

    void sign_in(const std::string& name, Role role, std::optional<std::int64_t> unit_id) {
        const std::string password = "Mật khẩu đúng 1!";
        Users{database}.add({name, hash_password(password, {1, 64}), role, unit_id, false}, start);
        who = "";
        const HttpResponse in = call("POST", "/api/v1/session", {{"user", name}, {"password", password}});
        REQUIRE(in.status == 200);
        const std::string set = in.headers.at("Set-Cookie");
        people_signed_in[name] = {set.substr(0, set.find(';')), body_of(in).at("csrf_token").get<std::string>()};
        who = name;
    }

    HttpResponse call(const std::string& method, const std::string& target, const nlohmann::json& body = nullptr) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.remote_address = "10.0.0.5";
        if (!body.is_null()) {
            request.body = body.dump();
            request.headers["Content-Type"] = "application/json";
        }
        if (!accept.empty()) request.headers["Accept"] = accept;
        if (!who.empty()) {
            request.headers["Cookie"] = people_signed_in.at(who).cookie;
            request.headers["X-CSRF-Token"] = people_signed_in.at(who).csrf;
        }
        return people.handle(request);
    }

    /// Sessions end after half an hour: time passes, and who asks has used theirs meanwhile.
    void pass(std::chrono::seconds time) {
        now += time;
        const std::string name = std::exchange(who, "");
        const HttpResponse in = call("POST", "/api/v1/session", {{"user", name}, {"password", "Mật khẩu đúng 1!"}});
        REQUIRE(in.status == 200);
        const std::string set = in.headers.at("Set-Cookie");
        people_signed_in[name] = {set.substr(0, set.find(';')), body_of(in).at("csrf_token").get<std::string>()};
        who = name;
    }

    /// A PC whose one account changed its password so many days ago; all else is as it should be.
    Pc pc_with_password(int days_old) {
        const Pc pc = enrolled_pc();
        send(pc, good_facts(now - std::chrono::days{days_old}, now));
        return pc;
    }

    Report send(const Pc& pc, Facts facts) {
        const Report report = report_of(pc, now, std::move(facts));
        REQUIRE(post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
        return report;
    }

    void judge_due() {
        judge_stale_devices(database, policy.get(), now,
                            [](const std::string& device, const std::string& why) { FAIL(device << why); });
    }

    Device device(const Pc& pc) const { return Devices{database}.find(pc.device_id).value(); }

    /// "rule instance: from > to", as they were written.
    std::vector<std::string> changes(const Pc& pc) {
        auto rows = database.reader().query(
            "SELECT rule, instance, from_status, to_status FROM verdict_changes "
            "WHERE device_id = $1 ORDER BY id",
            pc.device_id);
        std::vector<std::string> all;
        while (rows.next())
            all.push_back(rows.text(0) + " " + rows.text(1) + ": " + rows.text(2) + " > " + rows.text(3));
        return all;
    }

    std::int64_t number(const std::string& query) { return database.reader().number(query); }
};

inline StandingCounts pcs(std::int64_t pass, std::int64_t fail, std::int64_t unknown, std::int64_t silent) {
    return {{Standing::pass, pass}, {Standing::fail, fail}, {Standing::unknown, unknown}, {Standing::silent, silent}};
}
inline StandingCounts pcs_on_clause(std::int64_t pass, std::int64_t fail, std::int64_t unknown, std::int64_t waived) {
    return {{Standing::pass, pass}, {Standing::fail, fail}, {Standing::unknown, unknown}, {Standing::waived, waived}};
}

/// What was written for a day; nothing when the unit is not there.
inline std::optional<StandingCounts> unit_day(const Days& written, const std::string& day, std::int64_t unit_id) {
    const DayCounts counts = written.of(day);
    const auto found = counts.units.find(unit_id);
    return found == counts.units.end() ? std::nullopt : std::optional{found->second};
}
inline std::optional<StandingCounts> clause_day(const Days& written, const std::string& day, std::int64_t unit_id,
                                                const std::string& clause) {
    const DayCounts counts = written.of(day);
    const auto found = counts.clauses.find({unit_id, clause});
    return found == counts.clauses.end() ? std::nullopt : std::optional{found->second};
}

inline Facts changed(Facts facts, std::string_view id, Value value) {
    const auto fact = std::find_if(facts.begin(), facts.end(), [&](const Fact& one) { return one.id == id; });
    REQUIRE(fact != facts.end());
    fact->value = std::move(value);
    return facts;
}

}  // namespace wardwatch::test

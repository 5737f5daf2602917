// The overview: numbers, heat table, trend and news, of a unit with all below it, and never of more than is seen.
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

namespace {

/// A city with two wards; one PC stands in the city's own office.
struct City : ViewsOffice {
    std::int64_t city = unit_at("Thành phố");
    std::int64_t a = unit_at("Thành phố/Phường A");
    std::int64_t room = unit_at("Thành phố/Phường A/Phòng 1");
    std::int64_t b = unit_at("Thành phố/Phường B");
    std::string hall = reporting_pc("HALL", city, passing(now));
    std::string good = reporting_pc("A-1", a, passing(now));
    std::string bad = reporting_pc("A-2", room, with_profile(with_old_password(now), "an.nguyen", 2, 1));
    std::string quiet = add_pc("B-1", b);

    City() {
        // The fixture's own unit would be a second top one.
        write("DELETE FROM unit_changes WHERE unit_id = $1", unit);
        write("DELETE FROM units WHERE id = $1", unit);
    }
    std::string overview(std::int64_t unit_id) const { return "/api/v1/overview?unit=" + std::to_string(unit_id); }
    void day(const std::string& day, std::int64_t unit_id, int pass, int fail, int unknown, int silent) {
        write("INSERT INTO unit_days VALUES ($1, $2, $3, $4, $5, $6, $7)", day, unit_id,
              std::int64_t{pass + fail + unknown + silent}, std::int64_t{pass}, std::int64_t{fail},
              std::int64_t{unknown}, std::int64_t{silent});
    }
};

json cell(int pass, int fail, int unknown, int waived) {
    return {{"pass", pass}, {"fail", fail}, {"unknown", unknown}, {"waived", waived}};
}

std::vector<std::string> hosts_of(const json& changes) {
    std::vector<std::string> hosts;
    for (const json& change : changes) hosts.push_back(change.at("host_name").get<std::string>());
    return hosts;
}

}  // namespace

TEST_CASE("the overview counts PCs and shows clause by unit") {
    City office;
    const json top = office.get("/api/v1/overview");
    CHECK(top.at("at") == "2026-11-22T03:00:00Z");
    CHECK(top.at("unit_id") == office.city);
    CHECK(top.at("devices") == 4);
    CHECK(top.at("reporting_24h") == 3);
    CHECK(top.at("pass") == 2);
    CHECK(top.at("fail") == 1);
    CHECK(top.at("unknown") == 1);
    CHECK(top.at("silent") == 0);
    CHECK(top.at("waived") == 0);
    CHECK(top.at("silent_after_days") == 7);
    CHECK(top.at("compliant_share") == 0.5);
    REQUIRE(top.at("clauses").size() == baseline().clauses.size());
    CHECK(top.at("clauses").at(0).at("clause") == "1a");
    const json& heat = top.at("heat");
    REQUIRE(heat.size() == 3);
    CHECK(heat.at(0).at("unit_id") == office.city);
    CHECK(heat.at(0).at("own") == true);
    CHECK(heat.at(0).at("devices") == 1);
    CHECK(heat.at(1).at("path") == "Thành phố/Phường A");
    CHECK(heat.at(1).at("devices") == 2);
    CHECK(heat.at(1).at("cells").at("1a") == cell(1, 1, 0, 0));
    CHECK(heat.at(1).at("cells").at("1c") == cell(1, 1, 0, 0));
    CHECK(heat.at(1).at("cells").at("2") == cell(2, 0, 0, 0));
    CHECK(heat.at(2).at("cells").at("1a") == cell(0, 0, 1, 0));

    const json ward = office.get(office.overview(office.a));
    CHECK(ward.at("devices") == 2);
    REQUIRE(ward.at("heat").size() == 2);
    CHECK(ward.at("heat").at(0).at("own") == true);
    CHECK(ward.at("heat").at(1).at("name") == "Phòng 1");
    const json leaf = office.get(office.overview(office.room));
    REQUIRE(leaf.at("heat").size() == 1);
    CHECK(leaf.at("heat").at(0).at("cells").at("1a") == cell(0, 1, 0, 0));
    CHECK(leaf.at("compliant_share") == 0.0);
}

TEST_CASE("a clause on which a PC was not judged yet is unknown, not passed") {
    City office;
    office.write("UPDATE devices SET clauses = $2 WHERE device_id = $1", office.good, std::string{"1b=pass"});
    const json cells = office.get("/api/v1/overview").at("heat").at(1).at("cells");
    CHECK(cells.at("1a") == cell(0, 1, 1, 0));
    CHECK(cells.at("1b") == cell(2, 0, 0, 0));
}

TEST_CASE("the heat table's numbers are those of the list behind them") {
    City office;
    office.waive(office.bad, "password-age");
    const json heat = office.get("/api/v1/overview").at("heat");
    CHECK(heat.at(1).at("cells").at("1a") == cell(1, 0, 0, 1));
    CHECK(office.get("/api/v1/overview").at("waived") == 1);
    for (const json& row : heat) {
        if (row.at("own") == true) continue;
        for (const auto& [clause, counts] : row.at("cells").items()) {
            for (const auto& [verdict, count] : counts.items()) {
                const std::string query =
                    "unit=" + row.at("unit_id").dump() + "&clause=" + clause + "&verdict=" + verdict;
                INFO(query);
                CHECK(office.hosts(query).size() == count.get<std::size_t>());
            }
        }
    }
}

TEST_CASE("silent and revoked PCs in the overview") {
    City office;
    Enrolments{office.database}.revoke_device(office.good, office.now);
    office.wait(days{8});
    office.report(office.hall, passing(office.now));
    const json top = office.get("/api/v1/overview");
    CHECK(top.at("devices") == 3);
    CHECK(top.at("silent") == 2);
    CHECK(top.at("reporting_24h") == 1);
    CHECK(top.at("compliant_share") == 1.0);
    // As it stood last; the list has it as silent.
    CHECK(top.at("heat").at(1).at("cells").at("1a") == cell(0, 1, 0, 0));
    office.wait(days{8});
    CHECK(office.get("/api/v1/overview").at("compliant_share").is_null());
}

TEST_CASE("the trend has a point a week, of the units as they are grouped today") {
    City office;
    office.day("2025-11-10", office.a, 9, 9, 9, 9);  // more than a year ago
    office.day("2025-11-23", office.a, 1, 0, 0, 0);  // the first week
    office.day("2026-11-13", office.a, 5, 5, 0, 0);  // not the last of its week
    office.day("2026-11-15", office.a, 1, 1, 1, 1);
    office.day("2026-11-15", office.room, 1, 0, 0, 0);
    office.day("2026-11-15", office.b, 0, 4, 0, 0);
    office.day("2026-11-21", office.b, 7, 7, 7, 7);  // this week is today's
    const json trend = office.get("/api/v1/overview").at("trend");
    REQUIRE(trend.size() == 3);
    CHECK(trend.at(0).at("day") == "2025-11-23");
    CHECK(trend.at(1) == json{{"day", "2026-11-15"},
                              {"devices", 9},
                              {"pass", 2},
                              {"fail", 5},
                              {"unknown", 1},
                              {"silent", 1},
                              {"compliant_share", 0.25}});
    CHECK(trend.at(2).at("day") == "2026-11-22");
    CHECK(trend.at(2).at("devices") == 4);
    CHECK(office.get(office.overview(office.room)).at("trend").at(0).at("devices") == 1);

    // A merged unit's days go with what it had.
    Units{office.database}.merge(office.b, office.a, {"test", office.now}, unit_followers());
    CHECK(office.get(office.overview(office.a)).at("trend").at(1).at("devices") == 9);
    CHECK(office.get(office.overview(office.b)).at("unit_id") == office.a);
    Units{office.database}.merge(office.a, office.city, {"test", office.now}, unit_followers());
    CHECK(office.get(office.overview(office.b)).at("unit_id") == office.city);
    CHECK(office.get("/api/v1/overview").at("trend").at(1).at("devices") == 9);

    // 23:30 UTC is the next morning at the office.
    office.now = parse_instant("2026-11-22T23:30:00Z");
    office.be("chi", Role::administrator);
    CHECK(office.get("/api/v1/overview").at("trend").back().at("day") == "2026-11-23");
}

TEST_CASE("the newest regressions and fixes") {
    City office;
    office.change(office.bad, "password-age", "pass", "fail", office.now - hours{3});
    office.change(office.bad, "saved-official", "", "fail", office.now - hours{2});
    office.change(office.good, "password-age", "fail", "pass", office.now - hours{4});
    office.change(office.good, "unused-account", "fail", "", office.now - hours{1});
    office.change(office.good, "antivirus-on", "fail", "waived", office.now);
    office.change(office.good, "antivirus-on", "fail", "unknown", office.now);
    office.change(office.good, "password-never-expires", "pass", "fail", office.now);   // advice
    office.change(office.good, "password-age", "pass", "fail", office.now - days{91});  // no news
    office.change(office.quiet, "an-old-rule", "pass", "fail", office.now - hours{5});
    const json top = office.get("/api/v1/overview");
    CHECK(hosts_of(top.at("regressions")) == std::vector<std::string>{"A-2", "A-2", "B-1"});
    CHECK(hosts_of(top.at("fixes")) == std::vector<std::string>{"A-1", "A-1"});
    const json& newest = top.at("regressions").at(0);
    CHECK(newest.at("rule") == "saved-official");
    CHECK(newest.at("clause") == "1c");
    CHECK(newest.at("from").get<std::string>().empty());
    CHECK(newest.at("to") == "fail");
    CHECK(newest.at("unit") == "Thành phố/Phường A/Phòng 1");
    CHECK(newest.at("title").at("vi") != newest.at("title").at("en"));
    CHECK(top.at("regressions").at(2).at("title").at("vi") == "an-old-rule");
    CHECK(hosts_of(office.get(office.overview(office.b)).at("regressions")) == std::vector<std::string>{"B-1"});

    for (int i = 0; i < 30; ++i) office.change(office.bad, "password-age", "pass", "fail", office.now - hours{i});
    CHECK(office.get("/api/v1/overview").at("regressions").size() == 20);
    Enrolments{office.database}.revoke_device(office.bad, office.now);
    CHECK(hosts_of(office.get("/api/v1/overview").at("regressions")) == std::vector<std::string>{"B-1"});
}

TEST_CASE("a unit manager's overview is of the own units alone") {
    City office;
    office.day("2026-11-15", office.a, 1, 1, 0, 0);
    office.day("2026-11-15", office.b, 0, 4, 0, 0);
    office.change(office.quiet, "password-age", "pass", "fail", office.now);
    office.be("quan.ly.A", Role::unit_manager, office.a);
    const json own = office.get("/api/v1/overview");
    CHECK(own.at("unit_id") == office.a);
    CHECK(own.at("devices") == 2);
    CHECK(own.at("trend").at(0).at("devices") == 2);
    CHECK(own.at("regressions").empty());
    CHECK(own.at("heat").at(0).at("path") == "Phường A");
    CHECK(own == office.get(office.overview(office.a)));
    for (const std::int64_t foreign : {office.city, office.b, std::int64_t{999}})
        CHECK(error_of(office.call("GET", office.overview(foreign))) == "unit_unknown");
    CHECK(error_of(office.call("GET", "/api/v1/overview?unit=x")) == "bad_request");
}

TEST_CASE("the overview of an empty centre") {
    ViewsOffice office;
    const json top = office.get("/api/v1/overview");
    CHECK(top.at("devices") == 0);
    CHECK(top.at("compliant_share").is_null());
    CHECK(top.at("heat").size() == 1);
    CHECK(top.at("trend").size() == 1);
    office.unit_at("Phường khác");
    const json two = office.get("/api/v1/overview");
    CHECK(two.at("unit_id").is_null());
    CHECK(two.at("heat").size() == 2);
    CHECK(two.at("heat").at(0).at("cells").at("1a") == cell(0, 0, 0, 0));
}

// The tree of units by the API, enrolment tokens, and PCs that move and go; who may, and who does not see.
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using Paths = std::vector<std::string>;

namespace {

struct TreeOffice : ViewsOffice {
    Paths paths() {
        Paths all;
        const json list = get("/api/v1/units");
        for (const json& one : list.at("units")) all.push_back(one.at("path").get<std::string>());
        return all;
    }
    HttpResponse patch(std::int64_t id, const json& body) {
        return call("PATCH", "/api/v1/units/" + std::to_string(id), body);
    }
    HttpResponse merge(std::int64_t from, std::int64_t into) {
        return call("POST", "/api/v1/units/" + std::to_string(from) + "/merge", {{"into", into}});
    }
    HttpResponse import(const std::string& csv, bool preview) {
        return send_csv(std::string{"/api/v1/units/import?preview="} + (preview ? "true" : "false"), csv);
    }
};

}  // namespace

TEST_CASE("units are added, renamed and moved by the API") {
    TreeOffice office;
    const HttpResponse added = office.call("POST", "/api/v1/units", {{"name", "Phường Láng"}});
    REQUIRE(added.status == 201);
    const std::int64_t lang = body_of(added).at("id").get<std::int64_t>();
    CHECK(body_of(added).at("path") == "Phường Láng");
    const HttpResponse below = office.call("POST", "/api/v1/units", {{"name", "Tư pháp"}, {"parent_id", lang}});
    REQUIRE(below.status == 201);
    const std::int64_t room = body_of(below).at("id").get<std::int64_t>();
    CHECK(body_of(below).at("path") == "Phường Láng/Tư pháp");

    CHECK(body_of(office.patch(room, {{"name", "Hộ tịch"}, {"parent_id", office.unit}})).at("path") ==
          "Phường Bến Thành/Hộ tịch");
    const json changes = office.get("/api/v1/units/changes?unit=" + std::to_string(room)).at("changes");
    REQUIRE(changes.size() == 3);
    CHECK(changes.at(0).at("kind") == "moved");
    CHECK(changes.at(0).at("before") == "Phường Láng/Hộ tịch");
    CHECK(changes.at(0).at("after") == "Phường Bến Thành/Hộ tịch");
    CHECK(changes.at(0).at("actor") == "chi");
    CHECK(changes.at(1).at("before") == "Phường Láng/Tư pháp");
    CHECK(changes.at(2).at("before").is_null());
    CHECK(body_of(office.patch(room, {{"parent_id", nullptr}})).at("parent_id").is_null());
    CHECK(office.patch(room, {{"name", "Hộ tịch"}, {"parent_id", nullptr}}).status == 200);  // as it is
    CHECK(office.get("/api/v1/units/changes").at("total") == 6);

    // A name that is taken at one place alone does not stand in the way.
    office.call("POST", "/api/v1/units", {{"name", "Tư pháp"}});
    office.call("POST", "/api/v1/units", {{"name", "Hộ tịch"}, {"parent_id", lang}});
    CHECK(body_of(office.patch(room, {{"name", "Tư pháp"}, {"parent_id", lang}})).at("path") == "Phường Láng/Tư pháp");
}

TEST_CASE("what cannot be done with units is refused, and nothing has changed") {
    TreeOffice office;
    const std::int64_t a = office.unit_at("A");
    const std::int64_t room = office.unit_at("A/R");
    const Paths before = office.paths();
    for (const char* name : {"", "12", "a/b", "=1+1", " x", "x\n", "@SUM"}) {
        INFO(name);
        CHECK(error_of(office.call("POST", "/api/v1/units", {{"name", name}})) == "bad_request");
        CHECK(error_of(office.patch(a, {{"name", name}})) == "bad_request");
    }
    CHECK(error_of(office.call("POST", "/api/v1/units", {{"name", "A"}})) == "unit_conflict");
    CHECK(error_of(office.call("POST", "/api/v1/units", {{"parent_id", a}})) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/units", {{"name", "X"}, {"parent_id", 999}})) == "unit_unknown");
    CHECK(error_of(office.call("POST", "/api/v1/units", {{"name", "X"}, {"colour", 1}})) == "bad_request");
    CHECK(error_of(office.patch(a, {{"parent_id", room}})) == "unit_conflict");
    CHECK(error_of(office.patch(a, {{"parent_id", a}})) == "unit_conflict");
    CHECK(error_of(office.patch(a, {{"name", "B"}, {"parent_id", 999}})) == "unit_unknown");
    CHECK(error_of(office.patch(a, json::object())) == "bad_request");
    CHECK(error_of(office.patch(999, {{"name", "X"}})) == "unit_unknown");
    CHECK(error_of(office.call("PATCH", "/api/v1/units/x", {{"name", "X"}})) == "unit_unknown");
    CHECK(error_of(office.merge(a, a)) == "unit_conflict");
    CHECK(error_of(office.merge(a, room)) == "unit_conflict");
    CHECK(error_of(office.merge(a, 999)) == "unit_unknown");
    CHECK(office.paths() == before);

    std::string deep = "L1";
    for (int level = 2; level <= 50; ++level) deep += "/L" + std::to_string(level);
    const std::int64_t last = office.unit_at(deep);
    CHECK(office.get("/api/v1/devices?unit=" + std::to_string(last)).at("total") == 0);
    CHECK(error_of(office.call("POST", "/api/v1/units", {{"name", "L51"}, {"parent_id", last}})) == "bad_request");
    const std::int64_t above = Units{office.database}.find("L49").id;
    CHECK(error_of(office.patch(a, {{"parent_id", above}})) == "bad_request");  // its room would be the 51st
    CHECK(office.patch(room, {{"parent_id", above}}).status == 200);
}

TEST_CASE("a merged unit is gone and followed") {
    TreeOffice office;
    const std::int64_t a = office.unit_at("A");
    const std::string pc = office.reporting_pc("PC-1", a, passing(office.now));
    const HttpResponse merged = office.merge(a, office.unit);
    REQUIRE(merged.status == 200);
    CHECK(body_of(merged).at("units") == 1);
    CHECK(body_of(merged).at("devices") == 1);
    CHECK(body_of(merged).at("path") == "Phường Bến Thành");
    CHECK(office.paths() == Paths{"Phường Bến Thành"});
    CHECK(error_of(office.patch(a, {{"name", "X"}})) == "unit_unknown");
    CHECK(office.hosts("unit=" + std::to_string(a)) == Paths{"PC-1"});
    const json changes = office.get("/api/v1/units/changes?unit=" + std::to_string(office.unit)).at("changes");
    CHECK(changes.at(0).at("kind") == "merged");
    CHECK(changes.at(0).at("merged_into") == office.unit);
}

TEST_CASE("units come and go as CSV, with a preview and every wrong line named") {
    TreeOffice office;
    const std::string csv = "path,note\nPhường A/Phòng 1,x\nPhường Bến Thành,y\n";
    const json preview = body_of(office.import(csv, true));
    CHECK(preview == json{{"preview", true},
                          {"imported", false},
                          {"lines", 2},
                          {"added", {"Phường A", "Phường A/Phòng 1"}},
                          {"errors", json::array()}});
    CHECK(office.paths() == Paths{"Phường Bến Thành"});
    CHECK(body_of(office.import(csv, false)).at("imported") == true);
    CHECK(office.paths() == Paths{"Phường Bến Thành", "Phường A", "Phường A/Phòng 1"});
    CHECK(body_of(office.import(csv, false)).at("added").empty());

    const json wrong = body_of(office.import("path\nX\n=cmd|' /C calc'!A0\nY,Z\n12\n", false));
    CHECK(wrong.at("imported") == false);
    CHECK(wrong.at("added").empty());
    CHECK(wrong.at("lines") == 4);
    REQUIRE(wrong.at("errors").size() == 3);
    CHECK(wrong.at("errors").at(0).at("line") == 3);
    CHECK(wrong.at("errors").at(0).at("problem").at("vi") != wrong.at("errors").at(0).at("problem").at("en"));
    for (const char* broken : {"", "name\nX\n", "path\nPh\xFA\n", "path\n\"X\n", "\xFF\xFEp\0a"}) {
        INFO(broken);
        CHECK(body_of(office.import(broken, false)).at("errors").size() == 1);
    }
    CHECK(error_of(office.import(std::string((5u << 20) + 1, 'x'), true)) == "too_large");
    CHECK(office.paths().size() == 3);

    const HttpResponse out = office.call("GET", "/api/v1/units.csv");
    CHECK(out.headers.at("Content-Type") == "text/csv; charset=utf-8");
    CHECK(out.body == "\xEF\xBB\xBFpath,pcs\r\nPhường Bến Thành,0\r\nPhường A,0\r\nPhường A/Phòng 1,0\r\n");
}

TEST_CASE("an enrolment token is made with its command lines, enrols, and is revoked") {
    TreeOffice office;
    const json order{{"unit_id", office.unit}, {"uses", 3}, {"expires_hours", 48}};
    CHECK(body_of(office.call("POST", "/api/v1/enrolment-tokens", order)).at("install").is_null());
    Settings{office.database}.set(agents_url_setting, "https://centre.example:8443");
    Settings{office.database}.set(ca_sha256_setting, "ab12");
    const HttpResponse made = office.call("POST", "/api/v1/enrolment-tokens", order);
    REQUIRE(made.status == 201);
    const json token = body_of(made);
    const std::string secret = token.at("token").get<std::string>();
    CHECK(token.at("expires_at") == "2026-11-24T03:00:00Z");
    CHECK(token.at("state") == "valid");
    const std::string windows = token.at("install").at("windows").get<std::string>();
    CHECK(windows.starts_with("msiexec /i wardwatch-"));
    CHECK(windows.ends_with("-x64.msi /qn COLLECTOR_URL=https://centre.example:8443 CA_SHA256=ab12 ENROLL_TOKEN=" +
                            secret + " UNIT=\"Phường Bến Thành\""));
    CHECK(token.at("install").at("linux") ==
          "wardwatch enroll --url https://centre.example:8443 --ca-sha256 ab12 --token " + secret);
    CHECK(office.enrol(Pc{}, secret).status == 200);

    // A name that would end the command line's quotes is left out: it is a note only.
    const std::int64_t quotes = Units{office.database}.add("Phòng \"A\" ENROLL_TOKEN=x", std::nullopt, by_test);
    const json hostile = body_of(
        office.call("POST", "/api/v1/enrolment-tokens", {{"unit_id", quotes}, {"uses", 1}, {"expires_hours", 1}}));
    CHECK(hostile.at("install").at("windows").get<std::string>().find("UNIT") == std::string::npos);

    const json list = office.get("/api/v1/enrolment-tokens").at("tokens");
    REQUIRE(list.size() == 3);
    CHECK(list.dump().find(secret) == std::string::npos);
    CHECK(list.at(1).at("used") == 1);
    CHECK(list.at(1).at("unit") == "Phường Bến Thành");
    const std::string path = "/api/v1/enrolment-tokens/" + token.at("id").dump();
    CHECK(body_of(office.call("DELETE", path)).at("state") == "revoked");
    CHECK(office.call("DELETE", path).status == 200);
    CHECK(office.enrol(Pc{}, secret).status == 403);
    CHECK(error_of(office.call("DELETE", "/api/v1/enrolment-tokens/99")) == "token_unknown");
    for (const json& wrong :
         {json{{"unit_id", office.unit}}, json{{"unit_id", office.unit}, {"uses", 0}, {"expires_hours", 1}},
          json{{"unit_id", office.unit}, {"uses", 1}, {"expires_hours", 9000}},
          json{{"unit_id", "1"}, {"uses", 1}, {"expires_hours", 1}},
          json{{"unit_id", office.unit}, {"uses", 1}, {"expires_hours", 1}, {"x", 1}}})
        CHECK(error_of(office.call("POST", "/api/v1/enrolment-tokens", wrong)) == "bad_request");
    CHECK(error_of(office.call("POST", "/api/v1/enrolment-tokens",
                               {{"unit_id", 99}, {"uses", 1}, {"expires_hours", 1}})) == "unit_unknown");
    for (const std::string& line : office.log) CHECK(line.find(secret) == std::string::npos);
}

TEST_CASE("PCs are moved all or none, and revoked with a reason") {
    TreeOffice office;
    const std::int64_t a = office.unit_at("A");
    const std::string first = office.add_pc("PC-1", office.unit);
    const std::string second = office.add_pc("PC-2", office.unit);
    CHECK(error_of(office.call("POST", "/api/v1/devices/move", {{"devices", {first, "none"}}, {"unit_id", a}})) ==
          "device_unknown");
    CHECK(Devices{office.database}.find(first)->unit_id == office.unit);
    CHECK(error_of(office.call("POST", "/api/v1/devices/move", {{"devices", {first}}, {"unit_id", 99}})) ==
          "unit_unknown");
    for (const json& wrong : {json{{"devices", json::array()}, {"unit_id", a}}, json{{"devices", {1}}, {"unit_id", a}},
                              json{{"devices", {first}}}, json{{"devices", {first}}, {"unit_id", a}, {"x", 1}}})
        CHECK(error_of(office.call("POST", "/api/v1/devices/move", wrong)) == "bad_request");
    const HttpResponse moved =
        office.call("POST", "/api/v1/devices/move", {{"devices", {first, second, first}}, {"unit_id", a}});
    CHECK(body_of(moved) == json{{"moved", 2}, {"unit_id", a}, {"unit", "A"}});
    CHECK(office.get("/api/v1/devices/" + first).at("moves").at(0).at("actor") == "chi");

    const std::string revoke = "/api/v1/devices/" + first + "/revoke";
    CHECK(error_of(office.call("POST", revoke, json::object())) == "bad_request");
    CHECK(error_of(office.call("POST", revoke, {{"reason", ""}})) == "bad_request");
    CHECK(body_of(office.call("POST", revoke, {{"reason", "Máy thanh lý"}})).at("revoked") == true);
    CHECK(Devices{office.database}.find(first)->revoked_at);
    CHECK(office.call("POST", revoke, {{"reason", "lần nữa"}}).status == 200);
    CHECK(error_of(office.call("POST", "/api/v1/devices/none/revoke", {{"reason", "x"}})) == "device_unknown");
}

TEST_CASE("only administrators change units, tokens and PCs") {
    TreeOffice office;
    const std::string id = std::to_string(office.unit);
    const std::string pc = office.add_pc("PC-1", office.unit);
    const std::vector<std::pair<std::string, std::string>> operations{{"POST", "/api/v1/units"},
                                                                      {"PATCH", "/api/v1/units/" + id},
                                                                      {"POST", "/api/v1/units/" + id + "/merge"},
                                                                      {"POST", "/api/v1/units/import"},
                                                                      {"POST", "/api/v1/devices/move"},
                                                                      {"POST", "/api/v1/devices/" + pc + "/revoke"},
                                                                      {"GET", "/api/v1/enrolment-tokens"},
                                                                      {"POST", "/api/v1/enrolment-tokens"},
                                                                      {"DELETE", "/api/v1/enrolment-tokens/1"}};
    for (const Role role : {Role::operator_, Role::auditor, Role::unit_manager}) {
        office.be(std::string{name_of(role)}, role, office.unit);
        for (const auto& [method, path] : operations) {
            INFO(name_of(role) << " " << method << " " << path);
            const bool brings_a_body = method == "POST" || method == "PATCH";
            CHECK(error_of(office.call(method, path, brings_a_body ? json::object() : json())) == "not_allowed");
        }
    }
}

TEST_CASE("a unit manager's history and CSV are of the own units, and paths begin there") {
    TreeOffice office;
    const std::int64_t ward = office.unit_at("Quận 1/Phường A");
    const std::int64_t room = office.unit_at("Quận 1/Phường A/Phòng 1");
    office.unit_at("Quận 1/Phường B/Phòng 9");
    const std::int64_t city = office.unit_at("Thành phố");
    office.patch(room, {{"name", "Phòng 2"}});
    office.patch(ward, {{"parent_id", city}});
    office.patch(room, {{"name", "Phòng 3"}});
    office.merge(Units{office.database}.find("Phòng 9").id, room);
    office.be("quan.ly", Role::unit_manager, ward);
    CHECK(office.paths() == Paths{"Phường A", "Phường A/Phòng 3"});
    CHECK(office.call("GET", "/api/v1/units.csv").body ==
          "\xEF\xBB\xBFpath,pcs\r\nPhường A,0\r\nPhường A/Phòng 3,0\r\n");
    const json changes = office.get("/api/v1/units/changes");
    Paths seen;
    for (const json& change : changes.at("changes"))
        seen.push_back(change.at("kind").get<std::string>() + " " +
                       (change.at("before").is_null() ? "" : change.at("before").get<std::string>()) + " > " +
                       change.at("after").get<std::string>());
    CHECK(seen == Paths{"merged Phòng 9 > Phường A/Phòng 3", "renamed Phường A/Phòng 2 > Phường A/Phòng 3",
                        "moved Phường A > Phường A", "renamed Phòng 1 > Phòng 2", "added  > Phòng 9",
                        "added  > Phòng 1", "added  > Phường A"});
    for (const char* hidden : {"Quận 1", "Thành phố", "Phường B"})
        CHECK(changes.dump().find(hidden) == std::string::npos);
}

// The list of PCs as the page asks for it: filters, search, order, pages; and what a scoped person is not shown.
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/views/device_filter.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using Names = std::vector<std::string>;

namespace {

/// Three PCs in one ward, one in another.
struct Wards : ViewsOffice {
    std::int64_t city = unit_at("Thành phố");
    std::int64_t dong_da = unit_at("Thành phố/Phường Đống Đa");
    std::int64_t justice = unit_at("Thành phố/Phường Đống Đa/Tư pháp");
    std::int64_t other = unit_at("Thành phố/Phường Láng");
    std::string good = reporting_pc("PC-1", dong_da, passing(now));
    std::string old = reporting_pc("PC-2", justice, with_old_password(now));
    std::string saved = reporting_pc("PC-3", justice, with_profile(with_old_password(now), "bình.lê", 3, 1));
    std::string silent = reporting_pc("PC-4", other, with_profile(passing(now), "hoà.đỗ", 2, 0));

    Wards() {
        const std::int64_t elsewhere = unit_at("Sở Y tế");
        add_pc("PC-5", elsewhere, "0.10.0");
    }
};

}  // namespace

TEST_CASE("text is folded for search as Vietnamese people type it") {
    CHECK(folded("PC-01") == "pc-01");
    CHECK(folded("Phường Đống Đa") == "phuong dong da");
    CHECK(folded("Ủy ban Nhân dân Quận Bình Thạnh") == "uy ban nhan dan quan binh thanh");
    // The same in NFD, as macOS and some keyboards write it.
    CHECK(folded("Phu\xCC\x9Bo\xCC\x9B\xCC\x80ng \xC4\x90o\xCC\x82\xCC\x81ng") == "phuong dong");
    CHECK(folded("\xFF"
                 "a") ==
          "\xEF\xBF\xBD"
          "a");
    CHECK(folded("").empty());
}

TEST_CASE("the list is filtered by how PCs stand") {
    Wards office;
    CHECK(office.hosts("") == Names{"PC-1", "PC-2", "PC-3", "PC-4", "PC-5"});
    CHECK(office.hosts("clause=1a&verdict=fail") == Names{"PC-2", "PC-3"});
    CHECK(office.hosts("clause=1c&verdict=fail") == Names{"PC-3", "PC-4"});
    CHECK(office.hosts("clause=1c&verdict=pass") == Names{"PC-1", "PC-2"});
    CHECK(office.hosts("clause=1c&verdict=unknown") == Names{"PC-5"});  // it has not reported
    CHECK(office.hosts("rule=saved-official&verdict=fail") == Names{"PC-3"});
    CHECK(office.hosts("rule=saved-official&clause=1c&verdict=fail") == Names{"PC-3"});
    CHECK(office.hosts("rule=saved-official&clause=1a&verdict=fail").empty());
    CHECK(office.hosts("rule=none&verdict=fail").empty());
    CHECK(office.hosts("clause=9z").empty());
    CHECK(office.hosts("verdict=fail") == Names{"PC-2", "PC-3", "PC-4"});
    CHECK(office.hosts("verdict=pass") == Names{"PC-1"});
    CHECK(office.hosts("status=fail") == Names{"PC-2", "PC-3", "PC-4"});
    CHECK(office.hosts("status=unknown") == Names{"PC-5"});
    CHECK(office.hosts("grave=true") == Names{"PC-3"});
    CHECK(office.hosts("version=0.10.0") == Names{"PC-5"});
    CHECK(office.hosts("unit=" + std::to_string(office.dong_da)) == Names{"PC-1", "PC-2", "PC-3"});
    CHECK(office.hosts("unit=99999").empty());

    office.wait(days{8});
    office.report(office.good, passing(office.now));
    CHECK(office.hosts("status=silent") == Names{"PC-2", "PC-3", "PC-4", "PC-5"});
    CHECK(office.hosts("status=silent&clause=1a&verdict=fail") == Names{"PC-2", "PC-3"});
    CHECK(office.get("/api/v1/devices").at("versions") == json({"0.10.0", "0.1.0"}));
    for (const char* wrong :
         {"verdict=bad", "status=waived", "sort=size", "order=up", "grave=1", "unit=x", "unit=-1", "limit=0",
          "limit=1001", "offset=-1", "limit=x", "include=all", "unit=99999999999999999999"}) {
        INFO(wrong);
        CHECK(error_of(office.call("GET", std::string{"/api/v1/devices?"} + wrong)) == "bad_request");
    }
    CHECK(error_of(office.call("GET", "/api/v1/devices?q=" + std::string(201, 'x'))) == "bad_request");
}

TEST_CASE("a waived failure is neither failed nor passed, and revoked PCs have no verdicts") {
    Wards office;
    office.waive(office.old, "password-age");
    CHECK(office.hosts("clause=1a&verdict=fail") == Names{"PC-3"});
    CHECK(office.hosts("clause=1a&verdict=waived") == Names{"PC-2"});
    CHECK(office.hosts("clause=1a&verdict=pass") == Names{"PC-1", "PC-4"});
    CHECK(office.hosts("verdict=waived") == Names{"PC-2"});
    CHECK(office.get("/api/v1/devices?q=pc-2").at("devices").at(0).at("waived") == 1);

    Enrolments{office.database}.revoke_device(office.saved, office.now);
    CHECK(office.hosts("verdict=fail") == Names{"PC-4"});
    CHECK(office.hosts("verdict=fail&include=revoked") == Names{"PC-3", "PC-4"});
    CHECK(office.hosts("unit=" + std::to_string(office.justice)) == Names{"PC-2", "PC-3"});
    CHECK(office.hosts("own=true&unit=" + std::to_string(office.dong_da)) == Names{"PC-1"});
    CHECK(error_of(office.call("GET", "/api/v1/devices?own=true")) == "bad_request");
    CHECK(office.hosts("include=active&unit=" + std::to_string(office.justice)) == Names{"PC-2"});
}

TEST_CASE("the search knows host names, units and accounts, without case and diacritics") {
    Wards office;
    CHECK(office.hosts("q=pc-3") == Names{"PC-3"});
    CHECK(office.hosts("q=DONG%20da") == Names{"PC-1", "PC-2", "PC-3"});
    CHECK(office.hosts("q=tu%20phap") == Names{"PC-2", "PC-3"});
    CHECK(office.hosts("q=%C4%90%E1%BB%91ng") == Names{"PC-1", "PC-2", "PC-3"});
    CHECK(office.hosts("q=dong%20binh.le") == Names{"PC-3"});
    CHECK(office.hosts("q=HOA.DO") == Names{"PC-4"});
    CHECK(office.hosts("q=an.nguyen") == Names{"PC-1", "PC-2", "PC-3", "PC-4"});
    CHECK(office.hosts("q=bkav").empty());  // an antivirus is no account
    for (const char* nothing : {"q=%25", "q=_", "q='%20OR%201=1", "q=%00", "q=zzz"})
        CHECK(office.hosts(nothing).empty());
    CHECK(office.hosts("q=%20%20").size() == 5);
    // As forms write a space.
    CHECK(office.hosts("q=dong+da") == Names{"PC-1", "PC-2", "PC-3"});
    CHECK(office.hosts("q=%C4%90%E1%BB%91ng+b%C3%ACnh.l%C3%AA") == Names{"PC-3"});
    CHECK(office.hosts("q=dong%2Bda").empty());
    std::string unfolding = "/api/v1/devices?q=";  // of this letter Unicode makes four words
    for (int i = 0; i < 66; ++i) unfolding += "%EF%B7%BA";
    CHECK(error_of(office.call("GET", unfolding)) == "bad_request");
    CHECK(office.hosts("q=an.nguyen&clause=1a&verdict=fail&unit=" + std::to_string(office.city)) ==
          Names{"PC-2", "PC-3"});
}

TEST_CASE("the list is sorted and comes in pages") {
    Wards office;
    const json page = office.get("/api/v1/devices?sort=failed&order=desc&limit=2&offset=1");
    CHECK(page.at("total") == 5);
    CHECK(page.at("offset") == 1);
    CHECK(page.at("limit") == 2);
    REQUIRE(page.at("devices").size() == 2);
    CHECK(office.hosts("sort=failed&order=desc") == Names{"PC-3", "PC-2", "PC-4", "PC-1", "PC-5"});
    CHECK(office.hosts("sort=status") == Names{"PC-2", "PC-3", "PC-4", "PC-5", "PC-1"});
    CHECK(office.hosts("sort=unit&order=desc") == Names{"PC-5", "PC-4", "PC-2", "PC-3", "PC-1"});
    CHECK(office.hosts("sort=host_name&order=desc&limit=1") == Names{"PC-5"});
    CHECK(office.hosts("sort=last_report_at&limit=1") == Names{"PC-5"});
    CHECK(office.hosts("sort=agent_version&order=desc&limit=1") == Names{"PC-5"});
    CHECK(office.hosts("offset=4&limit=1000") == Names{"PC-5"});
    CHECK(office.hosts("offset=5").empty());
    CHECK(office.get("/api/v1/devices?offset=99999").at("total") == 5);
}

TEST_CASE("a unit manager's list, paths and search end at the own unit") {
    Wards office;
    office.be("quan.ly", Role::unit_manager, office.dong_da);
    const json list = office.get("/api/v1/devices");
    CHECK(list.at("total") == 3);
    CHECK(list.at("versions") == json({"0.1.0"}));
    CHECK(list.at("devices").at(1).at("unit") == "Phường Đống Đa/Tư pháp");
    CHECK(office.hosts("q=thanh%20pho").empty());
    CHECK(office.hosts("unit=" + std::to_string(office.city)).empty());
    CHECK(office.hosts("unit=" + std::to_string(office.other)).empty());
    CHECK(office.hosts("q=hoa.do").empty());
    const json units = office.get("/api/v1/units").at("units");
    REQUIRE(units.size() == 2);
    CHECK(units.at(0).at("parent_id").is_null());
    CHECK(units.at(0).at("path") == "Phường Đống Đa");
    CHECK(units.at(1).at("path") == "Phường Đống Đa/Tư pháp");
    CHECK(units.at(0).at("devices") == 3);
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"filter", json::object()}})) == "not_allowed");
}

TEST_CASE("a scan is asked for by the list's filter, within the scope") {
    Wards office;
    const json filter{{"clause", "1a"}, {"verdict", "fail"}, {"unit", office.city},
                      {"q", "pc"},      {"grave", false},    {"own", false}};
    const HttpResponse asked = office.call("POST", "/api/v1/scans", {{"filter", filter}});
    REQUIRE(asked.status == 201);
    CHECK(body_of(asked).at("total") == 2);
    CHECK(office.rung == Names{office.old, office.saved});
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"filter", {{"q", "nobody"}}}})) == "no_device");
    for (const json& body :
         {json{{"filter", {{"size", 1}}}}, json{{"filter", 1}}, json{{"filter", json::object()}, {"all", true}},
          json{{"filter", {{"unit", "x"}}}}, json{{"filter", {{"verdict", "x"}}}}}) {
        INFO(body.dump());
        CHECK(error_of(office.call("POST", "/api/v1/scans", body)) == "bad_request");
    }
    office.be("van.hanh", Role::operator_, office.other);
    const HttpResponse own = office.call("POST", "/api/v1/scans", {{"filter", json::object()}});
    REQUIRE(own.status == 201);
    CHECK(office.rung == Names{office.silent});
    const json scans = office.get("/api/v1/scans").at("scans");
    REQUIRE(scans.size() == 1);
    CHECK(scans.at(0).at("batch_id") == body_of(own).at("batch_id"));
    CHECK(scans.at(0).at("total") == 1);
    CHECK(scans.at(0).at("waiting") == 1);
    CHECK_FALSE(scans.at(0).contains("devices"));

    office.be("chi", Role::administrator);
    office.now += std::chrono::minutes{1};
    REQUIRE(office.call("POST", "/api/v1/scans", {{"all", true}}).status == 201);
    const json all = office.get("/api/v1/scans").at("scans");
    REQUIRE(all.size() == 3);
    CHECK(all.at(0).at("total") == 5);
    CHECK(all.at(0).at("finished") == false);
    CHECK(all.at(1).at("offline").get<int>() == all.at(1).at("total").get<int>());
}

TEST_CASE("an empty centre has empty lists") {
    ViewsOffice office;
    CHECK(office.get("/api/v1/devices") ==
          json{{"devices", json::array()}, {"versions", json::array()}, {"total", 0}, {"offset", 0}, {"limit", 100}});
    CHECK(office.get("/api/v1/devices?q=x&clause=1a&verdict=fail").at("total") == 0);
    CHECK(office.get("/api/v1/scans").at("scans").empty());
}

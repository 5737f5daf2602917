// The register of web accounts: lists as administrators send them, broken ones too; what is judged of them; who sees
// which; and the way of an account back.
#include "reporting/central/api/roles.h"
#include "reporting/central/formats/import_table.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/office_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;

namespace {

struct Register : OfficeApi {
    std::int64_t room = Units{database}.add("Văn phòng", unit, by_test);
    std::int64_t foreign = Units{database}.add("Phường Sài Gòn", std::nullopt, by_test);
    std::int64_t system = 0;

    Register() {
        be("an", Role::administrator);
        const HttpResponse added =
            post_json("/api/v1/web-systems", {{"name", "Một cửa"}, {"host", "motcua.hanoi.gov.vn"}});
        REQUIRE(added.status == 201);
        system = body_of(added).at("id").get<std::int64_t>();
    }
    std::string import_path(bool preview = false) const {
        return "/api/v1/web-systems/" + std::to_string(system) + "/import" + (preview ? "?preview=true" : "");
    }
    json import(const std::string& csv, bool preview = false) {
        const HttpResponse answer = post_csv(import_path(preview), csv);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return body_of(answer);
    }
    json account(const std::string& name, const std::string& more = "") {
        const json list = get_json("/api/v1/web-accounts?q=" + name + more).at("accounts");
        return list.size() == 1 ? list.at(0) : json();
    }
    /// The first error of a list.
    json error(const std::string& csv) {
        const json answer = import(csv);
        CHECK(answer.at("stored") == false);
        CHECK(get_json("/api/v1/web-accounts").at("total") == 0);
        return answer.at("errors").at(0);
    }
    std::vector<std::string> accounts(const std::string& query) {
        std::vector<std::string> names;
        for (const json answer = get_json("/api/v1/web-accounts" + query); const json& one : answer.at("accounts"))
            names.push_back(one.at("account").get<std::string>());
        return names;
    }
};

const std::string list =
    "Tài khoản;Người dùng;Đơn vị;Ngày đổi mật khẩu;Đăng nhập lần cuối;Trạng thái\r\n"
    "an.nguyen;Nguyễn Văn An;Phường Bến Thành;01/11/2026;21/11/2026 08:15;Hoạt động\r\n"
    "binh.le;Lê Thị Bình;Phường Bến Thành / Văn phòng;2026-07-01;2026-11-20T01:00:00Z;Đang hoạt động\r\n"
    "cuong.do;Đỗ Mạnh Cường;phuong sai gon;chưa đổi;chưa đăng nhập;\r\n"
    "dung.vu;Vũ Dũng;Phường Sài Gòn;;;active\r\n"
    "em.ho;Hồ Em;Phường Sài Gòn;01/01/2025;01/01/2025;Khóa\r\n";

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("days are read as people and systems write them") {
    for (const char* text :
         {"22/11/2026", " 22/11/2026 ", "22-11-2026", "22.11.2026", "2026-11-22", "2026/11/22", "22/11/2026 08:15",
          "08:15:30 22/11/2026", "22/11/2026 08:15 SA", "2026-11-22T08:15:30.123Z", "2026-11-21T17:00:00Z",
          "2026-11-21 23:59:59+00:00", "2026-11-22T20:00:00+07:00"}) {
        INFO(text);
        CHECK(imported_day(text).kind == ImportedDay::day);
        CHECK(imported_day(text).day_text == "2026-11-22");
    }
    CHECK(imported_day("1/2/2026").day_text == "2026-02-01");
    for (const char* text : {"", " ", "-", "N/A", "Không rõ"}) CHECK(imported_day(text).kind == ImportedDay::unknown);
    for (const char* text : {"chưa", "Chưa đổi", "never", "CHƯA ĐĂNG NHẬP"})
        CHECK(imported_day(text).kind == ImportedDay::never);
    for (const char* text : {"11/22/2026", "31/02/2026", "01/01/1970", "0001-01-01", "22/11/26", "22/11", "46348",
                             "hôm qua", "22/11/2026 x", "=1"}) {
        INFO(text);
        CHECK(imported_day(text).kind == ImportedDay::mistake);
    }
}

TEST_CASE("a system's list is previewed, imported and judged by the policy's days") {
    Register office;
    const json preview = office.import(list, true);
    CHECK(preview.at("stored") == false);
    CHECK(preview.at("added") == 5);
    CHECK(office.get_json("/api/v1/web-accounts").at("total") == 0);

    const json done = office.import(list);
    CHECK(done.at("stored") == true);
    CHECK(done.at("lines") == 5);
    CHECK(office.accounts("") == Names{"an.nguyen", "binh.le", "cuong.do", "dung.vu", "em.ho"});
    CHECK(office.account("an.nguyen").at("problems").empty());
    CHECK(office.account("an.nguyen").at("last_login_on") == "2026-11-21");
    CHECK(office.account("binh.le").at("problems") == json{"overdue"});
    CHECK(office.account("binh.le").at("unit") == "Phường Bến Thành/Văn phòng");
    CHECK(office.account("cuong.do").at("problems") == json{"never_changed", "unused"});
    CHECK(office.account("dung.vu").at("problems") == json{"unknown_date"});
    CHECK(office.account("em.ho").at("problems").empty());
    CHECK(office.account("em.ho").at("status") == "disabled");

    const json page = office.get_json("/api/v1/web-accounts");
    CHECK(page.at("counts") == json{{"accounts", 5},
                                    {"disabled", 1},
                                    {"overdue", 1},
                                    {"never_changed", 1},
                                    {"unused", 1},
                                    {"unknown_date", 1},
                                    {"requested", 0},
                                    {"handed_back", 0}});
    CHECK(page.at("units").size() == 3);
    CHECK(office.accounts("?problem=overdue") == Names{"binh.le"});
    CHECK(office.accounts("?problem=unused") == Names{"cuong.do"});
    CHECK(office.accounts("?problem=never_changed") == Names{"cuong.do"});
    CHECK(office.accounts("?problem=unknown_date") == Names{"dung.vu"});
    CHECK(office.accounts("?q=do%20manh") == Names{"cuong.do"});
    CHECK(office.accounts("?q=%C4%90%E1%BB%97") == Names{"cuong.do"});
    CHECK(office.accounts("?unit=" + std::to_string(office.unit)) == Names{"an.nguyen", "binh.le"});
    CHECK(office.accounts("?offset=1&limit=2") == Names{"binh.le", "cuong.do"});
    CHECK(office.get("/api/v1/web-accounts?problem=late").status == 400);

    // Exactly on the limit is in time; a day more is not.
    office.import("account,unit,password_changed\nx,Phường Sài Gòn,24/08/2026\ny,Phường Sài Gòn,23/08/2026\n");
    CHECK(office.account("x").at("problems") == json{"unknown_date"});
    CHECK(office.account("y").at("problems") == json{"overdue", "unknown_date"});
    // The system's own days win.
    CHECK(office
              .post_json("/api/v1/web-systems/" + std::to_string(office.system), {{"max_password_age_days", 180}},
                         "PATCH")
              .status == 200);
    CHECK(office.account("y").at("problems") == json{"unknown_date"});
}

TEST_CASE("columns stand in any order, in both languages, with any separator and encoding") {
    Register office;
    CHECK(office.import("status,last_login,unit,account\nactive,22/11/2026,Phường Sài Gòn,a\n").at("added") == 1);
    CHECK(
        office.import("\xEF\xBB\xBF\"Đơn vị\"\tGhi chú\tTên đăng nhập\r\n\"Phường Sài Gòn\"\tx\tA\r\n").at("changed") ==
        1);
    CHECK(office.account("A").at("account") == "A");
    // The same list again changes nothing.
    CHECK(office.import("account,unit\nA,Phường Sài Gòn\n").at("unchanged") == 1);
    // Who has no unit belongs to the system's.
    CHECK(office
              .post_json("/api/v1/web-systems/" + std::to_string(office.system), {{"owner_unit_id", office.room}},
                         "PATCH")
              .status == 200);
    CHECK(office.import("account\nA\n").at("changed") == 1);
    CHECK(office.account("A").at("unit_id") == office.room);
}

TEST_CASE("broken lists are refused with line, column and what to write, and nothing is stored") {
    Register office;
    json error = office.error("");
    CHECK(error.at("problem").at("vi") == "tệp trống");
    error = office.error("Tài khoản;Đơn vị\r\n");
    CHECK(error.at("problem").at("en").get<std::string>().find("heading only") != std::string::npos);
    error = office.error("Người dùng;Đơn vị\nx;y\n");
    CHECK(error.at("column") == "Tài khoản");
    error = office.error("Tài khoản;account;Đơn vị\nx;y;z\n");
    CHECK(error.at("column") == "account");
    error = office.error("Tài khoản;Đơn vị\na;Phường Sài Gòn\nb;Phường X\n");
    CHECK(error.at("line") == 3);
    CHECK(error.at("column") == "Đơn vị");
    CHECK(error.at("problem").at("vi").get<std::string>().find("\"Phường X\"") != std::string::npos);
    error = office.error("Tài khoản;Đơn vị\na;Phường Sài Gòn\nA;Phường Sài Gòn\n");
    CHECK(error.at("line") == 3);
    CHECK(error.at("problem").at("en").get<std::string>().find("line 2") != std::string::npos);
    error = office.error("Tài khoản;Đơn vị\na;\n");
    CHECK(error.at("column") == "Đơn vị");
    error = office.error("Tài khoản;Đơn vị;Ngày đổi mật khẩu\na;Phường Sài Gòn;11/22/2026\n");
    CHECK(error.at("column") == "Ngày đổi mật khẩu");
    CHECK(error.at("problem").at("en").get<std::string>().find("day/month/year") != std::string::npos);
    error = office.error("account;unit;last_login\na;Phường Sài Gòn;24/11/2026\n");
    CHECK(error.at("problem").at("en").get<std::string>().find("future") != std::string::npos);
    error = office.error("account;unit;status\na;Phường Sài Gòn;lạ\n");
    CHECK(error.at("column") == "status");
    error = office.error("account;unit\na;\"Phường Sài Gòn\nb;x\n");
    CHECK(error.at("line") == 2);
    CHECK(error.at("problem").at("en").get<std::string>().find("never closed") != std::string::npos);
    error = office.error("account;unit\na;Phường Sài Gòn;x\n");
    CHECK(error.at("problem").at("en").get<std::string>().find("3 cells") != std::string::npos);
    error = office.error("account;unit\n\"a\nb\";Phường Sài Gòn\n");
    CHECK(error.at("column") == "account");
    // "Đơn vị" in Windows-1258
    error = office.error("account;\xD0\xF5n v\xF2\na;b\n");
    CHECK(error.at("line") == 1);
    CHECK(error.at("problem").at("vi").get<std::string>().find("CSV UTF-8") != std::string::npos);
    // All errors are told at once.
    CHECK(office.import("account;unit\n;Phường X\nb;Phường Y\n").at("errors_total") == 3);

    CHECK(office.send("POST", office.import_path(), list, "application/json").status == 415);
    CHECK(office.post_csv(office.import_path(), std::string(import_limit + 1, 'a')).status == 413);
    CHECK(office.post_csv("/api/v1/web-systems/99/import", list).status == 404);
    CHECK(error_of(office.post_json("/api/v1/web-systems", {{"name", std::string(70'000, 'a')}})) == "bad_json");
}

TEST_CASE("wards whose names differ by a diacritic alone are told apart") {
    Register office;
    const std::int64_t first = Units{office.database}.add("Tân Định", std::nullopt, by_test);
    const std::int64_t second = Units{office.database}.add("Tấn Định", std::nullopt, by_test);
    office.import("account;unit\na;Tân Định\nb;Tấn Định\n");
    CHECK(office.account("a").at("unit_id") == first);
    CHECK(office.account("b").at("unit_id") == second);
    CHECK(office.import("account;unit\na;tan dinh\n").at("errors_total") == 1);
}

TEST_CASE("cells that begin like formulas are kept, and leave the centre harmless") {
    Register office;
    office.import("account;owner;unit\n=cmd|' /C calc'!A0;@SUM(A1);Phường Sài Gòn\n");
    CHECK(office.account("cmd").at("account") == "=cmd|' /C calc'!A0");
    const HttpResponse csv = office.get("/api/v1/web-accounts.csv");
    CHECK(csv.headers.at("Content-Type") == "text/csv; charset=utf-8");
    CHECK(csv.body.starts_with("\xEF\xBB\xBFHệ thống,Tài khoản"));
    CHECK(csv.body.find(",'=cmd|") != std::string::npos);
    CHECK(csv.body.find(",'@SUM(A1),") != std::string::npos);
    // What was exported comes back as it was.
    CHECK(office.import("account;owner;unit\n'=cmd|' /C calc'!A0;'@SUM(A1);Phường Sài Gòn\n").at("unchanged") == 1);
}

TEST_CASE("an account is handed back: asked for, handed over, and revoked when the next list does not have it") {
    Register office;
    office.import(list);
    const auto set = [&](const std::string& name, const json& body) {
        return office.post_json("/api/v1/web-accounts/" + std::to_string(office.account(name).at("id").get<int>()),
                                body, "PATCH");
    };
    const HttpResponse asked = set("cuong.do", {{"revocation", "requested"}, {"note", "chuyển công tác"}});
    REQUIRE(asked.status == 200);
    CHECK(body_of(asked).at("revocation") ==
          json{{"state", "requested"}, {"by", "an"}, {"at", "2026-11-22T03:00:00Z"}, {"note", "chuyển công tác"}});
    CHECK(set("dung.vu", {{"revocation", "requested"}}).status == 200);
    CHECK(set("dung.vu", {{"revocation", "handed_back"}}).status == 200);
    CHECK(error_of(set("binh.le", {{"revocation", "kept"}})) == "bad_request");
    CHECK(set("binh.le", {{"revocation", "kept"}, {"note", "dùng chung"}}).status == 200);
    CHECK(error_of(set("binh.le", {{"revocation", "lost"}})) == "bad_request");
    CHECK(office.accounts("?revocation=requested") == Names{"cuong.do"});
    CHECK(office.get("/api/v1/web-accounts.csv?revocation=requested").body.find("đề nghị thu hồi,an,22/11/2026") !=
          std::string::npos);

    const json done = office.import("account;unit\nan.nguyen;Phường Bến Thành\n");
    CHECK(done.at("gone") == 4);
    CHECK(done.at("gone_names") == json{"binh.le", "cuong.do", "dung.vu", "em.ho"});
    CHECK(office.accounts("") == Names{"an.nguyen"});
    CHECK(office.accounts("?revocation=revoked") == Names{"cuong.do", "dung.vu"});
    CHECK(office.account("dung.vu", "&revocation=revoked").at("status") == "gone");
    // Back again, it begins anew.
    CHECK(office.import(list).at("added") == 4);
    CHECK(office.account("cuong.do").at("revocation").at("state") == "none");
    CHECK(office.accounts("?revocation=revoked").empty());
}

TEST_CASE("a page of accounts goes from one system to the next, in the order of their names") {
    Register office;
    office.import(list);
    const std::string first = std::to_string(office.system);
    office.system = body_of(office.post_json("/api/v1/web-systems", {{"name", "Bản đồ"}, {"host", "x"}})).at("id");
    office.import(
        "account;unit;password_changed;last_login\r\nZ.one;Phường Sài Gòn;never;never\r\n"
        "a.two;Phường Sài Gòn;01/11/2026;21/11/2026\r\n");
    CHECK(office.accounts("") == Names{"a.two", "Z.one", "an.nguyen", "binh.le", "cuong.do", "dung.vu", "em.ho"});
    CHECK(office.accounts("?offset=1&limit=2") == Names{"Z.one", "an.nguyen"});
    CHECK(office.accounts("?offset=2&limit=2") == Names{"an.nguyen", "binh.le"});
    CHECK(office.accounts("?offset=6&limit=9") == Names{"em.ho"});
    CHECK(office.accounts("?offset=7").empty());
    CHECK(office.accounts("?problem=never_changed") == Names{"Z.one", "cuong.do"});
    CHECK(office.accounts("?problem=never_changed&offset=1&limit=1") == Names{"cuong.do"});
    CHECK(office.accounts("?q=nguyen&limit=5") == Names{"an.nguyen"});
    CHECK(office.accounts("?system=" + first + "&limit=1") == Names{"an.nguyen"});
    CHECK(office.get_json("/api/v1/web-accounts?limit=1").at("total") == 7);
    CHECK(office.get_json("/api/v1/web-accounts?limit=1").at("counts").at("never_changed") == 2);
}

TEST_CASE("who has a part of the tree sees its accounts alone, and changes need an administrator") {
    Register office;
    office.import(list);
    const std::int64_t own = office.account("an.nguyen").at("id").get<std::int64_t>();
    const std::string foreign =
        "/api/v1/web-accounts/" + std::to_string(office.account("cuong.do").at("id").get<int>());
    office.be("manager", Role::unit_manager, office.unit);
    CHECK(office.accounts("") == Names{"an.nguyen", "binh.le"});
    CHECK(office.accounts("?unit=" + std::to_string(office.foreign)).empty());
    CHECK(office.get_json("/api/v1/web-accounts").at("counts").at("accounts") == 2);
    CHECK(office.get_json("/api/v1/web-systems").at("systems").at(0).at("counts").at("accounts") == 2);
    CHECK(office.get("/api/v1/web-accounts.csv").body.find("cuong.do") == std::string::npos);
    for (const Role role : {Role::unit_manager, Role::operator_, Role::auditor}) {
        office.be("as." + std::string{name_of(role)}, role,
                  role == Role::unit_manager ? std::optional{office.unit} : std::nullopt);
        CHECK(office.post_csv(office.import_path(true), list).status == 403);
        CHECK(
            office.post_json("/api/v1/web-accounts/" + std::to_string(own), {{"revocation", "none"}}, "PATCH").status ==
            403);
        CHECK(office.post_json("/api/v1/web-systems", {{"name", "x"}}).status == 403);
        CHECK(office.send("DELETE", "/api/v1/web-systems/1", "", "").status == 403);
    }
    office.be("stranger", Role::unit_manager, Units{office.database}.add("Phường C", std::nullopt, by_test));
    CHECK(office.accounts("").empty());
    CHECK(office.get_json("/api/v1/web-systems").at("systems").empty());
    office.be("an", Role::administrator);
    CHECK(office.post_json(foreign, {{"revocation", "none"}}, "PATCH").status == 200);
    // A merged unit's accounts go with it.
    Units{office.database}.merge(office.foreign, office.unit, by_test, unit_followers());
    CHECK(office.account("cuong.do").at("unit") == "Phường Bến Thành");
    CHECK(office.send("DELETE", "/api/v1/web-systems/" + std::to_string(office.system), "", "").status == 200);
    CHECK(office.get_json("/api/v1/web-accounts").at("total") == 0);
}

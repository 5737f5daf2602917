// The register of antivirus licences: imports, when they end, seats against PCs, and PCs that store no date.
#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/office_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;

namespace {

struct LicenceOffice : OfficeApi {
    std::int64_t room = Units{database}.add("Văn phòng", unit, by_test);
    std::int64_t foreign = Units{database}.add("Phường Sài Gòn", std::nullopt, by_test);

    LicenceOffice() { be("an", Role::administrator); }

    json import(const std::string& csv, bool preview = false) {
        const HttpResponse answer =
            post_csv(std::string{"/api/v1/licences/import"} + (preview ? "?preview=true" : ""), csv);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return body_of(answer);
    }
    json licence(const std::string& reference) {
        for (const json answer = get_json("/api/v1/licences"); const json& one : answer.at("licences")) {
            if (one.at("key_reference") == reference) return one;
        }
        return nullptr;
    }
    /// A PC with one product. No day: the product stores none.
    Pc add_pc(std::int64_t at, const std::string& product, std::optional<Instant> expires, bool with_windows = false) {
        Pc pc = enrolled_pc();
        Devices{database}.move({pc.device_id}, at, by_test);
        report(pc, product, expires, with_windows);
        return pc;
    }
    void report(const Pc& pc, const std::string& product, std::optional<Instant> expires, bool with_windows = false) {
        // The leftover of another product is none of the PC's products.
        Facts facts{{"antivirus.leftover", "Avast Antivirus", true, "service"},
                    {"antivirus.products", "", std::int64_t{1}, "wsc"},
                    {"antivirus.state", product, std::string{"on"}, "wsc"},
                    {"antivirus.licensed_with_windows", product, with_windows, "wsc"}};
        if (!with_windows)
            facts.push_back(
                {"antivirus.licence_expires_at", product,
                 expires ? Value{*expires} : Value{Unknown{in_words("the product stores no licence date on this PC")}},
                 expires ? "wsc" : ""});
        now += std::chrono::seconds{1};
        const HttpResponse sent = post("/v1/reports", to_json(report_of(pc, now, facts)).dump(), pc.certificate);
        INFO(sent.body);
        REQUIRE(sent.status == 201);
    }
};

const std::string heading = "Sản phẩm;Số hợp đồng;Số lượng;Ngày hết hạn;Đơn vị;Ghi chú\r\n";

}  // namespace

TEST_CASE("licences are imported, and told by when they end") {
    LicenceOffice office;
    const std::string csv = heading +
                            "Kaspersky Endpoint;HĐ-01;2;01/12/2026;Phường Bến Thành;gói 1 năm\r\n"
                            "Bkav Pro;HĐ-02;50;20/01/2027;;\r\n"
                            "Bkav Pro;HĐ-03;5;21/11/2026;Phường Sài Gòn;\r\n"
                            "ESET;HĐ-04;5;01/01/2028;;\r\n";
    CHECK(office.import(csv, true).at("added") == 4);
    CHECK(office.get_json("/api/v1/licences").at("licences").empty());
    CHECK(office.import(csv).at("stored") == true);
    CHECK(office.licence("HĐ-01").at("days_left") == 9);
    CHECK(office.licence("HĐ-01").at("ends_within") == 30);
    CHECK(office.licence("HĐ-01").at("unit") == "Phường Bến Thành");
    CHECK(office.licence("HĐ-02").at("ends_within") == 60);
    CHECK(office.licence("HĐ-02").at("unit_id") == nullptr);
    CHECK(office.licence("HĐ-03").at("ends_within") == 0);
    CHECK(office.licence("HĐ-04").at("ends_within") == nullptr);
    CHECK(office.get_json("/api/v1/licences?ending=30").at("licences").size() == 2);
    CHECK(office.import(csv).at("unchanged") == 4);
    CHECK(office.import(heading + "Bkav Pro;HĐ-02;60;20/01/2027;;\r\n").at("changed") == 1);
    CHECK(office.licence("HĐ-02").at("seats") == 60);
    CHECK(office.licence("HĐ-04").at("seats") == 5);

    const json wrong = office.import(heading +
                                     "ESET;HĐ-05;nhiều;chưa;Phường X;\r\n;HĐ-06;1;01/01/2028;;\r\n"
                                     "ESET;HĐ-07;1;01/01/2028;;\r\nESET;HĐ-07;1;01/01/2028;;\r\n");
    CHECK(wrong.at("stored") == false);
    std::vector<std::string> columns;
    for (const json& error : wrong.at("errors"))
        columns.push_back(std::to_string(error.at("line").get<int>()) + " " + error.at("column").get<std::string>());
    CHECK(columns ==
          std::vector<std::string>{"2 Số lượng", "2 Ngày hết hạn", "2 Đơn vị", "3 Sản phẩm", "5 Số hợp đồng"});
    CHECK(office.licence("HĐ-07").is_null());
}

TEST_CASE("a licence is added, changed and removed by hand") {
    LicenceOffice office;
    const json body = {{"product", "ESET"}, {"key_reference", "A"}, {"seats", 3}, {"expires_on", "2027-03-31"}};
    const HttpResponse added = office.post_json("/api/v1/licences", body);
    REQUIRE(added.status == 201);
    CHECK(error_of(office.post_json("/api/v1/licences", body)) == "licence_refused");
    const std::string path = "/api/v1/licences/" + std::to_string(body_of(added).at("id").get<int>());
    CHECK(body_of(office.post_json(path, {{"seats", 9}, {"unit_id", office.unit}}, "PATCH")).at("seats") == 9);
    CHECK(error_of(office.post_json(path, {{"expires_on", "2027-02-30"}}, "PATCH")) == "bad_request");
    CHECK(error_of(office.post_json(path, {{"seats", 0}}, "PATCH")) == "bad_request");
    CHECK(error_of(office.post_json(path, {{"seat", 1}}, "PATCH")) == "bad_request");
    CHECK(office.send("DELETE", path, "", "").status == 200);
    CHECK(office.send("DELETE", path, "", "").status == 404);
}

TEST_CASE("seats are held against the PCs that use the product, and PCs without a date have their licence named") {
    LicenceOffice office;
    office.import(heading + "Kaspersky Endpoint;HĐ-01;1;01/12/2026;Phường Bến Thành;\r\n" +
                  "kaspersky;HĐ-02;1;01/06/2027;Phường Sài Gòn;\r\n");
    office.add_pc(office.room, "Kaspersky Endpoint Security", std::nullopt);
    const Pc dated = office.add_pc(office.unit, "Kaspersky Endpoint Security", start + days{100});
    office.add_pc(office.foreign, "Kaspersky Endpoint Security", std::nullopt);
    office.add_pc(office.foreign, "Kasperskyan", std::nullopt);
    office.add_pc(office.room, "Windows Defender", std::nullopt, true);

    CHECK(office.licence("HĐ-01").at("devices_using") == 2);
    CHECK(office.licence("HĐ-01").at("seats_missing") == 1);
    CHECK(office.licence("HĐ-01").at("devices_without_date") == 1);
    CHECK(office.licence("HĐ-02").at("devices_using") == 1);
    const json all = office.get_json("/api/v1/licences/devices-without-date");
    CHECK(all.at("total") == 3);
    json by_unit = json::object();
    for (const json& device : all.at("devices"))
        by_unit[device.at("unit").get<std::string>() + ": " + device.at("product").get<std::string>()] =
            device.at("licence");
    CHECK(by_unit.at("Phường Bến Thành/Văn phòng: Kaspersky Endpoint Security").at("expires_on") == "2026-12-01");
    CHECK(by_unit.at("Phường Sài Gòn: Kaspersky Endpoint Security").at("product") == "kaspersky");
    CHECK(by_unit.at("Phường Sài Gòn: Kasperskyan") == nullptr);

    // A new report counts at once, a revoked PC no more.
    office.report(dated, "Bkav Pro", start + days{100});
    CHECK(office.licence("HĐ-01").at("devices_using") == 1);
    Enrolments{office.database}.revoke_device(dated.device_id, office.now);
    CHECK(office.licence("HĐ-01").at("seats_missing") == 0);

    office.be("manager", Role::unit_manager, office.unit);
    CHECK(office.get_json("/api/v1/licences").at("licences").size() == 1);
    CHECK(office.get_json("/api/v1/licences/devices-without-date").at("total") == 1);
    for (const Role role : {Role::unit_manager, Role::operator_, Role::auditor}) {
        office.be("as." + std::string{name_of(role)}, role,
                  role == Role::unit_manager ? std::optional{office.unit} : std::nullopt);
        CHECK(office.post_csv("/api/v1/licences/import?preview=true", heading).status == 403);
        CHECK(office.post_json("/api/v1/licences", {{"product", "x"}}).status == 403);
        CHECK(office.send("DELETE", "/api/v1/licences/1", "", "").status == 403);
        CHECK(office.send("PATCH", "/api/v1/licences/1", "{}", "application/json").status == 403);
    }
}

// Reports by e-mail: who gets which month's, once, and again when it failed.
#include "reporting/central/api/roles.h"
#include "reporting/central/reports/schedules.h"
#include "tests/reporting/central/office_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;

namespace {

struct MailOffice : OfficeApi {
    std::vector<Mail> sent;
    std::vector<std::string> failures;
    std::string refuse;  ///< the address that the server does not take

    MailOffice() { be("an", Role::administrator); }
    std::size_t send(bool all_now = false) {
        return send_reports(
            {database, policy.get().policy, now, days{7}}, database, all_now,
            [this](const Mail& mail) {
                if (mail.to.front() == refuse) throw std::runtime_error("550 no such mailbox");
                sent.push_back(mail);
            },
            [this](std::int64_t schedule, const std::string& why) {
                failures.push_back(std::to_string(schedule) + ": " + why);
            });
    }
    json schedule(std::size_t at = 0) {
        be("an", Role::administrator);  // the session has ended meanwhile
        return get_json("/api/v1/report-schedules").at("schedules").at(at);
    }
};

}  // namespace

TEST_CASE("last month's report is sent once, from its day on") {
    MailOffice office;
    const HttpResponse added =
        office.post_json("/api/v1/report-schedules", {{"unit_id", office.unit},
                                                      {"recipients", {"an@phuong.example", "binh@phuong.example"}},
                                                      {"day_of_month", 23},
                                                      {"attachments", {"html", "xlsx", "csv"}}});
    INFO(added.body);
    REQUIRE(added.status == 201);
    CHECK(office.send() == 0);
    office.now = parse_instant("2026-11-22T17:00:00Z");  // midnight at the office
    CHECK(office.send() == 1);
    REQUIRE(office.sent.size() == 1);
    const Mail& mail = office.sent.front();
    CHECK(mail.to == std::vector<std::string>{"an@phuong.example", "binh@phuong.example"});
    CHECK(mail.subject == "Báo cáo an toàn thông tin tháng 10/2026, Phường Bến Thành");
    REQUIRE(mail.attachments.size() == 3);
    CHECK(mail.attachments[0].name == "wardwatch-2026-10.html");
    CHECK(mail.attachments[0].bytes.find("từ ngày 01/10/2026 đến ngày 31/10/2026") != std::string::npos);
    CHECK(mail.attachments[1].bytes.starts_with("PK"));
    CHECK(mail.attachments[2].bytes.starts_with("\xEF\xBB\xBF"));
    CHECK(office.schedule().at("sent_for") == "2026-10");
    CHECK(office.send() == 0);
    office.now = parse_instant("2026-12-22T16:59:59Z");
    CHECK(office.send() == 0);
    office.now += hours{1};
    CHECK(office.send() == 1);
    CHECK(office.send(true) == 1);
    CHECK(office.send() == 0);
}

TEST_CASE("what is refused is told, tried again after an hour, and keeps nobody else from their report") {
    MailOffice office;
    for (const char* address : {"gone@phuong.example", "an@phuong.example"})
        REQUIRE(office.post_json("/api/v1/report-schedules", {{"recipients", {address}}, {"day_of_month", 1}}).status ==
                201);
    office.refuse = "gone@phuong.example";
    CHECK(office.send() == 1);
    CHECK(office.failures == std::vector<std::string>{"1: 550 no such mailbox"});
    CHECK(office.schedule().at("problem") == "550 no such mailbox");
    CHECK(office.schedule().at("sent_for").get<std::string>().empty());
    CHECK(office.schedule(1).at("sent_for") == "2026-10");
    office.now += std::chrono::minutes{59};
    CHECK(office.send() == 0);
    CHECK(office.failures.size() == 1);
    office.refuse.clear();
    office.now += std::chrono::minutes{1};
    CHECK(office.send() == 1);
    CHECK(office.schedule().at("problem").get<std::string>().empty());
}

TEST_CASE("schedules are checked, and an administrator's") {
    MailOffice office;
    const auto refused = [&](const json& body) {
        return error_of(office.post_json("/api/v1/report-schedules", body)) == "bad_request";
    };
    const json good = {{"recipients", {"a@b.vn"}}, {"day_of_month", 1}};
    const auto with = [&](const char* member, const json& value) {
        json body = good;
        body[member] = value;
        return body;
    };
    CHECK(refused(with("recipients", json::array())));
    CHECK(refused(with("recipients", {"nobody"})));
    CHECK(refused(with("recipients", {"A <a@b.vn>"})));
    CHECK(refused(with("recipients", {"a@b.vn\nBcc: x@y"})));
    CHECK(refused(with("day_of_month", 29)));
    CHECK(refused(with("attachments", {"pdf"})));
    CHECK(refused(with("language", "fr")));
    CHECK(refused(with("often", true)));
    CHECK(office.post_json("/api/v1/report-schedules", with("unit_id", 99)).status == 404);
    CHECK(office.post_json("/api/v1/report-schedules", good).status == 201);
    CHECK(office.send(true) == 1);
    for (const Role role : {Role::unit_manager, Role::operator_, Role::auditor}) {
        office.be("as." + std::string{name_of(role)}, role,
                  role == Role::unit_manager ? std::optional{office.unit} : std::nullopt);
        CHECK(office.get("/api/v1/report-schedules").status == 403);
        CHECK(office.post_json("/api/v1/report-schedules", good).status == 403);
        CHECK(office.OfficeApi::send("DELETE", "/api/v1/report-schedules/1", "", "").status == 403);
    }
    office.be("an", Role::administrator);
    CHECK(office.OfficeApi::send("DELETE", "/api/v1/report-schedules/1", "", "").status == 200);
    CHECK(office.OfficeApi::send("DELETE", "/api/v1/report-schedules/1", "", "").status == 404);
}

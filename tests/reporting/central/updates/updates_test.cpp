// Packages placed at the centre, offers, and the commands that come of them.
#include "reporting/central/updates/updates.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/store.h"

#include <algorithm>
#include <set>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::hours;

namespace {

struct UpdateOffice : Centre {
    /// Of several pieces. What is in it nobody asks once it is placed.
    Update add(const std::string& version) { return place_package(database, std::string(600'000, 'x'), version, now); }
    void offer(const std::string& version, std::optional<std::int64_t> to = std::nullopt, std::int64_t percent = 100) {
        Updates{database}.add_offer({random_uuid(), version, to, percent, now});
    }
    json commands_of(const Pc& pc) const {
        const HttpResponse answer = poll(pc);
        REQUIRE(answer.status == 200);
        return body_of(answer).at("commands");
    }
    json standing() const { return offers_json(offers_in_force(database, now)).at(0); }
    HttpResponse piece(const Pc& pc, const std::string& path) const {
        HttpRequest request;
        request.method = "GET";
        request.target = path;
        request.client_certificate = shown(pc.certificate);
        return agents.handle(request);
    }
};

}  // namespace

TEST_CASE("a package is handed out in pieces that make the whole") {
    UpdateOffice office;
    const Pc pc = office.enrolled_pc();
    const Update update = office.add("0.2.0");
    CHECK(update.version == "0.2.0");
    std::string whole;
    HttpResponse answer;
    for (int i = 0; (answer = office.piece(pc, "/v1/updates/0.2.0/" + std::to_string(i))).status == 200; ++i) {
        CHECK(answer.headers.at("Content-Type") == "application/octet-stream");
        CHECK(answer.body.size() <= update_piece_size);
        whole += answer.body;
    }
    CHECK(answer.status == 404);
    CHECK(error_of(answer) == "update_unknown");
    CHECK(static_cast<std::int64_t>(whole.size()) == update.size);
    CHECK(sha256_hex(whole) == update.sha256);
    for (const char* path : {"/v1/updates/0.3.0/0", "/v1/updates/0.2.0/-1", "/v1/updates/0.2.0/x"})
        CHECK(office.piece(pc, path).status == 404);
    CHECK(office.piece(Pc{}, "/v1/updates/0.2.0/0").status == 401);
}

TEST_CASE("nothing is offered by itself; an offer asks each older PC once") {
    UpdateOffice office;
    const Pc pc = office.enrolled_pc();
    const Update update = office.add("0.2.0");
    CHECK(order_updates(office.database, office.now).empty());
    office.offer("0.2.0");
    CHECK(order_updates(office.database, office.now) == std::vector{pc.device_id});
    CHECK(order_updates(office.database, office.now).empty());
    CHECK(office.standing().at("at_work") == 1);
    const json commands = office.commands_of(pc);
    REQUIRE(commands.size() == 1);
    CHECK(commands[0].at("kind") == "update");
    CHECK(commands[0].at("update") == json{{"version", "0.2.0"}, {"size", update.size}, {"sha256", update.sha256}});
    const std::string id = commands[0].at("id").get<std::string>();
    CHECK(office.tell(pc, id, {{"state", "done"}, {"report_id", random_uuid()}}).status == 400);
    CHECK(office.tell(pc, id, {{"state", "done"}}).status == 200);
    CHECK(office.tell(pc, id, {{"state", "done"}}).status == 200);  // the answer was lost
    CHECK(office.standing().at("updated") == 1);
    CHECK(order_updates(office.database, office.now).empty());
}

TEST_CASE("a PC that failed is named with its reason, and asked again by the next offer only") {
    UpdateOffice office;
    const Pc pc = office.enrolled_pc();
    office.add("0.2.0");
    office.offer("0.2.0");
    order_updates(office.database, office.now);
    const std::string id = office.commands_of(pc)[0].at("id").get<std::string>();
    CHECK(office.tell(pc, id, {{"state", "failed"}, {"problem", "The disk is full."}}).status == 200);
    office.now += hours{48};
    Devices{office.database}.touch(pc.device_id, {}, office.now);
    CHECK(order_updates(office.database, office.now).empty());
    const json standing = office.standing();
    CHECK(standing.at("failed") == 1);
    CHECK(standing.at("failures")[0].at("problem") == "The disk is full.");
    CHECK(standing.at("failures")[0].at("host_name") == "PC-01");
    office.offer("0.2.0");
    CHECK(order_updates(office.database, office.now).size() == 1);
    CHECK(office.standing().at("failed") == 0);
}

TEST_CASE("who is away, newer, revoked or of another unit is not asked") {
    UpdateOffice office;
    office.add("0.2.0");
    const std::int64_t below = Units{office.database}.add("Văn phòng", office.unit, by_test);
    const std::int64_t other = Units{office.database}.add("Phường khác", std::nullopt, by_test);
    const Pc here = office.enrolled_pc();
    office.unit = below;
    const Pc room = office.enrolled_pc();
    office.unit = other;
    const Pc elsewhere = office.enrolled_pc();
    office.offer("0.2.0", 1);
    const auto asked = order_updates(office.database, office.now);
    CHECK(std::set<std::string>(asked.begin(), asked.end()) == std::set{here.device_id, room.device_id});
    CHECK(office.standing().at("total") == 2);

    UpdateOffice second;
    second.add("0.2.0");
    const Pc newer = second.enrolled_pc();
    const Pc revoked = second.enrolled_pc();
    const Pc away = second.enrolled_pc();
    Devices{second.database}.touch(newer.device_id, {"0.2.0", "", std::nullopt}, second.now);
    Enrolments{second.database}.revoke_device(revoked.device_id, second.now);
    second.offer("0.2.0");
    second.now += hours{2};
    CHECK(order_updates(second.database, second.now).empty());
    CHECK(second.standing().at("total") == 2);
    CHECK(second.standing().at("updated") == 1);
    CHECK(second.standing().at("not_yet_asked") == 1);
    Devices{second.database}.touch(away.device_id, {}, second.now);  // it is back
    CHECK(order_updates(second.database, second.now) == std::vector{away.device_id});
}

TEST_CASE("a share of the PCs grows without changing, and few are at it at a time") {
    UpdateOffice office;
    office.add("0.2.0");
    const std::string token = office.add_token(120);
    for (int i = 0; i < 120; ++i) REQUIRE(office.enrol(Pc{}, token).status == 200);
    const auto share = [&](std::int64_t percent) {
        office.offer("0.2.0", std::nullopt, percent);
        const auto asked = order_updates(office.database, office.now);
        return std::set<std::string>(asked.begin(), asked.end());
    };
    const auto tenth = share(10);
    const auto third = share(30);
    CHECK(tenth.size() >= 3);
    CHECK(tenth.size() <= 25);
    CHECK(third.size() > tenth.size());
    CHECK(std::includes(third.begin(), third.end(), tenth.begin(), tenth.end()));
    CHECK(share(100).size() == 50);
}

TEST_CASE("a PC that waits for its restart takes nobody's place") {
    UpdateOffice office;
    office.add("0.2.0");
    std::vector<Pc> pcs;
    for (int i = 0; i < 51; ++i) pcs.push_back(office.enrolled_pc());
    office.offer("0.2.0");
    CHECK(order_updates(office.database, office.now).size() == 50);
    CHECK(order_updates(office.database, office.now).empty());
    int told = 0;
    for (const Pc& pc : pcs) {
        const json commands = office.commands_of(pc);
        if (commands.empty()) continue;
        const char* work = told++ == 0 ? "restart" : "install";
        const json news = {{"state", "running"}, {"collector", work}, {"position", 0}, {"count", 0}};
        REQUIRE(office.tell(pc, commands[0].at("id").get<std::string>(), news).status == 200);
    }
    CHECK(order_updates(office.database, office.now).size() == 1);
    CHECK(office.standing().at("at_work") == 51);
}

TEST_CASE("a withdrawn or removed update is not handed out any more") {
    UpdateOffice office;
    const Pc pc = office.enrolled_pc();
    office.add("0.2.0");
    office.offer("0.2.0");
    order_updates(office.database, office.now);
    CHECK(Updates{office.database}.withdraw_offers("0.2.0", office.now));
    CHECK_FALSE(Updates{office.database}.withdraw_offers("0.2.0", office.now));
    CHECK(office.commands_of(pc).empty());
    office.offer("0.2.0");
    order_updates(office.database, office.now);
    REQUIRE(office.commands_of(pc).size() == 1);  // it has the command
    CHECK(Updates{office.database}.remove("0.2.0", office.now));
    CHECK_FALSE(Updates{office.database}.remove("0.2.0", office.now));
    CHECK(office.commands_of(pc).empty());
    CHECK(office.piece(pc, "/v1/updates/0.2.0/0").status == 404);
    CHECK(Updates{office.database}.all().empty());
}

TEST_CASE("newer versions stand first") {
    UpdateOffice office;
    for (const char* version : {"0.9.0", "0.10.0", "0.2.0"}) office.add(version);
    std::vector<std::string> order;
    for (const Update& update : Updates{office.database}.all()) order.push_back(update.version);
    CHECK(order == std::vector<std::string>{"0.10.0", "0.9.0", "0.2.0"});
}

// Cards of PCs and notes about them: what may be written, by whom, and where it goes.
#include "reporting/central/notes/notes.h"

#include "reporting/central/audit/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/unit_followers.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::seconds;

namespace {

struct NotesOffice : ViewsOffice {
    std::string pc = add_pc("PC-MOT-CUA-01", unit);
    Notes notes{database};

    std::string card_of(const std::string& device_id) const { return "/api/v1/devices/" + device_id + "/card"; }
    std::string notes_of(const std::string& device_id) const { return "/api/v1/devices/" + device_id + "/notes"; }
    json card() { return get("/api/v1/devices/" + pc).at("card"); }
    std::vector<std::string> texts() {
        std::vector<std::string> texts;
        const json list = get(notes_of(pc));
        for (const json& note : list.at("notes")) texts.push_back(note.at("text").get<std::string>());
        return texts;
    }
    /// The newest entry: its action, subject and detail.
    std::string recorded() const {
        const AuditEntry entry = AuditLog{database}.page({}, 0, 1).entries.at(0);
        return entry.action + " " + entry.subject + " " + entry.detail;
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what may stand on a card and in a note", "[notes]") {
    CHECK(checked_change({" Trần Thị Lan \n", "", std::nullopt}).owner == "Trần Thị Lan");
    CHECK(checked_change({std::nullopt, "", std::nullopt}).room.value().empty());
    CHECK_FALSE(checked_change({std::nullopt, "", std::nullopt}).owner);
    CHECK(checked_change({std::string(300, 'a'), {}, {}}).owner->size() == 300);
    CHECK_THROWS_AS(checked_change({std::string(301, 'a'), {}, {}}), StoreError);
    CHECK_THROWS_AS(checked_change({{}, std::string(151, 'a'), {}}), StoreError);
    CHECK_THROWS_AS(checked_change({{}, {}, std::string(151, '1')}), StoreError);
    CHECK_THROWS_AS(checked_change({"Lan\nHoa", {}, {}}), StoreError);
    CHECK_THROWS_AS(checked_change({"Lan\x07", {}, {}}), StoreError);
    CHECK_THROWS_AS(checked_change({"Lan\xff", {}, {}}), StoreError);
    CHECK_THROWS_AS(checked_change({}), StoreError);
    CHECK(members_of({"Lan", {}, ""}) == "owner telephone");

    CHECK(checked_note("\r\n Thay ổ cứng.\r\nHẹn thứ Hai. \n") == "Thay ổ cứng.\nHẹn thứ Hai.");
    CHECK(checked_note(std::string(3000, 'x')).size() == 3000);
    CHECK_THROWS_AS(checked_note(std::string(3001, 'x')), StoreError);
    CHECK_THROWS_AS(checked_note(" \n "), StoreError);
    CHECK_THROWS_AS(checked_note("a\tb"), StoreError);
}

TEST_CASE("a card is changed by members, and no change is lost", "[notes]") {
    NotesOffice office;
    const auto change = [&](const json& body) { return office.call("PATCH", office.card_of(office.pc), body); };
    CHECK(office.card() == json{{"owner", ""},
                                {"room", ""},
                                {"telephone", ""},
                                {"number", 0},
                                {"changed_by", ""},
                                {"changed_at", nullptr}});
    const HttpResponse first = change({{"owner", "Trần Thị Lan"}, {"room", "P.203"}, {"based_on", 0}});
    REQUIRE(first.status == 200);
    const json written{{"owner", "Trần Thị Lan"}, {"room", "P.203"},
                       {"telephone", ""},         {"number", 1},
                       {"changed_by", "chi"},     {"changed_at", format_instant(start)}};
    CHECK(body_of(first) == written);
    CHECK(office.card() == written);
    // Who changes it next has not seen the first change.
    const HttpResponse blind = change({{"telephone", "024 3825 1234"}, {"based_on", 0}});
    CHECK(blind.status == 409);
    CHECK(error_of(blind) == "card_changed");
    CHECK(office.card() == written);
    CHECK(body_of(change({{"telephone", "024 3825 1234"}, {"owner", ""}, {"based_on", 1}})).at("number") == 2);
    CHECK(office.card().at("owner") == "");
    CHECK(office.card().at("room") == "P.203");
    // The same again is no change.
    CHECK(body_of(change({{"room", "P.203 "}, {"based_on", 2}})).at("number") == 2);
    for (const json& wrong :
         {json{{"room", "x"}}, json{{"based_on", 2}}, json{{"room", 3}, {"based_on", 2}},
          json{{"room", "x"}, {"based_on", 2}, {"unit", 1}}, json{{"room", std::string(151, 'x')}, {"based_on", 2}}}) {
        CAPTURE(wrong);
        CHECK(change(wrong).status == 400);
    }
    CHECK(office.call("PATCH", office.card_of("none"), {{"room", "x"}, {"based_on", 0}}).status == 404);
    // The command line names what it changes, and has seen nothing.
    CHECK(office.notes.describe(office.pc, {{}, "P.204", {}}, std::nullopt, by_test).number == 3);
    CHECK_THROWS_AS(office.notes.describe("none", {{}, "P.204", {}}, std::nullopt, by_test), StoreError);
}

TEST_CASE("notes stand newest first, up to a number, and are removed", "[notes]") {
    NotesOffice office;
    CHECK(office.texts().empty());
    const HttpResponse added = office.call("POST", office.notes_of(office.pc), {{"text", "Thay ổ cứng.\r\nHẹn mai."}});
    REQUIRE(added.status == 201);
    const std::int64_t id = body_of(added).at("id").get<std::int64_t>();
    CHECK(body_of(added) == json{{"id", id},
                                 {"text", "Thay ổ cứng.\nHẹn mai."},
                                 {"written_by", "chi"},
                                 {"written_at", format_instant(start)}});
    office.now += seconds{60};
    REQUIRE(office.call("POST", office.notes_of(office.pc), {{"text", "Đã thay."}}).status == 201);
    CHECK(office.texts() == Texts{"Đã thay.", "Thay ổ cứng.\nHẹn mai."});
    CHECK(office.get("/api/v1/devices/" + office.pc).at("note_count") == 2);
    for (const json& wrong : {json{{"text", ""}}, json{{"text", "  "}}, json{{"text", std::string(3001, 'x')}},
                              json{{"note", "x"}}, json{{"text", "x"}, {"by", "an"}}, json{{"text", 1}}}) {
        CAPTURE(wrong);
        CHECK(office.call("POST", office.notes_of(office.pc), wrong).status == 400);
    }
    const std::string other = office.add_pc("PC-KHAC", office.unit);
    const std::string number = "/" + std::to_string(id);
    CHECK(error_of(office.call("DELETE", office.notes_of(other) + number)) == "note_unknown");
    for (const char* wrong : {"/0", "/x", "/1x", "/-1"})
        CHECK(office.call("DELETE", office.notes_of(office.pc) + wrong).status == 404);
    CHECK(office.call("DELETE", office.notes_of(office.pc) + number).status == 200);
    CHECK(error_of(office.call("DELETE", office.notes_of(office.pc) + number)) == "note_unknown");
    CHECK(office.texts() == Texts{"Đã thay."});

    for (std::int64_t count = office.notes.count(office.pc); count < most_notes; ++count)
        office.notes.add(office.pc, "Lần " + std::to_string(count), by_test);
    const HttpResponse full = office.call("POST", office.notes_of(office.pc), {{"text", "Thừa"}});
    CHECK(full.status == 409);
    CHECK(error_of(full) == "too_many_notes");
    CHECK(office.texts().size() == 200);
    CHECK(office.notes.add(other, "Máy khác", by_test).id > id);
    CHECK_THROWS_AS(office.notes.add("none", "x", by_test), StoreError);
}

TEST_CASE("administrators and operators write, within their units; others read", "[notes]") {
    NotesOffice office;
    const std::int64_t far = office.unit_at("Phường Xa");
    const std::string foreign = office.add_pc("PC-XA", far);
    const json card{{"room", "P.1"}, {"based_on", 0}};
    const auto statuses = [&](const std::string& device_id) {
        const std::int64_t id = office.notes.add(device_id, "Của quản trị", by_test).id;
        return std::vector<unsigned>{
            office.call("GET", office.notes_of(device_id)).status,
            office.call("POST", office.notes_of(device_id), {{"text", "x"}}).status,
            office.call("DELETE", office.notes_of(device_id) + "/" + std::to_string(id)).status,
            office.call("PATCH", office.card_of(device_id), {{"room", "P.1"}, {"based_on", 99}}).status};
    };
    CHECK(statuses(office.pc) == std::vector<unsigned>{200, 201, 200, 409});
    office.be("tam", Role::operator_, office.unit);
    CHECK(statuses(office.pc) == std::vector<unsigned>{200, 201, 200, 409});
    CHECK(statuses(foreign) == std::vector<unsigned>{404, 404, 404, 404});
    office.be("kiem", Role::auditor);
    CHECK(statuses(foreign) == std::vector<unsigned>{200, 403, 403, 403});
    office.be("quan", Role::unit_manager, office.unit);
    CHECK(statuses(office.pc) == std::vector<unsigned>{200, 403, 403, 403});
    CHECK(statuses(foreign) == std::vector<unsigned>{404, 403, 403, 403});
}

TEST_CASE("the audit log says who wrote and looked, and not what", "[notes]") {
    NotesOffice office;
    const json card{{"owner", "Trần Thị Lan"}, {"telephone", "024 3825 1234"}, {"based_on", 0}};
    REQUIRE(office.call("PATCH", office.card_of(office.pc), card).status == 200);
    CHECK(office.recorded() == "changeDeviceCard " + office.pc + " owner telephone");
    REQUIRE(office.call("POST", office.notes_of(office.pc), {{"text", "Chị Lan nghỉ hưu."}}).status == 201);
    CHECK(office.recorded() == "addDeviceNote " + office.pc + " note 1");
    office.texts();
    CHECK(office.recorded() == "listDeviceNotes " + office.pc + " ");
    REQUIRE(office.call("DELETE", office.notes_of(office.pc) + "/1").status == 200);
    CHECK(office.recorded() == "removeDeviceNote " + office.pc + " note 1");
    AuditLog{office.database}.for_each({}, [](const AuditEntry& entry) {
        CHECK(entry.detail.find("Lan") == std::string::npos);
        CHECK(entry.detail.find("3825") == std::string::npos);
    });
}

TEST_CASE("the search finds owner, room and telephone", "[notes]") {
    NotesOffice office;
    office.add_pc("PC-KHAC", office.unit);
    office.notes.describe(office.pc, {"Đặng Thị Nguyệt", "Phòng 203", "024.3825"}, std::nullopt, by_test);
    const Texts here{"PC-MOT-CUA-01"};
    for (const char* words : {"nguyet", "dang+thi", "PH%C3%92NG+203", "024.3825", "mot+nguyet+203"}) {
        CAPTURE(words);
        CHECK(office.hosts(std::string{"q="} + words) == here);
    }
    CHECK(office.hosts("q=nguyet+khac").empty());
    office.notes.describe(office.pc, {"", {}, {}}, std::nullopt, by_test);
    CHECK(office.hosts("q=nguyet").empty());
    CHECK(office.hosts("q=203") == here);
}

TEST_CASE("card and notes go with the PC, and are forgotten after it is revoked", "[notes]") {
    NotesOffice office;
    const std::string kept = office.add_pc("PC-KHAC", office.unit);
    for (const std::string& device_id : {office.pc, kept}) {
        office.notes.describe(device_id, {"Lan", {}, {}}, std::nullopt, by_test);
        office.notes.add(device_id, "Cũ", by_test);
        office.notes.add(device_id, "Mới", by_test);
    }
    const std::int64_t other = office.unit_at("Phường Khác");
    Devices{office.database}.move({office.pc}, other, by_test);
    Units{office.database}.merge(other, office.unit_at("Phường Mới"), by_test, unit_followers());
    CHECK(office.card().at("owner") == "Lan");
    CHECK(office.texts() == Texts{"Mới", "Cũ"});
    const auto described = office.notes.describing({office.pc, kept, "none"});
    REQUIRE(described.size() == 2);
    CHECK(described.at(kept).card.owner == "Lan");
    CHECK(described.at(kept).newest_note == "Mới");

    {
        sql::Writer writer = office.database.writer();
        revoke_device(writer, office.pc, office.now);
    }
    const auto forgotten = [&](std::chrono::seconds later, bool count_only) {
        return apply_retention(office.database, {}, office.now + later, count_only).revoked_notes;
    };
    CHECK(forgotten(days{90}, false) == 0);
    CHECK(forgotten(days{90} + seconds{1}, true) == 3);
    CHECK(office.texts().size() == 2);
    CHECK(forgotten(days{90} + seconds{1}, false) == 3);
    CHECK(office.texts().empty());
    CHECK(office.card().at("owner") == "");
    CHECK(office.notes.count(kept) == 2);
}

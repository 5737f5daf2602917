// Reports that wait together are stored together, and none is told of before it is safe.
#include "reporting/central/intake/arrival_queue.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

struct Office {
    TemporaryFolder folder;
    sql::Database database{folder.path() / "central.db"};
    std::vector<std::string> log;

    Office() {
        const std::int64_t unit = Units{database}.add("Phường A", std::nullopt, {"test", start});
        Enrolments{database}.add_token("hash", unit, 2, start, start + std::chrono::hours{1});
        for (const char* device : {"device", "other"})
            REQUIRE(Enrolments{database}.enrol({"hash", device, device, "PC", "1"}, start) ==
                    EnrolmentOutcome::accepted);
    }
    ArrivalQueue queue() {
        return {database, [this](const std::string& line) { log.push_back(line); }};
    }
};

Arrival arrival(const std::string& device, int number) {
    Arrival one;
    one.report.device_id = device;
    one.report.report_id = "report " + std::to_string(number);
    one.report.taken_at = start + std::chrono::seconds{number};
    one.report.received_at = one.report.taken_at;
    one.report.body = "{}";
    return one;
}

}  // namespace

TEST_CASE("each report in the queue gets its own outcome") {
    Office office;
    ArrivalQueue queue = office.queue();
    std::vector<std::shared_ptr<ArrivalQueue::Ticket>> tickets;
    for (int number = 0; number < 250; ++number) tickets.push_back(queue.add(arrival("device", number)));
    for (const auto& ticket : tickets) CHECK(ticket->outcome() == ReportOutcome::stored);
    CHECK(queue.add(arrival("device", 7))->outcome() == ReportOutcome::known);
    Arrival differs = arrival("device", 7);
    differs.report.body = "{ }";
    CHECK(queue.add(differs)->outcome() == ReportOutcome::differs);
    CHECK(Reports{office.database}.list("device", 1000).size() == 250);
}

TEST_CASE("a report that cannot be stored keeps no other from it") {
    Office office;
    ArrivalQueue queue = office.queue();
    std::vector<std::shared_ptr<ArrivalQueue::Ticket>> tickets;
    {
        const sql::Writer nobody_writes_meanwhile = office.database.writer();
        for (int number = 0; number < 9; ++number)
            tickets.push_back(queue.add(arrival(number == 4 ? "nobody" : "device", number)));
    }
    for (int number = 0; number < 9; ++number) {
        if (number == 4) {
            CHECK_THROWS_AS(tickets.at(4)->outcome(), sql::DatabaseError);
        } else {
            CHECK(tickets.at(static_cast<std::size_t>(number))->outcome() == ReportOutcome::stored);
        }
    }
    CHECK(Reports{office.database}.list("device", 10).size() == 8);
}

TEST_CASE("whoever waits is woken once, and not when it has gone") {
    Office office;
    std::atomic<int> woken{0};
    ArrivalQueue queue = office.queue();
    const auto ticket = queue.add(arrival("device", 1));
    ticket->wake_with([&] { ++woken; });
    CHECK(ticket->outcome() == ReportOutcome::stored);
    ticket->forget_wake();  // waits for a wake that is under way
    CHECK(woken == 1);
    std::shared_ptr<ArrivalQueue::Ticket> gone;
    {
        const sql::Writer nobody_writes_meanwhile = office.database.writer();
        gone = queue.add(arrival("device", 2));
        gone->wake_with([&] { ++woken; });
        gone->forget_wake();
    }
    CHECK(gone->outcome() == ReportOutcome::stored);
    CHECK(woken == 1);
}

TEST_CASE("contacts are written with the next report, and at the end") {
    Office office;
    const Instant later = start + std::chrono::hours{5};
    {
        ArrivalQueue queue = office.queue();
        queue.add_contact("device", {"2", "", 3}, later);
        CHECK(queue.add(arrival("other", 1))->outcome() == ReportOutcome::stored);
        const Device device = Devices{office.database}.find("device").value();
        CHECK(device.last_seen_at == later);
        CHECK(device.agent_version == "2");
        CHECK(device.outbox_depth == 3);
        queue.add_contact("other", {"", "", 0}, later);
        queue.add_contact("other", {"", "", 7}, later + std::chrono::seconds{1});
    }
    const Device other = Devices{office.database}.find("other").value();
    CHECK(other.last_seen_at == later + std::chrono::seconds{1});
    CHECK(other.outbox_depth == 7);
    CHECK(office.log.empty());
}

TEST_CASE("the queue refuses more than it may hold, and takes some again when it is emptied") {
    Office office;
    ArrivalQueue queue = office.queue();
    std::vector<std::shared_ptr<ArrivalQueue::Ticket>> tickets;
    bool refused = false;
    {
        const sql::Writer nobody_writes_meanwhile = office.database.writer();
        for (int number = 0; number < 400 && !refused; ++number) {
            Arrival large = arrival("device", number);
            large.report.body.assign(1u << 20, 'x');
            auto ticket = queue.add(std::move(large));
            refused = ticket == nullptr;
            if (ticket) tickets.push_back(std::move(ticket));
        }
    }
    CHECK(refused);
    for (const auto& ticket : tickets) CHECK(ticket->outcome() == ReportOutcome::stored);
    CHECK(queue.add(arrival("device", 1000))->outcome() == ReportOutcome::stored);
}

TEST_CASE("what a PC was handed is written by the queue, and takes nothing back") {
    Office office;
    NewBatch batch;
    batch.id = "batch";
    batch.kind = "scan";
    batch.created_by = "test";
    batch.created_at = start;
    batch.expires_at = start + std::chrono::hours{1};
    batch.commands = {{"new", "device"}, {"runs", "other"}};
    Commands commands{office.database};
    commands.add(batch);
    REQUIRE(commands.add_news("other", "runs", {CommandState::running, "host", 1, 4, "", ""},
                              start + std::chrono::seconds{5}) == CommandNewsOutcome::taken);
    {
        ArrivalQueue queue = office.queue();
        for (const char* id : {"new", "runs"}) queue.add_delivery({id, start + std::chrono::seconds{5}});
    }
    const StoredCommand handed = commands.of("device", 1).at(0);
    CHECK(handed.state == CommandState::delivered);
    CHECK(handed.changed_at == start + std::chrono::seconds{5});
    CHECK(commands.of("other", 1).at(0).state == CommandState::running);
}

#include "agent/scan/scan_requests.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("whoever asks gets the next scan, and several share it") {
    int woken = 0;
    ScanRequests requests([&woken] { ++woken; });
    CHECK_FALSE(requests.wanted());
    CHECK(requests.ask("manual") == 1);
    CHECK(requests.ask("centre") == 1);
    CHECK(woken == 2);
    CHECK(requests.wanted() == "manual");
    CHECK(requests.status(1)->state == ScanStatus::State::waiting);
    CHECK(requests.begin("manual").number == 1);
    CHECK_FALSE(requests.wanted());
    CHECK(requests.status(1)->state == ScanStatus::State::running);
    SECTION("a scan that runs already began too early") {
        CHECK(requests.ask("centre") == 2);
        CHECK(requests.status(2)->state == ScanStatus::State::waiting);
    }
    SECTION("progress and the end") {
        requests.progress(1, "antivirus", 1, 6);
        CHECK(requests.status(1)->collector == "antivirus");
        CHECK(requests.status(1)->position == 1);
        CHECK(requests.status(1)->count == 6);
        requests.done(1, "report", "fail");
        CHECK(requests.status(1)->state == ScanStatus::State::done);
        CHECK(requests.status(1)->report_id == "report");
        CHECK(requests.status(1)->verdict == "fail");
    }
    SECTION("the one that runs is known, also while its report cannot be stored") {
        REQUIRE(requests.running());
        CHECK(requests.running()->first == 1);
        requests.held_up(1, "the disk is full");
        CHECK(requests.running()->second.problem == "the disk is full");
        requests.done(1, "report", "pass");
        CHECK_FALSE(requests.running());
        CHECK(requests.status(1)->problem.empty());
    }
    SECTION("a failure says why") {
        requests.failed(1, "out of memory");
        CHECK(requests.status(1)->state == ScanStatus::State::failed);
        CHECK(requests.status(1)->problem == "out of memory");
    }
}

TEST_CASE("a scheduled scan has a number too and answers those who waited") {
    ScanRequests requests([] {});
    CHECK(requests.begin("startup").number == 1);
    CHECK(requests.ask("manual") == 2);
    CHECK(requests.begin("schedule").number == 2);
    CHECK(requests.status(2)->trigger == "manual");
    CHECK_FALSE(requests.wanted());
}

TEST_CASE("who asks while a scheduled scan is about to begin has that scan, under their trigger") {
    ScanRequests requests([] {});
    CHECK_FALSE(requests.wanted());
    // Between the loop's look and the scan's beginning.
    CHECK(requests.ask("centre") == 1);
    const BegunScan begun = requests.begin("startup");
    CHECK(begun.number == 1);
    CHECK(begun.trigger == "centre");
    CHECK(requests.status(1)->trigger == "centre");
    CHECK(requests.begin("schedule").trigger == "schedule");
}

TEST_CASE("numbers that were never given and long past ones have no status") {
    ScanRequests requests([] {});
    CHECK_FALSE(requests.status(0));
    CHECK_FALSE(requests.status(1));
    for (int i = 0; i < 101; ++i) requests.begin("schedule");
    CHECK_FALSE(requests.status(1));
    CHECK(requests.status(2));
    CHECK(requests.status(101));
    CHECK_FALSE(requests.status(102));
}

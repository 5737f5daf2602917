// What a scan asks once more: what ran into its limit while the thread gave way to everybody.
#include "agent/scan/scan.h"

#include <catch2/catch_test_macros.hpp>

#include "collectors/credential_stores/timed_files.h"
#include "tests/collectors/fakes.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

// A collector is a function alone.
struct {
    bool busy_disk = true;
    int asked = 0;
} disk;

/// The reason that reading files gives when its time is over.
Reason out_of_time() {
    const test::FakeFiles files;
    std::chrono::steady_clock::time_point now{};
    const TimedFiles timed(
        files, [&] { return now; }, std::chrono::seconds{120});
    now += std::chrono::seconds{120};
    try {
        timed.list("C:/Users/an", "C:/Users/an");
    } catch (const OutOfTime& error) {
        return error.reason();
    }
    return {};
}

Facts collect_slow(const Machine&, const ScanOptions&) {
    ++disk.asked;
    if (disk.busy_disk) return {{"slow.saved", "an/?/?", Unknown{out_of_time()}, "file"}};
    return {{"slow.saved", "an/chrome/Default", std::int64_t{3}, "file"}};
}

Facts collect_quick(const Machine&, const ScanOptions&) { return {{"quick.name", "", std::string("pc"), "system"}}; }

constexpr Collector collectors[] = {{"slow", {}, collect_slow}, {"quick", {}, collect_quick}};

struct Scan {
    RecordedMachine pc = load_machine(test_data() / "machines" / "no_antivirus.json");
    ScanRequest request{"report", "device", "schedule", pc.now, {}};
    std::vector<std::string> entered;

    Scan() {
        disk.busy_disk = true;
        disk.asked = 0;
    }
    Facts facts() {
        return take_report(collectors, pc.owner->machine(), request,
                           [&](std::string_view name, std::size_t position, std::size_t count) {
                               entered.push_back(std::string(name) + " " + std::to_string(position) + " of " +
                                                 std::to_string(count));
                           })
            .facts;
    }
};

const Fact quick{"quick.name", "", std::string("pc"), "system"};

}  // namespace

TEST_CASE("a collector that ran into its limit is asked once more, with the usual priority") {
    Scan scan;
    scan.request.usual_priority = [] { disk.busy_disk = false; };
    CHECK(scan.facts() == Facts{quick, {"slow.saved", "an/chrome/Default", std::int64_t{3}, "file"}});
    CHECK(disk.asked == 2);
    CHECK(scan.entered == std::vector<std::string>{"slow 0 of 2", "quick 1 of 2", "slow 0 of 2"});
}

TEST_CASE("once, and not where the priority is the usual one") {
    Scan scan;
    const Facts cut_short{quick, {"slow.saved", "an/?/?", Unknown{out_of_time()}, "file"}};
    SECTION("once") {
        scan.request.usual_priority = [] {};
        CHECK(scan.facts() == cut_short);
        CHECK(disk.asked == 2);
    }
    SECTION("a scan in the foreground") {
        CHECK(scan.facts() == cut_short);
        CHECK(disk.asked == 1);
    }
    SECTION("nothing was cut short") {
        disk.busy_disk = false;
        bool raised = false;
        scan.request.usual_priority = [&] { raised = true; };
        CHECK(scan.facts().size() == 2);
        CHECK(disk.asked == 1);
        CHECK_FALSE(raised);
    }
}

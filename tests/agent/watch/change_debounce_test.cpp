#include "agent/watch/change_debounce.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

constexpr ChangeDebounce::Time start{1h};

}  // namespace

TEST_CASE("nothing is due while nothing has changed") {
    ChangeDebounce changes;
    CHECK(!changes.due());
    changes.scan_begins(start);
    CHECK(!changes.due());
}

TEST_CASE("a scan waits for quiet") {
    ChangeDebounce changes;
    changes.changed(start);
    CHECK(changes.due() == start + 5s);
    changes.changed(start + 4s);
    CHECK(changes.due() == start + 9s);
    changes.scan_begins(start + 9s);
    CHECK(!changes.due());
}

TEST_CASE("a file that is written all the time is scanned 30 seconds after its first change") {
    ChangeDebounce changes;
    for (auto passed = 0s; passed <= 60s; passed += 2s) changes.changed(start + passed);
    CHECK(changes.due() == start + 30s);
}

TEST_CASE("what changes while a scan runs is seen by the next one") {
    ChangeDebounce changes;
    changes.changed(start);
    changes.scan_begins(start + 5s);
    changes.changed(start + 6s);
    changes.scan_ended(true, 3s);
    CHECK(changes.due() == start + 5s + 24s);  // eight times three seconds apart
    changes.scan_begins(start + 29s);
    changes.scan_ended(true, 300ms);
    changes.changed(start + 30s);
    CHECK(changes.due() == start + 39s);  // ten seconds apart again
}

TEST_CASE("scans for changes that are none keep more distance, but a cheap one comes within a minute") {
    ChangeDebounce changes;
    ChangeDebounce::Time now = start;
    std::vector<std::chrono::milliseconds> waits;
    for (int scan = 0; scan < 5; ++scan) {
        changes.changed(now);
        const ChangeDebounce::Time due = changes.due().value();
        waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(due - now));
        changes.scan_begins(due);
        changes.scan_ended(false, 100ms);
        now = due;
    }
    CHECK(waits == std::vector<std::chrono::milliseconds>{5s, 20s, 40s, 40s, 40s});
    changes.changed(now);
    changes.scan_begins(changes.due().value());
    changes.scan_ended(true, 100ms);
    changes.changed(now + 41s);
    CHECK(changes.due() == now + 50s);
}

TEST_CASE("however slow a scan is, a change is scanned") {
    ChangeDebounce changes;
    changes.changed(start);
    changes.scan_begins(start);
    changes.scan_ended(false, 10min);
    changes.changed(start + 1s);
    CHECK(changes.due() == start + 15min);
}

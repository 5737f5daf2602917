#include "agent/store/thinning.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const Instant now = parse_instant("2026-11-22T12:00:00Z");
using Sequences = std::vector<std::int64_t>;

/// Six reports a day, oldest first, for so many days.
std::vector<StoredReport> history(int days) {
    std::vector<StoredReport> all;
    for (int i = days * 6 - 1; i >= 0; --i)
        all.push_back({static_cast<std::int64_t>(all.size() + 1), now - 4h * i, 100, false});
    return all;
}

}  // namespace

TEST_CASE("a year and more of reports is thinned to all of a week, one a day, one a week") {
    const std::vector<StoredReport> reports = history(500);
    const Sequences gone = outlived(reports, now);
    const std::set<std::int64_t> gone_set(gone.begin(), gone.end());
    int week = 0;
    int quarter = 0;
    int year = 0;
    int older = 0;
    for (const StoredReport& report : reports) {
        if (gone_set.contains(report.sequence)) continue;
        const auto age = now - report.taken_at;
        ++(age <= 7 * 24h ? week : age <= 90 * 24h ? quarter : age <= 400 * 24h ? year : older);
    }
    CHECK(week == 43);     // 7 days of 6, and the one that is exactly 7 days old
    CHECK(quarter == 83);  // a day each
    CHECK(year == 45);     // a week each of the remaining 310 days
    CHECK(older == 0);
}

TEST_CASE("of a day the newest stays") {
    const std::vector<StoredReport> reports = {{1, now - 240h - 3h, 1, false},
                                               {2, now - 240h - 2h, 1, false},
                                               {3, now - 240h - 1h, 1, false},
                                               {4, now, 1, false}};
    CHECK(outlived(reports, now) == Sequences{2, 1});
}

TEST_CASE("thinning twice changes nothing more") {
    std::vector<StoredReport> reports = history(500);
    const Sequences gone = outlived(reports, now);
    const std::set<std::int64_t> gone_set(gone.begin(), gone.end());
    std::erase_if(reports, [&](const StoredReport& report) { return gone_set.contains(report.sequence); });
    CHECK(outlived(reports, now).empty());
}

TEST_CASE("queued reports and the newest stay whatever their age") {
    CHECK(outlived({{1, now - 10'000h, 1, true}, {2, now - 10'000h, 1, false}}, now).empty());
    CHECK(outlived({{1, now - 10'000h, 1, false}, {2, now - 10'000h, 1, false}}, now) == Sequences{1});
}

TEST_CASE("dates of a clock that was ahead are thinned like old ones") {
    CHECK(outlived({{1, now + 10'000h, 1, false}, {2, now, 1, false}}, now) == Sequences{1});
    CHECK(outlived({{1, now + 1h, 1, false}, {2, now, 1, false}}, now).empty());
}

TEST_CASE("the limit takes the oldest sent, then the oldest unsent, never the newest") {
    const std::vector<StoredReport> reports = {
        {1, now, 10, true}, {2, now, 10, false}, {3, now, 10, true}, {4, now, 10, false}, {5, now, 10, true}};
    CHECK(over_limit(reports, 50).empty());
    CHECK(over_limit(reports, 49) == Sequences{2});
    CHECK(over_limit(reports, 30) == Sequences{2, 4});
    CHECK(over_limit(reports, 20) == Sequences{2, 4, 1});
    CHECK(over_limit(reports, 0) == Sequences{2, 4, 1, 3});
    CHECK(over_limit({}, 0).empty());
}

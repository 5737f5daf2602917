// How PCs are counted by standing, and the one form in which that is told.
#include "reporting/central/judging/standing_counts.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using nlohmann::json;

TEST_CASE("counts: sums, and the share that is known to comply among those that are judged") {
    StandingCounts counts{{Standing::pass, 3}, {Standing::fail, 1}};
    counts.count(Standing::silent);
    counts.count(Standing::unknown, 2);
    CHECK(counts.all() == 7);
    CHECK(counts.of(Standing::silent) == 1);
    CHECK(counts.of(Standing::waived) == 0);
    CHECK(counts.compliant_share() == 0.5);  // silent ones are not judged
    CHECK_FALSE(StandingCounts{{Standing::silent, 2}}.compliant_share().has_value());
    CHECK((counts += counts) ==
          StandingCounts{{Standing::pass, 6}, {Standing::fail, 2}, {Standing::unknown, 4}, {Standing::silent, 2}});
}

TEST_CASE("counts: of PCs and of PCs on a clause each standing is told, also where there is none") {
    const StandingCounts counts{{Standing::pass, 3}, {Standing::waived, 1}};
    CHECK(counts_json(counts, standings_on_clauses) == json{{"pass", 3}, {"fail", 0}, {"unknown", 0}, {"waived", 1}});
    CHECK(pc_counts_json({{Standing::fail, 2}, {Standing::silent, 1}}) ==
          json{{"devices", 3}, {"pass", 0}, {"fail", 2}, {"unknown", 0}, {"silent", 1}});
}

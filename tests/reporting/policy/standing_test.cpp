#include "reporting/policy/standing.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "embedded/page_standings.h"

using namespace wardwatch;

namespace {

constexpr std::array every_standing{Standing::not_applicable, Standing::pass,    Standing::waived,
                                    Standing::silent,         Standing::unknown, Standing::fail};

}  // namespace

TEST_CASE("the worst standing wins") {
    CHECK(worst({Standing::pass, Standing::fail, Standing::unknown}) == Standing::fail);
    CHECK(worst({Standing::pass, Standing::waived, Standing::unknown}) == Standing::unknown);
    CHECK(worst({Standing::silent, Standing::unknown}) == Standing::unknown);
    CHECK(worst({Standing::silent, Standing::pass}) == Standing::silent);
    CHECK(worst({Standing::waived, Standing::pass}) == Standing::waived);
    CHECK(worst({Standing::not_applicable, Standing::pass}) == Standing::pass);
    CHECK(worst({Standing::not_applicable}) == Standing::not_applicable);
}

TEST_CASE("a waiver covers failures only") {
    CHECK(standing_of(Status::fail) == Standing::fail);
    CHECK(standing_of(Status::fail, true) == Standing::waived);
    CHECK(standing_of(Status::unknown, true) == Standing::unknown);
    CHECK(standing_of(Status::pass, true) == Standing::pass);
    CHECK(standing_of(Status::not_applicable) == Standing::not_applicable);
}

TEST_CASE("standings have the names of verdicts, and each name is read again") {
    for (const Standing standing : every_standing) CHECK(standing_from(name_of(standing)) == standing);
    for (const Status status : {Status::pass, Status::fail, Status::unknown, Status::not_applicable})
        CHECK(name_of(standing_of(status)) == name_of(status));
    CHECK(name_of(Standing::waived) == "waived");
    CHECK(name_of(Standing::silent) == "silent");
    CHECK_THROWS_AS(standing_from("passed"), std::invalid_argument);
}

TEST_CASE("standings in words") {
    CHECK(standing_text(Standing::pass, Language::vi) == "đạt");
    CHECK(standing_label(Standing::pass, Language::vi) == "Đạt");
    CHECK(standing_text(Standing::waived, Language::vi) == "được miễn trừ");
    CHECK(standing_label(Standing::waived, Language::vi) == "Được miễn trừ");
    CHECK(standing_label(Standing::silent, Language::vi) == "Mất liên lạc");
    CHECK(standing_text(Standing::not_applicable, Language::en) == "not applicable");
    CHECK(standing_label(Standing::not_applicable, Language::en) == "Not applicable");
}

TEST_CASE("the page has the same words") {
    for (const Standing standing : every_standing) {
        const std::string line = std::string{name_of(standing)} + ": [\"" + standing_label(standing, Language::vi) +
                                 "\", \"" + standing_label(standing, Language::en) + "\"],\n";
        CAPTURE(line);
        CHECK(embedded::page_standings.find("\n  " + line) != std::string_view::npos);
    }
}

TEST_CASE("a PC is silent when nothing was heard of its facts for longer than the days") {
    const Instant now = parse_instant("2026-11-22T08:00:00Z");
    const std::chrono::days week{7};
    CHECK_FALSE(is_silent(now - week, now, week));
    CHECK(is_silent(now - week - std::chrono::seconds{1}, now, week));
    CHECK_FALSE(is_silent(now, now, week));
}

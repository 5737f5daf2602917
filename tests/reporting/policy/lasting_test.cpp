// Verdicts hold until the instant that the judge names, and no verdict changes before it.
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "reporting/policy/condition.h"
#include "reporting/policy/judge.h"
#include "tests/reporting/policy/reports.h"

using namespace wardwatch;

namespace {

/// Status and subject of each; ages in words grow all the time.
std::string statuses(const std::vector<Verdict>& verdicts) {
    std::string all;
    for (const Verdict& verdict : verdicts)
        all += verdict.rule_id + " " + verdict.instance + " " + std::string{name_of(verdict.status)} + "\n";
    return all;
}

/// One whose dates lie before and behind the time at which it is judged.
std::vector<Report> reports() {
    const Report good = compliant();
    return {good, with(good, "accounts.password_changed_at", "an.nguyen", days_before(89, 5)),
            with(good, "accounts.password_changed_at", "an.nguyen", days_before(-3)),
            with(good, "accounts.last_logon_at", "an.nguyen", days_before(400)),
            with(with(good, "antivirus.licence_expires_at", "Kaspersky", days_before(-40)), "accounts.last_logon_at",
                 "an.nguyen", days_before(20))};
}

}  // namespace

TEST_CASE("verdicts hold until the instant that is named, and one changes or may change then") {
    for (const Report& report : reports()) {
        Instant now = test_now;
        int stretches = 0;
        while (now < test_now + std::chrono::days{800}) {
            const LastingVerdicts first = judge_lasting(baseline(), report, now);
            REQUIRE(first.holds_until > now);
            const Instant last =
                std::min(first.holds_until, test_now + std::chrono::days{800}) - std::chrono::seconds{1};
            for (const Instant at : {now + (last - now) / 3, last}) {
                CAPTURE(format_instant(now), format_instant(at));
                CHECK(statuses(judge(baseline(), report, at)) == statuses(first.verdicts));
            }
            now = first.holds_until;
            ++stretches;
        }
        // A password grows old in any of these: time changes something.
        CHECK(stretches >= 2);
    }
}

TEST_CASE("the second in which a password passes its age is the one that is named") {
    const Instant changed = days_before(30);
    const Report report = with(compliant(), "accounts.password_changed_at", "an.nguyen", changed);
    const auto status_at = [&](Instant at) {
        for (const Verdict& verdict : judge(baseline(), report, at))
            if (verdict.rule_id == "password-age" && verdict.instance == "an.nguyen") return verdict.status;
        return Status::not_applicable;
    };
    const Instant over = changed + std::chrono::days{90} + std::chrono::seconds{1};
    CHECK(status_at(over - std::chrono::seconds{1}) == Status::pass);
    CHECK(status_at(over) == Status::fail);
    Instant now = test_now;
    while (now < over) {
        now = judge_lasting(baseline(), report, now).holds_until;
        CHECK(now <= over);
    }
    CHECK(now == over);
}

TEST_CASE("what knows no time holds for ever") {
    const Parameters none;
    const auto holds = [&](const char* text, const Facts& facts) {
        const FactTable table{facts};
        return evaluate(parse_condition(nlohmann::json::parse(text), "test", none), {table, "", test_now}).holds_until;
    };
    const Facts facts{{"t.count", "", std::int64_t{3}, "test"},
                      {"t.ends_at", "", days_before(-10), "test"},
                      {"t.seen_at", "", days_before(10), "test"}};
    CHECK(holds(R"({"fact": "t.count", "at_most": 3})", facts) == forever);
    CHECK(holds(R"({"fact": "t.ends_at", "in_future": true})", facts) == days_before(-10));
    CHECK(holds(R"({"not": {"fact": "t.ends_at", "in_future": true}})", facts) == days_before(-10));
    CHECK(holds(R"({"fact": "t.seen_at", "in_future": true})", facts) == forever);
    CHECK(holds(R"({"fact": "t.seen_at", "newer_than_days": 30})", facts) == days_before(-20, -1));
    CHECK(holds(R"({"fact": "t.seen_at", "newer_than_days": 5})", facts) == forever);
    // A date in the future is unknown until it has come.
    CHECK(holds(R"({"fact": "t.ends_at", "newer_than_days": 5})", facts) == days_before(-10));
    // What decides alone holds as long as it does, whatever the others do; else the first of all to change counts.
    CHECK(holds(R"({"any": [{"fact": "t.count", "at_most": 3}, {"fact": "t.ends_at", "in_future": true}]})", facts) ==
          forever);
    CHECK(holds(R"({"all": [{"fact": "t.count", "at_most": 3}, {"fact": "t.ends_at", "in_future": true},
                            {"fact": "t.seen_at", "newer_than_days": 30}]})",
                facts) == days_before(-10));
}

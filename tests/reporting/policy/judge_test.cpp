#include "reporting/policy/judge.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/reporting/policy/reports.h"

using namespace wardwatch;
using nlohmann::json;

namespace {

json text(const char* words) { return {{"vi", words}, {"en", words}}; }

/// A policy with one rule: t.value of each t.kind is at most 3.
Policy policy_with(const json& changes) {
    json rule = {{"id", "r"},
                 {"clause", "1"},
                 {"severity", "violation"},
                 {"title", text("t")},
                 {"required", text("q")},
                 {"remedy", text("m")},
                 {"each", "t.kind"},
                 {"when_none", "not_applicable"},
                 {"observed", "t.value"},
                 {"require", {{"fact", "t.value"}, {"at_most", 3}}}};
    for (const auto& [name, value] : changes.items()) {
        if (value.is_null()) {
            rule.erase(name);
        } else {
            rule[name] = value;
        }
    }
    json labels;
    for (const char* id : {"t.kind", "t.value", "t.count", "t.other", "t.changed_at"}) labels[id] = text(id);
    return parse_policy(json{
        {"id", "p"},
        {"version", "1"},
        {"title", text("t")},
        {"parameters", json::object()},
        {"official_hosts", json::array()},
        {"clauses", {{"1", text("c")}}},
        {"facts", labels},
        {"words", json::object()},
        {"rules", {rule}}}.dump());
}

Fact kind(const char* instance, const char* value = "x") { return {"t.kind", instance, std::string(value), "test"}; }
Fact number(const char* instance, std::int64_t value) { return {"t.value", instance, value, "test"}; }

/// "a:pass b:unknown(busy)"
std::string judged(const Policy& policy, Facts facts) {
    std::string result;
    for (const Verdict& verdict : judge(policy, report_with(std::move(facts)), test_now)) {
        result += (result.empty() ? "" : " ") + verdict.instance + ":" + std::string(name_of(verdict.status));
        if (verdict.reason != Reason{}) result += "(" + sentence_of(verdict.reason) + ")";
    }
    return result;
}

const json where_x = {{"fact", "t.kind"}, {"equals", "x"}};

}  // namespace

TEST_CASE("every subject has its verdict, in the order of the instances") {
    const Policy policy = policy_with({});
    CHECK(judged(policy, {kind("b"),
                          kind("a"),
                          kind("c"),
                          number("b", 4),
                          number("a", 3),
                          {"t.value", "c", Unknown{in_words("busy")}, "test"}}) == "a:pass b:fail c:unknown(busy)");
    CHECK(judged(policy, {kind("a")}) == "a:unknown(not in the report)");
}

TEST_CASE("the observed fact is the first that the report holds, the subject's before the PC's") {
    const Policy policy = policy_with({{"observed", {"t.other", "t.value"}}});
    const auto observed = [&](Facts facts) {
        return judge(policy, report_with(std::move(facts)), test_now).at(0).observed;
    };
    CHECK(observed({kind("a"), number("a", 1)}) == number("a", 1));
    CHECK(observed({kind("a"), number("a", 1), {"t.other", "", true, "test"}}) == Fact{"t.other", "", true, "test"});
    CHECK(observed({kind("a"), {"t.other", "a", true, "x"}, {"t.other", "", true, "test"}}) ==
          Fact{"t.other", "a", true, "x"});
    CHECK(observed({kind("a")}) == std::nullopt);
}

TEST_CASE("where chooses subjects; when that is unknown, so is the verdict") {
    const Policy policy = policy_with({{"where", where_x}});
    CHECK(judged(policy, {kind("a"),
                          number("a", 1),
                          kind("b", "y"),
                          number("b", 9),
                          {"t.kind", "c", Unknown{in_words("why")}, "test"},
                          number("c", 1)}) == "a:pass c:unknown(why)");
}

TEST_CASE("no subjects: when_none decides only if the collector answered") {
    for (const char* when_none : {"not_applicable", "fail", "pass"}) {
        const Policy policy = policy_with({{"when_none", when_none}, {"where", where_x}});
        const std::string decided = std::string(":") + when_none;
        CHECK(judged(policy, {{"t.other", "", true, "test"}}) == decided);
        CHECK(judged(policy, {kind("a", "y")}) == decided);
        CHECK(judged(policy, {}) == ":unknown(not in the report)");
        CHECK(judged(policy, {{"other.fact", "", true, "test"}}) == ":unknown(not in the report)");
        CHECK(judged(policy, {{"t", "", Unknown{in_words("timed out")}, "collector"}}) == ":unknown(timed out)");
    }
}

TEST_CASE("a count that is unknown or larger means that subjects may be missing") {
    const Policy policy = policy_with({{"complete", "t.count"}, {"when_none", "pass"}});
    const auto count = [](Value value) { return Fact{"t.count", "", std::move(value), "test"}; };
    CHECK(judged(policy, {count(std::int64_t{0})}) == ":pass");
    CHECK(judged(policy, {count(std::int64_t{1})}) == ":unknown(not all of them are in the report)");
    CHECK(judged(policy, {count(Unknown{in_words("a home is closed")})}) == ":unknown(a home is closed)");
    CHECK(judged(policy, {count(true)}) == ":unknown(the report holds another kind of value than the rule compares)");
    CHECK(judged(policy, {count(std::int64_t{1}), kind("a"), number("a", 1)}) == "a:pass");
    // Downgrade snapshots are subjects that the count of live profiles leaves out.
    CHECK(judged(policy, {count(std::int64_t{1}), kind("a"), number("a", 1), kind("b"), number("b", 2)}) ==
          "a:pass b:pass");
    CHECK(judged(policy, {count(std::int64_t{2}), kind("a"), number("a", 1)}) ==
          ":unknown(not all of them are in the report) a:pass");
    CHECK(judged(policy, {count(Unknown{in_words("a home is closed")}), kind("a"), number("a", 9)}) ==
          ":unknown(a home is closed) a:fail");
    CHECK(judged(policy, {kind("a"), number("a", 1)}) == ":unknown(not in the report) a:pass");
}

TEST_CASE("some: one that passes is enough, and only what decides is shown") {
    const Policy policy = policy_with({{"some", true}, {"when_none", "fail"}, {"complete", "t.count"}});
    const auto count = [](std::int64_t value) { return Fact{"t.count", "", value, "test"}; };
    const Fact closed{"t.value", "c", Unknown{in_words("busy")}, "test"};
    CHECK(judged(policy, {count(3), kind("a"), kind("b"), kind("c"), number("a", 9), number("b", 1), closed}) ==
          "b:pass");
    CHECK(judged(policy, {count(3), kind("a"), kind("b"), kind("c"), number("a", 9), number("b", 9), closed}) ==
          "c:unknown(busy)");
    CHECK(judged(policy, {count(2), kind("a"), kind("b"), number("a", 9), number("b", 9)}) == "a:fail b:fail");
    CHECK(judged(policy, {count(2), kind("a"), number("a", 9)}) == ":unknown(not all of them are in the report)");
    CHECK(judged(policy, {count(0)}) == ":fail");
}

TEST_CASE("a rule about the PC has one subject, in the report or not") {
    const Policy policy = policy_with({{"each", nullptr}, {"when_none", nullptr}});
    CHECK(judged(policy, {number("", 3)}) == ":pass");
    CHECK(judged(policy, {number("", 4)}) == ":fail");
    CHECK(judged(policy, {kind("a")}) == ":unknown(not in the report)");
    CHECK(judged(policy, {{"t", "", Unknown{in_words("timed out")}, "collector"}}) == ":unknown(timed out)");
}

TEST_CASE("ages count from now, or from the report when the PC's clock is ahead") {
    const Policy policy = policy_with({{"require", {{"fact", "t.changed_at"}, {"newer_than_days", 90}}}});
    Report report = report_with({kind("a"), {"t.changed_at", "a", days_before(90), "test"}});
    CHECK(judge(policy, report, test_now).at(0).status == Status::pass);
    CHECK(judge(policy, report, test_now + std::chrono::seconds{1}).at(0).status == Status::fail);
    // The centre's clock is behind: the password was changed "tomorrow", and still the answer is right.
    CHECK(judge(policy, report, days_before(91)).at(0).status == Status::pass);
    report.taken_at = test_now + std::chrono::seconds{1};
    CHECK(judge(policy, report, test_now).at(0).status == Status::fail);
}

TEST_CASE("a summary: fail beats unknown beats pass beats not applicable") {
    const Rule rule = policy_with({}).rules.at(0);
    const auto of = [&](std::vector<Status> statuses) {
        std::vector<Verdict> verdicts{{"other rule", "", Status::fail, {}, {}}};
        for (const Status status : statuses) verdicts.push_back({"r", "", status, {}, {}});
        return summary(rule, verdicts);
    };
    using enum Status;
    CHECK(of({pass, unknown, fail}) == fail);
    CHECK(of({pass, unknown, not_applicable}) == unknown);
    CHECK(of({not_applicable, pass}) == pass);
    CHECK(of({not_applicable}) == not_applicable);
    CHECK(of({}) == not_applicable);
}

TEST_CASE("overall: advice never counts") {
    const Policy violation = policy_with({});
    const Policy advice = policy_with({{"severity", "advice"}});
    const Policy grave = policy_with({{"severity", "grave"}});
    using enum Status;
    const auto verdicts = [](Status status) { return std::vector<Verdict>{{"r", "", status, {}, {}}}; };
    CHECK(overall(violation, verdicts(fail)) == fail);
    CHECK(overall(grave, verdicts(fail)) == fail);
    CHECK(overall(violation, verdicts(unknown)) == unknown);
    CHECK(overall(violation, verdicts(pass)) == pass);
    CHECK(overall(violation, verdicts(not_applicable)) == pass);
    CHECK(overall(advice, verdicts(fail)) == pass);
    CHECK(overall(advice, verdicts(unknown)) == pass);
}

TEST_CASE("names") {
    CHECK(name_of(Status::pass) == "pass");
    CHECK(name_of(Status::fail) == "fail");
    CHECK(name_of(Status::unknown) == "unknown");
    CHECK(name_of(Status::not_applicable) == "not_applicable");
    CHECK(name_of(Severity::grave) == "grave");
    CHECK(name_of(Severity::violation) == "violation");
    CHECK(name_of(Severity::advice) == "advice");
}

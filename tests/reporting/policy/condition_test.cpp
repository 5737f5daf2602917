#include "reporting/policy/condition.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <nlohmann/json.hpp>

#include "reporting/wire/strict_json.h"
#include "tests/reporting/policy/reports.h"

using namespace wardwatch;
using Catch::Matchers::Message;

namespace {

const Answer yes{Truth::yes, {}};
const Answer no{Truth::no, {}};
Answer unknown(const char* reason) { return {Truth::unknown, in_words(reason)}; }

const Facts facts{
    {"t.yes", "s", true, "test"},
    {"t.no", "s", false, "test"},
    {"t.one", "s", Unknown{in_words("first")}, "test"},
    {"t.two", "s", Unknown{in_words("second")}, "test"},
    {"t.number", "s", std::int64_t{5}, "test"},
    {"t.text", "s", std::string("on"), "test"},
    {"t.pc", "", true, "test"},
    {"t.twice", "s", true, "a"},
    {"t.twice", "s", false, "b"},
    {"t.same", "s", true, "a"},
    {"t.same", "s", true, "b"},
    {"broken", "", Unknown{in_words("timed out")}, "collector"},
};

/// Until when it holds is lasting_test.cpp's.
Answer ask(const char* condition, const Facts& about = facts, Instant now = test_now) {
    const FactTable table(about);
    Answer answer =
        evaluate(parse_condition(nlohmann::json::parse(condition), "require", {{"limit", 5}}), {table, "s", now});
    answer.holds_until = forever;
    return answer;
}

/// {"fact":"t.yes","equals":true}, …: a condition that is yes, no or unknown.
std::string operand(int truth) {
    constexpr std::array ids{"t.no", "t.one", "t.yes"};
    return std::string(R"({"fact":")") + ids.at(static_cast<std::size_t>(truth)) + R"(","equals":true})";
}

}  // namespace

TEST_CASE("all and any: Kleene's tables") {
    for (int a = 0; a < 3; ++a) {
        for (int b = 0; b < 3; ++b) {
            CAPTURE(a, b);
            const std::string operands = "[" + operand(a) + "," + operand(b) + "]";
            CHECK(ask((R"({"all":)" + operands + "}").c_str()).truth == static_cast<Truth>(std::min(a, b)));
            CHECK(ask((R"({"any":)" + operands + "}").c_str()).truth == static_cast<Truth>(std::max(a, b)));
        }
    }
}

TEST_CASE("not turns yes and no and keeps unknown with its reason") {
    CHECK(ask((R"({"not":)" + operand(0) + "}").c_str()) == yes);
    CHECK(ask((R"({"not":)" + operand(2) + "}").c_str()) == no);
    CHECK(ask((R"({"not":)" + operand(1) + "}").c_str()) == unknown("first"));
}

TEST_CASE("the first unknown gives the reason, and a decided answer has none") {
    const std::string two = R"({"fact":"t.two","equals":true})";
    CHECK(ask((R"({"all":[)" + operand(2) + "," + two + "," + operand(1) + "]}").c_str()) == unknown("second"));
    CHECK(ask((R"({"any":[)" + operand(0) + "," + operand(1) + "," + two + "]}").c_str()) == unknown("first"));
    CHECK(ask((R"({"all":[)" + operand(1) + "," + operand(0) + "]}").c_str()) == no);
    CHECK(ask((R"({"any":[)" + operand(1) + "," + operand(2) + "]}").c_str()) == yes);
}

TEST_CASE("comparisons") {
    CHECK(ask(R"({"fact":"t.text","equals":"on"})") == yes);
    CHECK(ask(R"({"fact":"t.text","equals":"off"})") == no);
    CHECK(ask(R"({"fact":"t.number","equals":5})") == yes);
    CHECK(ask(R"({"fact":"t.number","equals":"$limit"})") == yes);
    CHECK(ask(R"({"fact":"t.text","one_of":["off","on"]})") == yes);
    CHECK(ask(R"({"fact":"t.text","one_of":["off","snoozed"]})") == no);
    CHECK(ask(R"({"fact":"t.number","at_least":5})") == yes);
    CHECK(ask(R"({"fact":"t.number","at_least":6})") == no);
    CHECK(ask(R"({"fact":"t.number","at_most":"$limit"})") == yes);
    CHECK(ask(R"({"fact":"t.number","at_most":4})") == no);
    CHECK(ask(R"({"fact":"t.pc","of_pc":true,"equals":true})") == yes);
    CHECK(ask(R"({"fact":"t.pc","equals":true})") == unknown("not in the report"));
}

TEST_CASE("what cannot be compared is unknown") {
    const Answer other = unknown("the report holds another kind of value than the rule compares");
    CHECK(ask(R"({"fact":"t.text","equals":true})") == other);
    CHECK(ask(R"({"fact":"t.text","at_least":1})") == other);
    CHECK(ask(R"({"fact":"t.yes","at_most":1})") == other);
    CHECK(ask(R"({"fact":"t.number","one_of":["5"]})") == other);
    CHECK(ask(R"({"fact":"t.missing","equals":true})") == unknown("not in the report"));
    CHECK(ask(R"({"fact":"silent.x","equals":true})") == unknown("not in the report"));
    CHECK(ask(R"({"fact":"broken.x","equals":true})") == unknown("timed out"));
    CHECK(ask(R"({"fact":"t.twice","equals":true})") == unknown("reported twice with different values"));
    CHECK(ask(R"({"fact":"t.same","equals":true})") == yes);
    CHECK(ask(R"({"fact":"x.wrong_at","in_future":true})", {{"x.wrong_at", "s", true, "test"}}) == other);
}

TEST_CASE("dates: exactly N days old is new enough, one second more is not") {
    const auto newer = [](Instant instant) {
        return ask(R"({"fact":"t.changed_at","newer_than_days":90})", {{"t.changed_at", "s", instant, "test"}});
    };
    CHECK(newer(days_before(90)) == yes);
    CHECK(newer(days_before(90, 1)) == no);
    CHECK(newer(test_now) == yes);
    CHECK(newer(days_before(0, -1)) == unknown("the date lies in the future"));
    CHECK(newer(Instant{}) == no);
    CHECK(newer(Instant::min()) == no);
    CHECK(newer(Instant::max()) == unknown("the date lies in the future"));
}

TEST_CASE("dates: in the future means later than now") {
    const auto future = [](Instant instant) {
        return ask(R"({"fact":"t.ends_at","in_future":true})", {{"t.ends_at", "s", instant, "test"}});
    };
    CHECK(future(test_now) == no);
    CHECK(future(days_before(0, -1)) == yes);
}

TEST_CASE("malformed conditions are refused with their place") {
    const auto parse = [](const char* text) {
        return parse_condition(nlohmann::json::parse(text), "require", {{"limit", 5}, {"huge", 40000}});
    };
    const auto refused = [&](const char* text, const char* message) {
        CHECK_THROWS_MATCHES(parse(text), JsonError, Message(message));
    };
    refused("[]", "require: expected an object");
    refused("{}", "require: no operator");
    refused(R"({"fact":"a.b"})", "require: no operator");
    refused(R"({"fact":"a.b","equals":1,"at_least":1})", "require: more than one operator");
    refused(R"({"equals":1})", "require: member \"fact\" is missing");
    refused(R"({"all":[]})", "require.all: expected an array that is not empty");
    refused(R"({"any":[{"all":[{"fact":"a.b","equals":null}]}]})", "require.any[0].all[0].equals: expected an integer");
    refused(R"({"not":[]})", "require.not: expected an object");
    refused(R"({"all":[{"fact":"a.b","equals":1}],"fact":"a.b"})", "require: unknown member \"fact\"");
    refused(R"({"fact":"a.b","equals":1,"of_PC":true})", "require: unknown member \"of_PC\"");
    refused(R"({"fact":"a.b","of_pc":1,"equals":1})", "require.of_pc: expected true or false");
    refused(R"({"fact":"a.b","one_of":[1,true]})", "require.one_of: expected values of one kind");
    refused(R"({"fact":"a.b","at_most":"$limits"})",
            "require.at_most: expected an integer or \"$\" and the name of a parameter");
    refused(R"({"fact":"a.b","at_most":"limit"})",
            "require.at_most: expected an integer or \"$\" and the name of a parameter");
    refused(R"({"fact":"a.b","at_most":1.5})", "require.at_most: expected an integer");
    refused(R"({"fact":"a.b_at","newer_than_days":-1})", "require.newer_than_days: expected 0 to 36525 days");
    refused(R"({"fact":"a.b_at","newer_than_days":"$huge"})", "require.newer_than_days: expected 0 to 36525 days");
    refused(R"({"fact":"a.b_at","in_future":false})",
            "require.in_future: expected true (use \"not\" for the opposite)");
    const char* kinds = "facts that end in _at, and no others, are compared by newer_than_days and in_future";
    refused(R"({"fact":"a.b","newer_than_days":1})", (std::string("require.newer_than_days: ") + kinds).c_str());
    refused(R"({"fact":"a.b_at","equals":1})", (std::string("require.equals: ") + kinds).c_str());
}

TEST_CASE("a condition knows which facts it reads") {
    const auto condition = parse_condition(
        nlohmann::json::parse(R"({"any":[{"fact":"a.b","equals":1},{"not":{"fact":"c.d","of_pc":true,"equals":1}}]})"),
        "", {});
    CHECK(facts_of(condition) == std::set<std::string>{"a.b", "c.d"});
}

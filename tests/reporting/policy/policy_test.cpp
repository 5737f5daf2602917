#include "reporting/policy/policy.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <nlohmann/json.hpp>

using namespace wardwatch;
using Catch::Matchers::Message;
using nlohmann::json;

namespace {

json text(const char* words) { return {{"vi", words}, {"en", words}}; }

json small_policy() {
    return {{"id", "p"},
            {"version", "1"},
            {"title", text("title")},
            {"parameters", {{"limit", 3}}},
            {"official_hosts", {"*.gov.vn"}},
            {"clauses", {{"1a", text("clause")}}},
            {"facts", {{"a.b", text("label")}, {"a.count", text("count")}}},
            {"words", {{"busy", text("in use")}, {"a.b=0", text("none")}}},
            {"rules",
             {{{"id", "r"},
               {"clause", "1a"},
               {"severity", "grave"},
               {"title", text("{instance}")},
               {"required", text("at most {limit}")},
               {"remedy", text("{value}")},
               {"each", "a.b"},
               {"complete", "a.count"},
               {"some", true},
               {"when_none", "fail"},
               {"observed", "a.b"},
               {"where", {{"fact", "a.b"}, {"at_least", 0}}},
               {"require", {{"fact", "a.b"}, {"at_most", "$limit"}}}}}}};
}

void refused(const json& policy, const std::string& message) {
    CHECK_THROWS_MATCHES(parse_policy(policy.dump()), PolicyError, Message(message));
}

/// The small policy with one member of its rule replaced or, by null, left out.
json with_rule(const char* member, json value) {
    json policy = small_policy();
    json& rule = policy["rules"][0];
    if (value.is_null()) {
        rule.erase(member);
    } else {
        rule[member] = std::move(value);
    }
    return policy;
}

}  // namespace

TEST_CASE("a policy is read whole") {
    const Policy policy = parse_policy(small_policy().dump());
    CHECK(policy.id == "p");
    CHECK(policy.version == "1");
    CHECK(policy.title.in(Language::vi) == "title");
    CHECK(policy.parameters.at("limit") == 3);
    CHECK(policy.official_hosts == std::vector<std::string>{"*.gov.vn"});
    CHECK(policy.clauses.at("1a").en == "clause");
    CHECK(policy.facts.at("a.b").en == "label");
    CHECK(policy.words.at("busy").vi == "in use");
    REQUIRE(policy.rules.size() == 1);
    const Rule& rule = policy.rules[0];
    CHECK(rule.id == "r");
    CHECK(rule.clause == "1a");
    CHECK(rule.severity == Severity::grave);
    CHECK(rule.each == "a.b");
    CHECK(rule.complete == "a.count");
    CHECK(rule.some);
    CHECK(rule.when_none == "fail");
    CHECK(rule.observed == std::vector<std::string>{"a.b"});
    CHECK(rule.where != nullptr);
    CHECK(rule.require != nullptr);
}

TEST_CASE("malformed policies are refused with the place") {
    json policy = small_policy();
    policy["comment"] = "x";
    refused(policy, "unknown member \"comment\"");
    policy = small_policy();
    policy.erase("words");
    refused(policy, "member \"words\" is missing");
    policy = small_policy();
    policy["title"].erase("vi");
    refused(policy, "title: member \"vi\" is missing");
    policy = small_policy();
    policy["clauses"]["1a"]["en"] = "";
    refused(policy, "clauses.1a.en: shorter than 1 characters");
    policy = small_policy();
    policy["parameters"]["limit"] = 1.5;
    refused(policy, "parameters.limit: expected an integer");
    policy = small_policy();
    policy["official_hosts"] = {"a", 1};
    refused(policy, "official_hosts[1]: expected text");
    policy = small_policy();
    policy["facts"].erase("a.count");
    refused(policy, "rules[0]: fact a.count has no label in facts");
    policy = small_policy();
    policy["words"]["a.c=0"] = text("x");
    refused(policy, "words.a.c=0: no such fact in facts");
    policy = small_policy();
    policy["rules"].push_back(policy["rules"][0]);
    refused(policy, "rules[1].id: a rule with this id stands above");
    policy = small_policy();
    policy["rules"] = json::array();
    refused(policy, "rules: expected an array of 1 to 500 rules");
    CHECK_THROWS_MATCHES(parse_policy("{\"id\":\"p\",\"id\":\"p\"}"), PolicyError,
                         Message("member \"id\" stands twice"));
    CHECK_THROWS_MATCHES(parse_policy("{"), PolicyError, Message("not valid JSON in UTF-8 at byte 2"));
}

TEST_CASE("malformed rules are refused with the place") {
    refused(with_rule("clause", "9"), "rules[0].clause: not among the clauses");
    refused(with_rule("severity", "high"), "rules[0].severity: expected grave, violation or advice");
    refused(with_rule("when_none", "unknown"), "rules[0].when_none: expected not_applicable, fail or pass");
    refused(with_rule("when_none", nullptr), "rules[0]: member \"when_none\" is missing");
    refused(with_rule("each", nullptr), "rules[0]: unknown member \"complete\"");
    refused(with_rule("observed", nullptr), "rules[0]: member \"observed\" is missing");
    refused(with_rule("observed", "a.x"), "rules[0]: fact a.x has no label in facts");
    refused(with_rule("require", {{"fact", "a.x"}, {"equals", true}}), "rules[0]: fact a.x has no label in facts");
    refused(with_rule("where", {{"fact", "a.b"}}), "rules[0].where: no operator");
    refused(with_rule("title", text("{limits}")), "rules[0].title: undefined placeholder {limits}");
    refused(with_rule("remedy", text("{value")), "rules[0].remedy: undefined placeholder {value}");
    refused(with_rule("required", {{"vi", "x"}}), "rules[0].required: member \"en\" is missing");
}

TEST_CASE("a rule that is disabled is read and checked, and one rule at least is in use") {
    refused(with_rule("disabled", true), "rules: all are disabled");
    refused(with_rule("disabled", "yes"), "rules[0].disabled: expected true or false");
    json policy = with_rule("disabled", true);
    policy["rules"].push_back(small_policy()["rules"][0]);
    refused(policy, "rules[1].id: a rule with this id stands above");
    policy["rules"][1]["id"] = "other";
    const Policy read = parse_policy(policy.dump());
    REQUIRE(read.rules.size() == 1);
    CHECK(read.rules[0].id == "other");
    REQUIRE(read.disabled.size() == 1);
    CHECK(read.disabled[0].id == "r");
}

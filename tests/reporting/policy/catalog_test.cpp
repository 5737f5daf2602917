// The policy and the catalog of checks know of each other only through fact ids. Here they are compared.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>

#include "collectors/core/collector.h"
#include "collectors/credential_stores/browsers.h"
#include "reporting/policy/condition.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/policy.h"

using namespace wardwatch;

namespace {

std::map<std::string, ValueType> catalog_types() {
    std::map<std::string, ValueType> types;
    for (const Collector& collector : catalog()) {
        for (const FactInfo& info : collector.facts) types.emplace(info.id, info.type);
    }
    return types;
}

ValueType type_of(const Condition& condition) {
    switch (condition.op) {
        case Operator::newer_than_days:
        case Operator::in_future:
            return ValueType::instant;
        case Operator::at_least:
        case Operator::at_most:
            return ValueType::integer;
        default:
            break;
    }
    const Value& value = condition.values.front();
    if (std::holds_alternative<bool>(value)) return ValueType::boolean;
    return std::holds_alternative<std::string>(value) ? ValueType::text : ValueType::integer;
}

/// A comparison with another type would be unknown on every PC.
void check_types(const Condition& condition, const std::map<std::string, ValueType>& types) {
    for (const Condition& operand : condition.operands) check_types(operand, types);
    if (condition.fact.empty()) return;
    CAPTURE(condition.fact);
    REQUIRE(types.contains(condition.fact));
    CHECK(types.at(condition.fact) == type_of(condition));
}

}  // namespace

TEST_CASE("every fact of the catalog has a label, and every label a fact") {
    std::set<std::string> in_catalog;
    for (const auto& [id, ignored] : catalog_types()) in_catalog.insert(id);
    std::set<std::string> with_label;
    for (const auto& [id, ignored] : baseline().facts) with_label.insert(id);
    CHECK(in_catalog == with_label);
}

TEST_CASE("every browser has a name for people") {
    for (const Browser& browser : browsers()) {
        const std::string id{browser.name};
        CAPTURE(id);
        CHECK(subject_text("browser_policy.password_manager", id, Language::vi) != id);
    }
}

TEST_CASE("every rule compares facts of the catalog with values of their type") {
    const auto types = catalog_types();
    for (const Rule& rule : baseline().rules) {
        CAPTURE(rule.id);
        check_types(*rule.require, types);
        if (rule.where) check_types(*rule.where, types);
        if (!rule.each.empty()) CHECK(types.contains(rule.each));
        if (!rule.complete.empty()) CHECK(types.at(rule.complete) == ValueType::integer);
        for (const std::string& observed : rule.observed) CHECK(types.contains(observed));
    }
}

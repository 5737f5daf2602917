// Titles, parameters, clauses and rules as JSON.
#include "reporting/central/judging/policy_json.h"

#include "reporting/policy/judge.h"

namespace wardwatch {

using nlohmann::json;

json text_json(const Text& text) { return {{"vi", text.vi}, {"en", text.en}}; }

json rule_json(const Rule& rule) {
    return {{"id", rule.id},
            {"clause", rule.clause},
            {"severity", name_of(rule.severity)},
            {"title", text_json(rule.title)},
            {"required", text_json(rule.required)}};
}

json policy_json(const Policy& policy) {
    json clauses = json::object();
    for (const auto& [clause, text] : policy.clauses) clauses[clause] = text_json(text);
    json rules = json::array();
    for (const Rule& rule : policy.rules) rules.push_back(rule_json(rule));
    return {{"id", policy.id},
            {"version", policy.version},
            {"title", text_json(policy.title)},
            {"parameters", policy.parameters},
            {"clauses", std::move(clauses)},
            {"rules", std::move(rules)}};
}

}  // namespace wardwatch

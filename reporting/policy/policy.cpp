#include "reporting/policy/policy.h"

#include <algorithm>
#include <array>
#include <set>

#include "embedded/baseline_json.h"
#include "reporting/policy/condition.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr JsonLimits policy_limits{1u << 20, 32};
constexpr TextLimits name_limits{1, 100};
constexpr TextLimits prose_limits{1, 2000};
constexpr std::size_t rule_limit = 500;
constexpr std::size_t host_limit = 1000;

Text read_text(const json& value, const std::string& place) {
    JsonObject object(value, place);
    Text text{object.text("vi", prose_limits), object.text("en", prose_limits)};
    object.refuse_others();
    return text;
}

using Texts = std::map<std::string, Text, std::less<>>;

Texts read_texts(JsonObject& policy, std::string_view name) {
    const json& value = policy.member(name);
    JsonObject object(value, std::string(name));
    Texts texts;
    for (const auto& [key, text] : value.items()) texts.emplace(key, read_text(text, object.place_of(key)));
    return texts;
}

Parameters read_parameters(JsonObject& policy) {
    const json& value = policy.member("parameters");
    JsonObject object(value, "parameters");
    Parameters parameters;
    for (const auto& [name, ignored] : value.items()) parameters.emplace(name, object.integer(name));
    return parameters;
}

/// An array of texts, or one text alone.
std::vector<std::string> read_list(const json& value, const std::string& place) {
    if (!value.is_array()) return {text_of(value, name_limits, place)};
    std::vector<std::string> list;
    for (const json& item : value)
        list.push_back(text_of(item, name_limits, place + "[" + std::to_string(list.size()) + "]"));
    return list;
}

/// A text whose placeholders are all defined.
Text read_template(JsonObject& rule, std::string_view name, const Parameters& parameters) {
    const std::string place = rule.place_of(name);
    Text text = read_text(rule.member(name), place);
    for (const std::string* language : {&text.vi, &text.en}) {
        for (std::size_t open = language->find('{'); open != std::string::npos; open = language->find('{', open + 1)) {
            const std::size_t close = language->find('}', open);
            const std::string placeholder =
                close == std::string::npos ? language->substr(open + 1) : language->substr(open + 1, close - open - 1);
            const bool defined =
                placeholder == "value" || placeholder == "instance" || parameters.contains(placeholder);
            if (close == std::string::npos || !defined)
                throw JsonError(place + ": undefined placeholder {" + placeholder + "}");
        }
    }
    return text;
}

Severity read_severity(JsonObject& rule) {
    const std::string name = rule.text("severity", name_limits);
    if (name == "grave") return Severity::grave;
    if (name == "violation") return Severity::violation;
    if (name == "advice") return Severity::advice;
    throw JsonError(rule.place_of("severity") + ": expected grave, violation or advice");
}

std::shared_ptr<const Condition> read_condition(JsonObject& rule, std::string_view name, const Parameters& parameters) {
    return std::make_shared<const Condition>(parse_condition(rule.member(name), rule.place_of(name), parameters));
}

/// What only rules with subjects have.
void read_subjects(Rule& rule, JsonObject& object, const Parameters& parameters) {
    rule.each = object.text("each", name_limits);
    if (object.has("complete")) rule.complete = object.text("complete", name_limits);
    if (object.has("some")) rule.some = object.boolean("some");
    if (object.has("where")) rule.where = read_condition(object, "where", parameters);
    rule.when_none = object.text("when_none", name_limits);
    if (rule.when_none != "not_applicable" && rule.when_none != "fail" && rule.when_none != "pass") {
        throw JsonError(object.place_of("when_none") + ": expected not_applicable, fail or pass");
    }
}

Rule read_rule(JsonObject& object, const Policy& policy) {
    Rule rule;
    rule.id = object.text("id", name_limits);
    rule.clause = object.text("clause", name_limits);
    if (!policy.clauses.contains(rule.clause)) throw JsonError(object.place_of("clause") + ": not among the clauses");
    rule.severity = read_severity(object);
    rule.title = read_template(object, "title", policy.parameters);
    rule.required = read_template(object, "required", policy.parameters);
    rule.remedy = read_template(object, "remedy", policy.parameters);
    rule.observed = read_list(object.member("observed"), object.place_of("observed"));
    rule.require = read_condition(object, "require", policy.parameters);
    if (object.has("each")) read_subjects(rule, object, policy.parameters);
    object.refuse_others();
    return rule;
}

std::set<std::string> facts_of(const Rule& rule) {
    std::set<std::string> facts = facts_of(*rule.require);
    if (rule.where) facts.merge(facts_of(*rule.where));
    facts.insert(rule.observed.begin(), rule.observed.end());
    if (!rule.each.empty()) facts.insert(rule.each);
    if (!rule.complete.empty()) facts.insert(rule.complete);
    return facts;
}

void read_rules(const json& array, Policy& policy) {
    if (!array.is_array() || array.empty() || array.size() > rule_limit) {
        throw JsonError("rules: expected an array of 1 to " + std::to_string(rule_limit) + " rules");
    }
    std::set<std::string> ids;
    for (const json& value : array) {
        const std::string place = "rules[" + std::to_string(ids.size()) + "]";
        JsonObject object(value, place);
        const bool disabled = object.has("disabled") && object.boolean("disabled");
        Rule rule = read_rule(object, policy);
        if (!ids.insert(rule.id).second) throw JsonError(place + ".id: a rule with this id stands above");
        for (const std::string& fact : facts_of(rule)) {
            if (!policy.facts.contains(fact)) throw JsonError(place + ": fact " + fact + " has no label in facts");
        }
        (disabled ? policy.disabled : policy.rules).push_back(std::move(rule));
    }
    if (policy.rules.empty()) throw JsonError("rules: all are disabled");
}

void check_words(const Policy& policy) {
    for (const auto& [word, ignored] : policy.words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || word.find('.') > equals) continue;  // a value or a reason for any fact
        if (!policy.facts.contains(word.substr(0, equals)))
            throw JsonError("words." + word + ": no such fact in facts");
    }
}

Policy read_policy(std::string_view text) {
    const json document = parse_strict(text, policy_limits);
    JsonObject object(document, "");
    Policy policy;
    policy.id = object.text("id", name_limits);
    policy.version = object.text("version", name_limits);
    policy.title = read_text(object.member("title"), "title");
    policy.parameters = read_parameters(object);
    policy.official_hosts = read_list(object.member("official_hosts"), "official_hosts");
    if (policy.official_hosts.size() > host_limit) throw JsonError("official_hosts: too many");
    policy.clauses = read_texts(object, "clauses");
    policy.facts = read_texts(object, "facts");
    policy.words = read_texts(object, "words");
    check_words(policy);
    read_rules(object.member("rules"), policy);
    object.refuse_others();
    return policy;
}

}  // namespace

Policy parse_policy(std::string_view text) {
    try {
        return read_policy(text);
    } catch (const JsonError& error) {
        throw PolicyError(error.what());
    }
}

const Policy& baseline() {
    static const Policy policy = parse_policy(embedded::baseline_json);
    return policy;
}

}  // namespace wardwatch

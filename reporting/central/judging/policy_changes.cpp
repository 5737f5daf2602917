// Puts changes into the text of a policy and reads the outcome as strictly as any.
#include "reporting/central/judging/policy_changes.h"

#include <algorithm>

#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/policy_json.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::int64_t highest_threshold = 100'000;

std::string member_names(const json& object) {
    std::string names;
    for (const auto& [name, ignored] : object.items()) names += (names.empty() ? "" : ", ") + name;
    return names;
}

json& rule_in(json& policy, const std::string& id) {
    for (json& rule : policy.at("rules")) {
        if (rule.at("id") == id) return rule;
    }
    throw PolicyError("The policy has no rule \"" + id + "\"; GET /policy and `policy show` list its rules.");
}

void change_parameters(json& policy, const std::map<std::string, std::int64_t>& parameters) {
    json& all = policy.at("parameters");
    for (const auto& [name, value] : parameters) {
        if (!all.contains(name))
            throw PolicyError("The policy has no threshold \"" + name + "\"; it has: " + member_names(all) + ".");
        if (value < 0 || value > highest_threshold)
            throw PolicyError("The threshold \"" + name + "\" must be a number from 0 to " +
                              std::to_string(highest_threshold) + ".");
        all[name] = value;
    }
}

void change_disabled(json& policy, const std::set<std::string>& disabled) {
    for (const std::string& id : disabled) rule_in(policy, id);
    for (json& rule : policy.at("rules")) {
        rule.erase("disabled");
        if (disabled.contains(rule.at("id").get<std::string>())) rule["disabled"] = true;
    }
}

/// "2026-11-1+2" → "2026-11-1"
std::string version_stem(const std::string& version) { return version.substr(0, version.find('+')); }

}  // namespace

std::string base_text(const sql::Database& database, const PolicyChange& change, std::int64_t in_force) {
    if (change.from_built_in) return std::string{built_in_policy_text()};
    return Policies{database}.text(in_force).value();
}

ChangedPolicy changed_policy(const std::string& base_text, const PolicyChange& change, std::int64_t number) {
    json policy = parse_own(base_text);
    change_parameters(policy, change.parameters);
    for (const auto& [id, severity] : change.severities) rule_in(policy, id)["severity"] = severity;
    if (change.disabled) change_disabled(policy, *change.disabled);
    policy["version"] = version_stem(policy.at("version").get<std::string>()) + "+" + std::to_string(number);
    std::string text = policy.dump(2);
    return {{parse_policy(text), sha256_hex(text), number}, text};
}

Publishing publish(sql::Database& database, CurrentPolicy& current, const PolicyChange& change,
                   PolicyVersion& version) {
    Policies policies{database};
    const std::int64_t before = version.number - 1;
    if (policies.newest() != before) return Publishing::changed_meanwhile;
    const ChangedPolicy changed = changed_policy(base_text(database, change, before), change, version.number);
    const auto without_version = [](const std::string& text) {
        json policy = parse_own(text);
        policy.erase("version");
        return policy;
    };
    if (without_version(changed.text) == without_version(policies.text(before).value()))
        return Publishing::nothing_changed;
    version.version = changed.policy.policy.version;
    if (!policies.publish(version, changed.text)) return Publishing::changed_meanwhile;
    current.refresh(database);
    if (version.rejudged) DaysToJudge{database}.ask(version.created_at.value());
    return Publishing::published;
}

json version_json(const PolicyVersion& version, std::int64_t in_force) {
    return {{"number", version.number},
            {"policy_version", version.version},
            {"created_by", version.created_by},
            {"created_at", version.created_at ? json(format_instant(*version.created_at)) : json()},
            {"reason", version.reason},
            {"rejudged", version.rejudged},
            {"in_force", version.number == in_force}};
}

PolicyVersions policy_versions(const sql::Database& database, const PolicyInForce& in_force) {
    const Policies policies{database};
    return {policies.all(), in_force.number, policies.devices_left(in_force.hash), DaysToJudge{database}.next()};
}

json versions_json(const PolicyVersions& versions) {
    json list = json::array();
    for (const PolicyVersion& version : versions.versions) list.push_back(version_json(version, versions.in_force));
    return {
        {"versions", std::move(list)},
        {"judging",
         {{"devices", versions.devices_left}, {"day", versions.day_left.empty() ? json() : json(versions.day_left)}}}};
}

json policy_in_force_json(const PolicyInForce& in_force) {
    const Policy& policy = in_force.policy;
    json result = policy_json(policy);
    result["number"] = in_force.number;
    result["official_hosts"] = policy.official_hosts;
    json rules = json::array();
    for (const auto& [list, disabled] : {std::pair{&policy.rules, false}, std::pair{&policy.disabled, true}}) {
        for (const Rule& rule : *list) {
            json one = rule_json(rule);
            one["disabled"] = disabled;
            rules.push_back(std::move(one));
        }
    }
    result["rules"] = std::move(rules);
    return result;
}

}  // namespace wardwatch

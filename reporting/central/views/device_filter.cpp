// Reads a filter from a query or a body, and asks the database for the PCs that it means.
#include "reporting/central/views/device_filter.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "reporting/central/api/routes.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using RuleIds = std::vector<std::string>;

constexpr std::array filter_members{"unit",  "own",     "clause", "rule",    "verdict", "status",
                                    "grave", "version", "q",      "include", "sort",    "order"};
constexpr std::size_t longest_search = 200;

std::string text_of_query(const Query& query, std::string_view name) {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

/// The member, which is empty or one of these words.
std::string word_of_query(const Query& query, const std::string& name, const std::vector<std::string>& words) {
    std::string word = text_of_query(query, name);
    if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return word;
    std::string message = name + " must be one of";
    for (const std::string& known : words) message += " " + known;
    throw ApiError(400, "bad_request", message + ".");
}

std::optional<std::int64_t> number_of_query(const Query& query, const std::string& name) {
    const std::string text = text_of_query(query, name);
    if (text.empty()) return std::nullopt;
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || text.size() > 18) throw ApiError(400, "bad_request", name + " must be a number.");
    return std::stoll(text);
}

bool asks_for_verdicts(const DeviceFilter& filter) {
    return filter.grave || !filter.clause.empty() || !filter.rule.empty() || !filter.verdict.empty() ||
           !filter.status.empty();
}

RuleIds rules_of(const Policy& policy, const DeviceFilter& filter) {
    if (!filter.rule.empty()) {
        const bool other_clause = std::none_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
            return rule.id == filter.rule && (filter.clause.empty() || rule.clause == filter.clause);
        });
        return other_clause ? RuleIds{} : RuleIds{filter.rule};
    }
    RuleIds rules;
    for (const Rule& rule : policy.rules) {
        if (rule.severity != Severity::advice && (filter.clause.empty() || rule.clause == filter.clause))
            rules.push_back(rule.id);
    }
    return rules;
}

/// By how they stand with the clause or rule that is asked for.
void ask_for_standing(const View& view, const DeviceFilter& filter, DeviceQuery& query) {
    if (filter.clause.empty() && filter.rule.empty()) {
        query.verdict = filter.verdict;
        return;
    }
    const RuleIds rules = rules_of(view.policy, filter);
    if (filter.rule.empty() && !rules.empty()) {
        if (!filter.verdict.empty()) query.on_clause = {filter.clause, standing_from(filter.verdict)};
        return;
    }
    std::vector<Standing> one_of;
    for (const Standing standing : {Standing::pass, Standing::waived, Standing::unknown, Standing::fail}) {
        const bool fits = filter.verdict.empty() || filter.verdict == name_of(standing);
        if (fits && !rules.empty()) one_of.push_back(standing);
    }
    query.with_rules.emplace(rules, one_of);
}

constexpr std::size_t most_words = 64;

/// The words of a search, folded: neither SQLite nor PostgreSQL folds Vietnamese in the way of formats/text_fold.h.
std::vector<SearchedWord> words_of(const UnitTree& tree, const std::string& text) {
    std::vector<SearchedWord> words;
    std::istringstream in{folded(text)};
    for (std::string word; in >> word;) words.push_back({std::move(word), ""});
    // One letter may unfold to several words.
    if (words.size() > most_words) throw ApiError(400, "bad_request", "q has more than 64 words: search for fewer.");
    if (words.empty()) return words;
    for (const Unit& unit : tree.units()) {
        const std::string path = folded(tree.path(unit.id));
        for (SearchedWord& word : words) {
            if (path.find(word.word) == std::string::npos) continue;
            word.units += (word.units.empty() ? "[" : ",") + std::to_string(unit.id);
        }
    }
    for (SearchedWord& word : words) {
        if (!word.units.empty()) word.units += "]";
    }
    return words;
}

}  // namespace

DeviceFilter device_filter_from(const Query& query) {
    DeviceFilter filter;
    filter.unit = number_of_query(query, "unit");
    filter.own = word_of_query(query, "own", {"true", "false"}) == "true";
    if (filter.own && !filter.unit) throw ApiError(400, "bad_request", "own is of a unit: name it as unit.");
    filter.clause = text_of_query(query, "clause");
    filter.rule = text_of_query(query, "rule");
    filter.verdict = word_of_query(query, "verdict", {"pass", "fail", "unknown", "waived"});
    filter.status = word_of_query(query, "status", {"pass", "fail", "unknown", "silent"});
    filter.grave = word_of_query(query, "grave", {"true", "false"}) == "true";
    filter.version = text_of_query(query, "version");
    filter.text = text_of_query(query, "q");
    if (filter.text.size() > longest_search)
        throw ApiError(400, "bad_request", "q is longer than 200 bytes: search for fewer words.");
    const std::string include = word_of_query(query, "include", {"revoked", "active"});
    if (!include.empty()) filter.revoked = include == "revoked";
    const std::string sort = word_of_query(
        query, "sort", {"host_name", "unit", "status", "failed", "last_report_at", "last_seen_at", "agent_version"});
    if (!sort.empty()) filter.sort = sort;
    filter.descending = word_of_query(query, "order", {"asc", "desc"}) == "desc";
    return filter;
}

DeviceFilter device_filter_from(const nlohmann::json& object, const std::string& place) {
    JsonObject members{object, place};
    Query query;
    for (const std::string name : filter_members) {
        if (!members.has(name)) continue;
        if (name == "unit") {
            query[name] = std::to_string(members.integer(name));
        } else if (name == "grave" || name == "own") {
            query[name] = members.boolean(name) ? "true" : "false";
        } else {
            query[name] = members.text(name, {0, longest_search});
        }
    }
    members.refuse_others();
    return device_filter_from(query);
}

FoundIds filtered_ids(const View& view, const UnitTree& tree, const DeviceFilter& filter, const ListPart& part) {
    DeviceQuery query;
    query.units = view.scope.sql_list();
    if (filter.unit) query.units = Scope{tree.unit_and_below(*filter.unit)}.sql_list();
    if (const Unit* unit = filter.own ? tree.find(*filter.unit) : nullptr)
        query.units = Scope{std::set{unit->id}}.sql_list();
    const bool revoked = filter.revoked.value_or(!asks_for_verdicts(filter));
    query.revoked = revoked ? DeviceQuery::Revoked::with : DeviceQuery::Revoked::without;
    query.grave = filter.grave;
    if (!filter.version.empty()) query.version = filter.version;
    query.status = filter.status;
    query.silent_before = silent_before(view.now, view.silent_after);
    ask_for_standing(view, filter, query);
    query.words = words_of(tree, filter.text);
    // No text has this letter, and PostgreSQL takes none that has.
    if (filter.text.find('\0') != std::string::npos) return {};
    DeviceOrder order{filter.sort, filter.descending, {}};
    for (const Unit& unit : tree.units()) order.units.push_back(unit.id);
    return DeviceList{view.database}.find(query, order, part);
}

FoundDevices filtered_devices(const View& view, const UnitTree& tree, const DeviceFilter& filter,
                              const ListPart& part) {
    const FoundIds found = filtered_ids(view, tree, filter, part);
    return {found.total, Devices{view.database}.some(found.ids)};
}

}  // namespace wardwatch

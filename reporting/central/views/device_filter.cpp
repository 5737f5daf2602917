// Reads a filter from a query or a body, and asks the database for the PCs that it means.
#include "reporting/central/views/device_filter.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <set>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "reporting/central/api/routes.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/history/standing_store.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

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

std::string as_list(const std::unordered_set<std::string>& ids) {
    return sql::list_of(std::vector<std::string>(ids.begin(), ids.end()));
}

/// By how they stand with the clause or rule that is asked for.
void ask_for_standing(const View& view, const DeviceFilter& filter, DeviceQuery& query) {
    if (filter.clause.empty() && filter.rule.empty()) {
        query.verdict = filter.verdict;
        return;
    }
    const RuleIds rules = rules_of(view.policy, filter);
    std::vector<Standing> one_of;
    for (const Standing standing :
         {Standing::not_applicable, Standing::pass, Standing::waived, Standing::unknown, Standing::fail}) {
        // A clause of which nothing applies is passed.
        const Standing counted = filter.rule.empty() ? worst({standing, Standing::pass}) : standing;
        const bool fits =
            filter.verdict.empty() ? counted != Standing::not_applicable : filter.verdict == name_of(counted);
        if (fits && !rules.empty()) one_of.push_back(standing);
    }
    query.with_rules.emplace(rules, one_of);
}

/// The rules whose subjects are accounts or lie in an account's profile.
RuleIds rules_about_accounts(const Policy& policy) {
    RuleIds rules;
    for (const Rule& rule : policy.rules) {
        if (rule.each.starts_with("accounts.") || rule.each.starts_with("browser_")) rules.push_back(rule.id);
    }
    return rules;
}

constexpr std::size_t most_words = 64;
/// Which of the search's words were found.
using FoundWords = std::bitset<most_words>;

/// Here, not in the database: words are compared as they are folded for Vietnamese (formats/text_fold.h), which neither
/// SQLite nor PostgreSQL does in the same way, and no column keeps folded names.
class Search {
public:
    Search(const View& view, const UnitTree& tree, const std::string& text) : view_(view), tree_(tree) {
        std::istringstream words{folded(text)};
        for (std::string word; words >> word;) words_.push_back(word);
        // One letter may unfold to several words.
        if (words_.size() > most_words)
            throw ApiError(400, "bad_request", "q has more than 64 words: search for fewer.");
        for (std::size_t i = 0; i < words_.size(); ++i) all_.set(i);
    }

    bool for_nothing() const { return words_.empty(); }

    /// Of these PCs those that have all words.
    std::unordered_set<std::string> found_among(const std::vector<DeviceName>& devices) {
        std::unordered_map<std::string, FoundWords> found;
        found.reserve(devices.size());
        for (const DeviceName& device : devices)
            found[device.device_id] = found_in(device.host_name) | found_in_path(device.unit_id);
        add_accounts(found);
        add_cards(found);
        std::unordered_set<std::string> ids;
        for (const auto& [device_id, words] : found) {
            if (words == all_) ids.insert(device_id);
        }
        return ids;
    }

private:
    FoundWords found_in(std::string_view text) const { return found_in_folded(folded(text)); }
    FoundWords found_in_folded(std::string_view where) const {
        FoundWords found;
        for (std::size_t i = 0; i < words_.size(); ++i) found[i] = where.find(words_[i]) != std::string_view::npos;
        return found;
    }
    FoundWords found_in_path(std::int64_t unit_id) {
        const auto [entry, added] = of_units_.try_emplace(unit_id);
        if (added) entry->second = found_in(tree_.path(unit_id));
        return entry->second;
    }
    void add_accounts(std::unordered_map<std::string, FoundWords>& found) const {
        std::unordered_map<std::string, FoundWords> of_subjects;  // an account stands in many verdicts
        auto device = found.end();
        std::string subject;
        RuleStandings{view_.database}.each_subject(rules_about_accounts(view_.policy),
                                                   [&](std::string_view device_id, std::string_view text) {
                                                       if (device == found.end() || device->first != device_id)
                                                           device = found.find(std::string{device_id});
                                                       if (device == found.end() || device->second == all_) return;
                                                       subject = text;
                                                       const auto [entry, added] = of_subjects.try_emplace(subject);
                                                       if (added) entry->second = found_in(subject);
                                                       device->second |= entry->second;
                                                   });
    }

    void add_cards(std::unordered_map<std::string, FoundWords>& found) const {
        Notes{view_.database}.each_card([&](std::string_view device_id, std::string_view card) {
            const auto device = found.find(std::string{device_id});
            if (device != found.end()) device->second |= found_in_folded(card);
        });
    }

    const View& view_;
    const UnitTree& tree_;
    std::vector<std::string> words_;
    FoundWords all_;
    std::unordered_map<std::int64_t, FoundWords> of_units_;
};

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

FoundDevices filtered_devices(const View& view, const UnitTree& tree, const DeviceFilter& filter,
                              const ListPart& part) {
    DeviceQuery query;
    query.units = view.scope.sql_list();
    if (filter.unit) query.units = Scope{tree.unit_and_below(*filter.unit)}.sql_list();
    if (const Unit* unit = filter.own ? tree.find(*filter.unit) : nullptr)
        query.units = Scope{std::set{unit->id}}.sql_list();
    query.revoked = filter.revoked.value_or(!asks_for_verdicts(filter));
    query.grave = filter.grave;
    query.version = filter.version;
    query.status = filter.status;
    query.silent_before = silent_before(view.now, view.silent_after);
    ask_for_standing(view, filter, query);
    const DeviceList list{view.database};
    if (Search search{view, tree, filter.text}; !search.for_nothing())
        query.among = as_list(search.found_among(list.names(query)));
    DeviceOrder order{filter.sort, filter.descending, ","};
    for (const Unit& unit : tree.units()) order.units += std::to_string(unit.id) + ",";
    FoundDevices found;
    found.devices = Devices{view.database}.some(list.ids(query, order, part));
    found.total = part.limit ? list.count(query) : found.devices.size();
    return found;
}

}  // namespace wardwatch

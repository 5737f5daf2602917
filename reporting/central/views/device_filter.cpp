// Reads a filter from a query or a body, and keeps the PCs that it means.
#include "reporting/central/views/device_filter.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <set>
#include <sstream>

#include "reporting/central/api/routes.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/history/standing_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/strict_json.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace {

using Query = std::map<std::string, std::string, std::less<>>;

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

/// With all rules together, as they were counted when the PC was judged.
bool stands(const Device& device, std::string_view verdict) {
    if (verdict == "fail") return device.failed > 0;
    if (verdict == "waived") return device.waived > 0;
    const bool unknown = device.unknown > 0 || !device.status;
    return device.failed == 0 && (verdict == "unknown" ? unknown : !unknown && device.waived == 0);
}

void keep_by_verdict(const View& view, const DeviceFilter& filter, std::vector<Device>& devices) {
    if (filter.clause.empty() && filter.rule.empty()) {
        if (!filter.verdict.empty())
            std::erase_if(devices, [&](const Device& device) { return !stands(device, filter.verdict); });
        return;
    }
    const RuleIds rules = rules_of(view.policy, filter);
    if (rules.empty()) {
        devices.clear();
        return;
    }
    const auto standings = RuleStandings{view.database}.with(rules);
    std::erase_if(devices, [&](const Device& device) {
        const auto found = standings.find(device.device_id);
        RuleStanding standing = found == standings.end() ? RuleStanding::unknown : found->second;
        if (filter.rule.empty() && standing == RuleStanding::not_applicable) standing = RuleStanding::pass;
        return filter.verdict.empty() ? standing == RuleStanding::not_applicable : filter.verdict != name_of(standing);
    });
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

    void keep_found(std::vector<Device>& devices) {
        if (words_.empty()) return;
        std::unordered_map<std::string, FoundWords> found;
        found.reserve(devices.size());
        for (const Device& device : devices)
            found[device.device_id] = found_in(device.host_name) | found_in_path(device.unit_id);
        add_accounts(found);
        std::erase_if(devices, [&](const Device& device) { return found.at(device.device_id) != all_; });
    }

private:
    FoundWords found_in(std::string_view text) const {
        const std::string where = folded(text);
        FoundWords found;
        for (std::size_t i = 0; i < words_.size(); ++i) found[i] = where.find(words_[i]) != std::string::npos;
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

    const View& view_;
    const UnitTree& tree_;
    std::vector<std::string> words_;
    FoundWords all_;
    std::unordered_map<std::int64_t, FoundWords> of_units_;
};

/// What needs attention first.
int status_order(std::string_view status) {
    constexpr std::array<std::string_view, 4> order{"fail", "unknown", "silent", "pass"};
    return static_cast<int>(std::find(order.begin(), order.end(), status) - order.begin());
}

/// -1, 0 or 1.
template <class T>
int compare_values(const T& a, const T& b) {
    if (a < b) return -1;
    return b < a ? 1 : 0;
}

int compare_by(const View& view, const UnitTree& tree, const std::string& sort, const Device& a, const Device& b) {
    if (sort == "unit") return compare_values(tree.position(a.unit_id), tree.position(b.unit_id));
    if (sort == "status")
        return compare_values(status_order(shown_status(view, a)), status_order(shown_status(view, b)));
    if (sort == "failed") return compare_values(std::pair{a.failed, a.grave}, std::pair{b.failed, b.grave});
    if (sort == "last_report_at") return compare_values(a.last_report_at, b.last_report_at);
    if (sort == "last_seen_at") return compare_values(a.last_seen_at, b.last_seen_at);
    if (sort == "agent_version") return compare_values(a.agent_version, b.agent_version);
    return compare_values(a.host_name, b.host_name);
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

std::vector<Device> filtered_devices(const View& view, const DeviceFilter& filter) {
    const UnitTree tree{view.database, view.scope};
    std::vector<Device> devices = Devices{view.database}.all();
    const bool with_revoked = filter.revoked.value_or(!asks_for_verdicts(filter));
    std::optional<std::set<std::int64_t>> units;
    if (filter.unit) units = tree.unit_and_below(*filter.unit);
    if (const Unit* unit = filter.own ? tree.find(*filter.unit) : nullptr) units = std::set{unit->id};
    std::erase_if(devices, [&](const Device& device) {
        return !view.scope.holds(device.unit_id) || (units && !units->contains(device.unit_id)) ||
               (device.revoked_at && !with_revoked) || (filter.grave && device.grave == 0) ||
               (!filter.version.empty() && device.agent_version != filter.version) ||
               (!filter.status.empty() && shown_status(view, device) != filter.status);
    });
    keep_by_verdict(view, filter, devices);
    Search{view, tree, filter.text}.keep_found(devices);
    // They come by host name and id: equal ones stay so.
    std::stable_sort(devices.begin(), devices.end(), [&](const Device& a, const Device& b) {
        const int order = compare_by(view, tree, filter.sort, a, b);
        return filter.descending ? order > 0 : order < 0;
    });
    return devices;
}

std::vector<std::string> agent_versions(const View& view) {
    std::set<std::string> versions;
    {
        const sql::Reader reader = view.database.reader();
        auto rows = reader.query("SELECT DISTINCT agent_version, unit_id FROM devices WHERE revoked_at IS NULL");
        while (rows.next()) {
            if (view.scope.holds(rows.integer(1))) versions.insert(rows.text(0));
        }
    }
    std::vector<std::string> newest_first{versions.rbegin(), versions.rend()};
    std::stable_sort(newest_first.begin(), newest_first.end(),
                     [](const std::string& a, const std::string& b) { return is_newer(a, b); });
    return newest_first;
}

}  // namespace wardwatch

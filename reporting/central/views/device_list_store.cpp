// The list of PCs in SQL: which index is walked depends on how many PCs there are to find.
#include "reporting/central/views/device_list_store.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "reporting/central/judging/standing_group_store.h"
#include "reporting/central/views/device_condition_store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

/// So many are found by the filter and sorted sooner than they are met in the order of all.
constexpr std::size_t few = 3000;
/// So many a search finds before it is known to be no search for one PC.
constexpr std::size_t found_at_once = 1000;

/// What is sorted by; several are sorted by in turn. With Walk::filter no index has them.
std::vector<std::string> sorted_by(const DeviceOrder& order, Walk walk, const std::string& silent_before,
                                   const std::string& units) {
    const auto number = [&](const char* column) {
        return walk == Walk::order ? column : "(" + std::string{column} + " + 0)";
    };
    const auto text = [&](const char* column) {
        return walk == Walk::order ? column : "(" + std::string{column} + " || '')";
    };
    if (order.sort == "unit") return {"strpos(" + units + ", ',' || CAST(d.unit_id AS TEXT) || ',')"};
    // What needs attention first.
    if (order.sort == "status") return {"-(" + rank_of(shown_status(silent_before)) + ")"};
    if (order.sort == "failed") return {number("d.failed"), number("d.grave")};
    if (order.sort == "last_report_at") return {number("d.newest_taken_at")};
    if (order.sort == "last_seen_at") return {number("d.last_seen_at")};
    if (order.sort == "agent_version") return {text("d.agent_version")};
    return {text("d.host_name")};
}

std::vector<std::string> ids_of(const sql::Database& database, const DeviceQuery& query, const DeviceOrder& order,
                                const ListPart& part, Walk walk) {
    DeviceConditions conditions{query, walk};
    std::string units;
    std::string units_place;
    if (order.sort == "unit") {
        units = ",";
        for (const std::int64_t unit : order.units) units += std::to_string(unit) + ",";
        units_place = conditions.place(sql::parameter(units));
    }
    const std::string silent_before =
        order.sort == "status" ? conditions.place(sql::parameter(query.silent_before)) : "";
    std::string keys;
    for (const std::string& key : sorted_by(order, walk, silent_before, units_place))
        keys += key + (order.descending ? " DESC, " : ", ");
    if (order.sort != "host_name") keys += "d.host_name, ";
    constexpr auto all = std::numeric_limits<std::int64_t>::max();
    std::string text = "SELECT d.device_id" + conditions.text() + " ORDER BY " + keys + "d.device_id LIMIT ";
    text += conditions.place(part.limit ? static_cast<std::int64_t>(*part.limit) : all) + " OFFSET ";
    text += conditions.place(static_cast<std::int64_t>(part.offset));
    const sql::Reader reader = database.reader();
    auto rows = reader.query_with(text, conditions.values());
    std::vector<std::string> ids;
    while (rows.next()) ids.push_back(rows.text(0));
    return ids;
}

/// Whether groups of PCs that stand alike say how many there are. Where nothing is asked of how they stand, nor unit by
/// unit, an index says it sooner.
bool are_grouped(const DeviceQuery& query, DevicePart part) {
    const bool standing = !query.status.empty() || !query.verdict.empty() || query.on_clause;
    const bool parts = part == DevicePart::status || part == DevicePart::unit;
    return (standing || parts) && query.words.empty() && !query.grave && !query.version && !query.with_rules &&
           !query.among && !query.unit;
}

bool passes(const DeviceQuery& query, const StandingGroup& group) {
    if (!query.status.empty() && query.status != name_of(group.shown)) return false;
    if (query.verdict == "waived" && !group.waived) return false;
    if (query.verdict == "pass" && (group.judged != Standing::pass || group.waived)) return false;
    if ((query.verdict == "fail" || query.verdict == "unknown") && query.verdict != name_of(group.judged)) return false;
    if (!query.on_clause) return true;
    const auto clause = group.clauses->find(query.on_clause->clause);
    return query.on_clause->standing == (clause == group.clauses->end() ? Standing::unknown : clause->second);
}

std::string part_of(const StandingGroup& group, DevicePart part) {
    if (part == DevicePart::unit) return std::to_string(group.unit_id);
    return part == DevicePart::status ? std::string{name_of(group.shown)} : "";
}

using Counts = std::map<std::string, std::size_t>;

void count_groups(const sql::Database& database, const DeviceQuery& query, DevicePart part, Counts& counts) {
    std::set<std::int64_t> units;
    if (query.units) units = parse_own(*query.units).get<std::set<std::int64_t>>();
    std::map<std::string, std::int64_t> sums;
    // Groups of silent PCs take away from others.
    for (const StandingGroup& group : StandingGroups{database}.all(query.silent_before, std::chrono::days{0})) {
        if ((!query.units || units.contains(group.unit_id)) && passes(query, group))
            sums[part_of(group, part)] += group.devices;
    }
    for (const auto& [key, sum] : sums) counts[key] += static_cast<std::size_t>(std::max<std::int64_t>(sum, 0));
}

/// Filters that hardly any PC passes are walked by their own index, and a version, whose index says all that is asked.
Walk walk_to_count(const DeviceQuery& query) {
    const bool rare = query.grave || query.status == name_of(Standing::silent) || query.among || query.unit ||
                      query.revoked == DeviceQuery::Revoked::alone || (query.with_rules && query.with_rules->failed);
    return rare || query.version ? Walk::filter : Walk::order;
}

/// Whether all that is asked is that one of some rules fails.
bool asks_for_failures_alone(const DeviceQuery& query, DevicePart part) {
    return query.with_rules &&
           query.with_rules->places == "[" + std::to_string(static_cast<int>(Standing::fail)) + "]" &&
           part == DevicePart::none && query.revoked != DeviceQuery::Revoked::alone && !query.units && !query.unit &&
           !query.among && !query.on_clause && !query.grave && !query.version && query.status.empty() &&
           query.verdict.empty() && query.words.empty();
}

/// By the index of what failed, without a look at the PCs. There are few that are revoked.
std::size_t count_failures(const sql::Database& database, const DeviceQuery& query) {
    std::string text =
        "SELECT count(DISTINCT device_id) FROM verdicts WHERE rule IN (SELECT texts_of($1)) AND status = 'fail' AND "
        "waiver_id IS NULL";
    if (query.revoked == DeviceQuery::Revoked::without)
        text += " AND device_id NOT IN (SELECT device_id FROM devices WHERE revoked_at IS NOT NULL)";
    return static_cast<std::size_t>(database.reader().number(text, query.with_rules->rules));
}

void count_rows(const sql::Database& database, const DeviceQuery& query, DevicePart part, Counts& counts) {
    if (asks_for_failures_alone(query, part)) {
        counts[""] += count_failures(database, query);
        return;
    }
    DeviceConditions conditions{query, walk_to_count(query)};
    const std::string key = part == DevicePart::unit      ? "d.unit_id"
                            : part == DevicePart::version ? "d.agent_version"
                            : part == DevicePart::status
                                ? shown_status(conditions.place(sql::parameter(query.silent_before)))
                                : "";
    const sql::Reader reader = database.reader();
    if (key.empty()) {
        auto row = reader.query_with("SELECT count(*)" + conditions.text(), conditions.values());
        if (row.next()) counts[""] += static_cast<std::size_t>(row.integer(0));
        return;
    }
    auto rows =
        reader.query_with("SELECT " + key + ", count(*)" + conditions.text() + " GROUP BY 1", conditions.values());
    while (rows.next()) {
        const std::string value = part == DevicePart::unit ? std::to_string(rows.integer(0)) : rows.text(0);
        counts[value] += static_cast<std::size_t>(rows.integer(1));
    }
}

/// Of an order, the values in turn.
std::vector<std::string> values_of(const DeviceOrder& order, DevicePart part, const Counts& counts) {
    std::vector<std::string> values;
    if (part == DevicePart::unit) {
        for (const std::int64_t unit : order.units) values.push_back(std::to_string(unit));
    } else if (part == DevicePart::status) {
        for (const Standing standing : {Standing::fail, Standing::unknown, Standing::silent, Standing::pass})
            values.emplace_back(name_of(standing));
    } else {
        for (const auto& [version, count] : counts) values.push_back(version);
    }
    if (order.descending) std::reverse(values.begin(), values.end());
    return values;
}

DeviceQuery of_part(DeviceQuery query, DevicePart part, const std::string& value) {
    query.part = part;
    if (part == DevicePart::unit) {
        query.unit = std::stoll(value);
        query.units.reset();
    } else if (part == DevicePart::status) {
        query.status = value;
    } else {
        query.version = value;
    }
    return query;
}

DevicePart part_of_order(const std::string& sort) {
    if (sort == "unit") return DevicePart::unit;
    if (sort == "status") return DevicePart::status;
    return sort == "agent_version" ? DevicePart::version : DevicePart::none;
}

}  // namespace

StandingWithRules::StandingWithRules(const std::vector<std::string>& rule_ids, const std::vector<Standing>& one_of)
    : rules(sql::list_of(rule_ids)) {
    for (const Standing standing : one_of)
        places += (places.empty() ? "" : ",") + std::to_string(static_cast<int>(standing));
    places = "[" + places + "]";
    failed = std::all_of(one_of.begin(), one_of.end(),
                         [](Standing standing) { return standing == Standing::fail || standing == Standing::waived; });
}

std::size_t DeviceList::count(const DeviceQuery& query) const { return counts(query, DevicePart::none)[""]; }

std::map<std::string, std::size_t> DeviceList::counts(const DeviceQuery& query, DevicePart part) const {
    Counts found;
    if (!are_grouped(query, part) || part == DevicePart::version || query.revoked == DeviceQuery::Revoked::alone) {
        count_rows(database_, query, part, found);
        return found;
    }
    count_groups(database_, query, part, found);
    if (query.revoked == DeviceQuery::Revoked::without) return found;
    DeviceQuery revoked = query;
    revoked.revoked = DeviceQuery::Revoked::alone;
    count_rows(database_, revoked, part, found);
    return found;
}

FoundIds DeviceList::find_in_parts(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const {
    const DevicePart cut = part_of_order(order.sort);
    const Counts sizes = counts(query, cut);
    FoundIds found;
    std::size_t begin = 0;
    for (const std::string& value : values_of(order, cut, sizes)) {
        const auto size = sizes.find(value);
        if (size == sizes.end()) continue;
        found.total += size->second;
        const std::size_t end = begin + size->second;
        if (found.ids.size() < *part.limit && part.offset < end) {
            const ListPart here{part.offset > begin ? part.offset - begin : 0, *part.limit - found.ids.size()};
            for (std::string& id :
                 ids_of(database_, of_part(query, cut, value), {"host_name", false}, here, Walk::order))
                found.ids.push_back(std::move(id));
        }
        begin = end;
    }
    return found;
}

FoundIds DeviceList::find_searched(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const {
    const std::vector<std::string> first =
        ids_of(database_, query, {"host_name", false}, {0, found_at_once + 1}, Walk::order);
    if (first.size() > found_at_once && part_of_order(order.sort) != DevicePart::none)
        return find_in_parts(query, order, part);
    if (first.size() > found_at_once) return {count(query), ids_of(database_, query, order, part, Walk::order)};
    DeviceQuery these;
    these.revoked = DeviceQuery::Revoked::with;
    const std::string list = sql::list_of(first);
    these.among = list;
    these.silent_before = query.silent_before;
    return {first.size(), ids_of(database_, these, order, part, Walk::filter)};
}

FoundIds DeviceList::find(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const {
    if (!part.limit) {
        FoundIds all{0, ids_of(database_, query, order, part, Walk::filter)};
        all.total = part.offset + all.ids.size();
        return all;
    }
    if (!query.words.empty()) return find_searched(query, order, part);
    if (part_of_order(order.sort) != DevicePart::none) return find_in_parts(query, order, part);
    FoundIds found{count(query), {}};
    found.ids = ids_of(database_, query, order, part, found.total > few ? Walk::order : Walk::filter);
    return found;
}

}  // namespace wardwatch

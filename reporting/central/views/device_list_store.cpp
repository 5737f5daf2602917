// The list of PCs in SQL: one filter for counting, naming and listing.
#include "reporting/central/views/device_list_store.h"

#include <limits>

namespace wardwatch {

namespace {

/// A standing's place in the order of policy/standing.h, of the name in this column.
std::string rank_of(const std::string& name) {
    std::string rank = "CASE " + name;
    for (const Standing standing : {Standing::not_applicable, Standing::pass, Standing::waived, Standing::silent,
                                    Standing::unknown, Standing::fail})
        rank += " WHEN '" + std::string{name_of(standing)} + "' THEN " + std::to_string(static_cast<int>(standing));
    return rank + " END";
}

/// How a PC is shown; $7 is the instant since which one must have been heard of.
constexpr const char* shown_status =
    "CASE WHEN coalesce(d.confirmed_at, d.enrolled_at) < $7 THEN 'silent' ELSE coalesce(d.status, 'unknown') END";

/// The worst of a PC's verdicts of the rules in $9.
std::string rank_with_rules() {
    const std::string verdict =
        "CASE WHEN v.status = 'fail' AND v.waiver_id IS NOT NULL THEN 'waived' ELSE v.status END";
    return "coalesce((SELECT max(" + rank_of(verdict) +
           ") FROM verdicts v WHERE v.device_id = d.device_id AND v.rule IN (SELECT texts_of($9))), " +
           std::to_string(static_cast<int>(Standing::unknown)) + ")";
}

/// $8: with all rules together, as they were counted when the PC was judged.
std::string filtered() {
    static const std::string text =
        " FROM devices d WHERE ($1 IS NULL OR d.unit_id IN (SELECT numbers_of($1))) AND "
        "($2 IS NULL OR d.device_id IN (SELECT texts_of($2))) AND ($3 = 1 OR d.revoked_at IS NULL) AND "
        "($4 = 0 OR d.grave > 0) AND ($5 = '' OR d.agent_version = $5) AND ($6 = '' OR " +
        std::string{shown_status} +
        " = $6) AND CASE $8 WHEN '' THEN 1 = 1 WHEN 'waived' THEN d.waived > 0 WHEN 'fail' THEN d.failed > 0 "
        "WHEN 'unknown' THEN d.failed = 0 AND (d.unknown > 0 OR d.status IS NULL) "
        "ELSE d.failed = 0 AND d.unknown = 0 AND d.status IS NOT NULL AND d.waived = 0 END AND ($9 IS NULL OR " +
        rank_with_rules() + " IN (SELECT numbers_of($10)))";
    return text;
}

std::vector<sql::Parameter> parameters(const DeviceQuery& query) {
    std::optional<std::string_view> rules;
    std::string_view places = "[]";
    if (query.with_rules) {
        rules = query.with_rules->rules;
        places = query.with_rules->places;
    }
    return {sql::parameter(query.units),
            sql::parameter(query.among),
            sql::parameter(query.revoked),
            sql::parameter(query.grave),
            sql::parameter(query.version),
            sql::parameter(query.status),
            sql::parameter(query.silent_before),
            sql::parameter(query.verdict),
            sql::parameter(rules),
            sql::parameter(places)};
}

/// What is sorted by; several are sorted by in turn.
std::vector<std::string> sorted_by(const std::string& sort) {
    if (sort == "unit") return {"strpos($13, ',' || CAST(d.unit_id AS TEXT) || ',')"};
    // What needs attention first.
    if (sort == "status") return {"-(" + rank_of(shown_status) + ")"};
    if (sort == "failed") return {"d.failed", "d.grave"};
    // Before all others: who has not reported yet.
    if (sort == "last_report_at")
        return {"coalesce((SELECT taken_at FROM reports WHERE id = d.newest_report), -9223372036854775807)"};
    if (sort == "last_seen_at") return {"d.last_seen_at"};
    if (sort == "agent_version") return {"d.agent_version"};
    return {"d.host_name"};
}

}  // namespace

StandingWithRules::StandingWithRules(const std::vector<std::string>& rule_ids, const std::vector<Standing>& one_of)
    : rules(sql::list_of(rule_ids)) {
    for (const Standing standing : one_of)
        places += (places.empty() ? "" : ",") + std::to_string(static_cast<int>(standing));
    places = "[" + places + "]";
}

std::size_t DeviceList::count(const DeviceQuery& query) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query_with("SELECT count(*)" + filtered(), parameters(query));
    return row.next() ? static_cast<std::size_t>(row.integer(0)) : 0;
}

std::vector<DeviceName> DeviceList::names(const DeviceQuery& query) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query_with("SELECT d.device_id, d.host_name, d.unit_id" + filtered(), parameters(query));
    std::vector<DeviceName> names;
    while (rows.next()) names.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    return names;
}

std::vector<std::string> DeviceList::ids(const DeviceQuery& query, const DeviceOrder& order,
                                         const ListPart& part) const {
    std::string text = "SELECT d.device_id" + filtered() + " ORDER BY ";
    for (const std::string& key : sorted_by(order.sort)) text += key + (order.descending ? " DESC, " : ", ");
    text += "d.host_name, d.device_id LIMIT $11 OFFSET $12";
    std::vector<sql::Parameter> values = parameters(query);
    constexpr auto all = std::numeric_limits<std::int64_t>::max();
    values.push_back(part.limit ? static_cast<std::int64_t>(*part.limit) : all);
    values.push_back(static_cast<std::int64_t>(part.offset));
    if (order.sort == "unit") values.push_back(sql::parameter(order.units));
    const sql::Reader reader = database_.reader();
    auto rows = reader.query_with(text, values);
    std::vector<std::string> ids;
    while (rows.next()) ids.push_back(rows.text(0));
    return ids;
}

}  // namespace wardwatch

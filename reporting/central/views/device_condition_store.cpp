// One function for each kind of filter.
#include "reporting/central/views/device_condition_store.h"

namespace wardwatch {

namespace {

/// The column itself, or an expression that no index has.
std::string text_column(const std::string& column, Walk walk) {
    return walk == Walk::filter ? column : "(" + column + " || '')";
}
std::string number_column(const std::string& column, Walk walk) {
    return walk == Walk::filter ? column : "(" + column + " + 0)";
}

constexpr const char* heard_at = "coalesce(d.confirmed_at, d.enrolled_at)";  // as devices_by_heard has it

}  // namespace

std::string rank_of(const std::string& name) {
    std::string rank = "CASE " + name;
    for (const Standing standing : {Standing::not_applicable, Standing::pass, Standing::waived, Standing::silent,
                                    Standing::unknown, Standing::fail})
        rank += " WHEN '" + std::string{name_of(standing)} + "' THEN " + std::to_string(static_cast<int>(standing));
    return rank + " END";
}

std::string shown_status(const std::string& silent_before) {
    return std::string{"CASE WHEN "} + heard_at + " < " + silent_before +
           " THEN 'silent' ELSE coalesce(d.status, 'unknown') END";
}

DeviceConditions::DeviceConditions(const DeviceQuery& query, Walk walk) {
    // What is made here is referred to: it must stay where it is.
    texts_.reserve(4 + query.words.size());
    add_columns(query, walk);
    if (!query.status.empty()) add_status(query, walk);
    if (!query.verdict.empty()) add_verdict(query.verdict, walk);
    if (query.on_clause) add_clause(*query.on_clause);
    if (query.with_rules) add_rules(*query.with_rules, walk);
    for (const SearchedWord& word : query.words) add_word(word);
}

std::string DeviceConditions::place(sql::Parameter value) {
    values_.push_back(value);
    return "$" + std::to_string(values_.size());
}

std::string DeviceConditions::text() const {
    std::string text = " FROM devices d";
    for (std::size_t i = 0; i < conditions_.size(); ++i) text += (i == 0 ? " WHERE " : " AND ") + conditions_[i];
    return text;
}

void DeviceConditions::add_columns(const DeviceQuery& query, Walk walk) {
    if (query.unit) add("d.unit_id = " + place(*query.unit));
    if (query.units)
        add(number_column("d.unit_id", walk) + " IN (SELECT numbers_of(" + place(sql::parameter(*query.units)) + "))");
    if (query.among) add("d.device_id IN (SELECT texts_of(" + place(sql::parameter(*query.among)) + "))");
    if (query.revoked == DeviceQuery::Revoked::without) add("d.revoked_at IS NULL");
    if (query.revoked == DeviceQuery::Revoked::alone) add("d.revoked_at IS NOT NULL");
    if (query.grave) add(number_column("d.grave", walk) + " > 0");
    if (!query.version) return;
    const Walk way = query.part == DevicePart::version ? Walk::filter : walk;
    add(text_column("d.agent_version", way) + " = " + place(sql::parameter(*query.version)));
}

void DeviceConditions::add_status(const DeviceQuery& query, Walk walk) {
    const std::string silent_before = place(sql::parameter(query.silent_before));
    if (query.status == name_of(Standing::silent)) return add(std::string{heard_at} + " < " + silent_before);
    add(number_column(heard_at, Walk::order) + " >= " + silent_before);
    const bool unknown = query.status == name_of(Standing::unknown);
    const std::string status = query.part == DevicePart::status ? "d.status" : text_column("d.status", walk);
    const std::string is = status + " = " + place(sql::parameter(query.status));
    add(unknown ? "(d.status IS NULL OR " + is + ")" : is);
}

void DeviceConditions::add_verdict(const std::string& verdict, Walk walk) {
    const std::string failed = number_column("d.failed", walk);
    if (verdict == "waived") return add("d.waived > 0");
    if (verdict == "fail") return add(failed + " > 0");
    if (verdict == "unknown") return add(failed + " = 0 AND (d.unknown > 0 OR d.status IS NULL)");
    add(failed + " = 0 AND d.unknown = 0 AND d.status IS NOT NULL AND d.waived = 0");
}

void DeviceConditions::add_clause(const StandingOnClause& asked) {
    // A line for each clause (text_of in judging/standing_group_store.h). Of one that has none it is not known.
    const std::string line = "\n" + asked.clause + "=";
    const std::string lines = "('\n' || d.clauses || '\n')";
    const std::string& wanted = texts_.emplace_back(line + std::string{name_of(asked.standing)} + "\n");
    std::string condition = "strpos(" + lines + ", " + place(sql::parameter(wanted)) + ") > 0";
    if (asked.standing == Standing::unknown) {
        const std::string& any = texts_.emplace_back(line);
        condition = "(" + condition + " OR strpos(" + lines + ", " + place(sql::parameter(any)) + ") = 0)";
    }
    add(std::move(condition));
}

void DeviceConditions::add_rules(const StandingWithRules& asked, Walk walk) {
    const std::string rules = place(sql::parameter(asked.rules));
    // What failed stands in an index of its own; all else asks PC by PC. Who walks the PCs in an order asks so, too,
    // before the page is full: a list of all that failed would be made in vain.
    const std::string of_rules =
        "FROM verdicts f WHERE f.rule IN (SELECT texts_of(" + rules + ")) AND f.status = 'fail'";
    const std::string failed = walk == Walk::order ? "EXISTS (SELECT 1 " + of_rules + " AND f.device_id = d.device_id"
                                                   : "d.device_id IN (SELECT f.device_id " + of_rules;
    // Nothing is worse than a failure without a waiver.
    if (asked.places == "[" + std::to_string(static_cast<int>(Standing::fail)) + "]")
        return add(failed + " AND f.waiver_id IS NULL)");
    if (asked.failed) add(failed + ")");
    const std::string verdict =
        "CASE WHEN v.status = 'fail' AND v.waiver_id IS NOT NULL THEN 'waived' ELSE v.status END";
    add("coalesce((SELECT max(" + rank_of(verdict) +
        ") FROM verdicts v WHERE v.device_id = d.device_id AND v.rule IN (SELECT texts_of(" + rules + "))), " +
        std::to_string(static_cast<int>(Standing::unknown)) + ") IN (SELECT numbers_of(" +
        place(sql::parameter(asked.places)) + "))");
}

void DeviceConditions::add_word(const SearchedWord& word) {
    const std::string text = place(sql::parameter(word.word));
    std::string condition = "(strpos(d.search, " + text + ") > 0";
    if (!word.units.empty())
        condition += " OR d.unit_id IN (SELECT numbers_of(" + place(sql::parameter(word.units)) + "))";
    condition += " OR d.device_id IN (SELECT device_id FROM device_cards WHERE strpos(search, " + text + ") > 0))";
    add(std::move(condition));
}

}  // namespace wardwatch

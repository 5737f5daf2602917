// The table of verdicts, and what is to be judged again.
#include "reporting/central/judging/verdict_store.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/reason_json.h"
#include "reporting/wire/report_json.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

Value value_from(const nlohmann::json& json, const std::string& fact_id) {
    if (const auto unknown = json.find("unknown"); unknown != json.end())
        return Unknown{in_words(unknown->get<std::string>())};
    const nlohmann::json& value = json.at("value");
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<std::int64_t>();
    if (holds_instant(fact_id)) return parse_instant(value.get<std::string>());
    return value.get<std::string>();
}

/// The inverse of to_json(Fact), for what this store wrote itself.
Fact fact_from(const std::string& text) {
    const nlohmann::json json = parse_own(text);
    Fact fact;
    fact.id = json.at("id").get<std::string>();
    fact.instance = json.at("instance").get<std::string>();
    fact.value = value_from(json, fact.id);
    fact.source = json.value("source", "");
    return fact;
}

/// Without a code the sentence is all there is: of an older agent, or stored before there were codes.
Reason reason_from(std::string sentence, const std::string& code) {
    if (code.empty()) return in_words(std::move(sentence));
    return reason_from_json(parse_own(code), std::move(sentence), "reason_code");
}

}  // namespace

std::vector<std::string> Verdicts::devices_to_judge(const std::string& policy_hash, Instant now) const {
    const sql::Reader reader = database_.reader();
    // Each part walks an index; <> would walk all devices.
    auto rows = reader.query(
        "SELECT device_id FROM devices WHERE policy_hash < $1 AND newest_report IS NOT NULL AND revoked_at IS NULL "
        "UNION SELECT device_id FROM devices WHERE policy_hash > $1 AND newest_report IS NOT NULL AND revoked_at IS "
        "NULL UNION SELECT device_id FROM devices WHERE holds_until <= $2 AND newest_report IS NOT NULL AND "
        "revoked_at IS NULL ORDER BY device_id",
        policy_hash, now);
    std::vector<std::string> all;
    while (rows.next()) all.push_back(rows.text(0));
    return all;
}

namespace {

void judge_newest(sql::Writer& writer, const Rejudgement& again) {
    auto newest = writer.query(
        "SELECT 1 FROM devices d JOIN reports r ON r.id = d.newest_report "
        "WHERE d.device_id = $1 AND r.report_id = $2",
        again.device_id, again.report_id);
    if (!newest.next()) return;
    replace_verdicts(writer, again.device_id, with_waivers(writer, again.device_id, again.judgement),
                     again.judgement.judged_at);
}

}  // namespace

void Verdicts::judge_again(const std::string& device_id, const std::string& report_id, const Judgement& judgement) {
    judge_again({{device_id, report_id, judgement}});
}

void Verdicts::judge_again(const std::vector<Rejudgement>& judgements) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (const Rejudgement& again : judgements) judge_newest(writer, again);
    transaction.commit();
}

void Verdicts::keep(const std::string& device_id, const std::string& policy_hash, Instant until) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE devices SET policy_hash = $2, holds_until = $3 WHERE device_id = $1", device_id, policy_hash,
               until);
}

namespace {

constexpr std::string_view verdict_columns =
    "rule, instance, status, severity, observed, reason, since, waiver_id, reason_code";

bool is_settled(Status status) { return status == Status::pass || status == Status::not_applicable; }

StoredVerdict read_verdict(const sql::Row& row, bool observed_of_all = true) {
    StoredVerdict stored;
    stored.verdict.rule_id = row.text(0);
    stored.verdict.instance = row.text(1);
    stored.verdict.status = status_from(row.text(2));
    stored.severity = severity_from(row.text(3));
    if (!row.is_null(4) && (observed_of_all || !is_settled(stored.verdict.status)))
        stored.verdict.observed = fact_from(row.text(4));
    stored.verdict.reason = reason_from(row.text(5), row.text(8));
    stored.since = row.instant(6);
    stored.waiver_id = row.maybe_integer(7);
    return stored;
}

}  // namespace

std::vector<StoredVerdict> Verdicts::of(const std::string& device_id) const {
    auto rows = database_.reader().query(
        "SELECT " + std::string{verdict_columns} + " FROM verdicts WHERE device_id = $1 ORDER BY position", device_id);
    std::vector<StoredVerdict> all;
    while (rows.next()) all.push_back(read_verdict(rows));
    return all;
}

void Verdicts::each(const std::function<void(std::string_view device_id, const StoredVerdict&)>& tell) const {
    auto rows = database_.reader().query("SELECT " + std::string{verdict_columns} +
                                         ", device_id FROM verdicts ORDER BY device_id, position");
    while (rows.next()) tell(rows.view(9), read_verdict(rows, false));
}

}  // namespace wardwatch

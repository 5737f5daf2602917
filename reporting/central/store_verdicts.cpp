#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reporting/central/store_sql.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

std::optional<std::string> observed_text(const Verdict& verdict) {
    if (!verdict.observed) return std::nullopt;
    return to_json(*verdict.observed).dump();
}

Value value_from(const nlohmann::json& json, const std::string& fact_id) {
    if (const auto unknown = json.find("unknown"); unknown != json.end()) return Unknown{unknown->get<std::string>()};
    const nlohmann::json& value = json.at("value");
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<std::int64_t>();
    if (holds_instant(fact_id)) return parse_instant(value.get<std::string>());
    return value.get<std::string>();
}

/// The inverse of to_json(Fact), for what this store wrote itself.
Fact fact_from(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text);
    Fact fact;
    fact.id = json.at("id").get<std::string>();
    fact.instance = json.at("instance").get<std::string>();
    fact.value = value_from(json, fact.id);
    fact.source = json.value("source", "");
    return fact;
}

using Subject = std::pair<std::string, std::string>;  // rule, instance

struct Standing {
    std::string status;
    Instant since;
};

std::map<Subject, Standing> read_standings(SQLite::Database& database, const std::string& device_id) {
    std::map<Subject, Standing> standings;
    auto rows =
        sql::query(database, "SELECT rule, instance, status, since FROM verdicts WHERE device_id = ?1", device_id);
    while (rows.executeStep()) {
        standings[{rows.getColumn(0).getString(), rows.getColumn(1).getString()}] = {rows.getColumn(2).getString(),
                                                                                     sql::instant(rows.getColumn(3))};
    }
    return standings;
}

}  // namespace

/// The caller holds the mutex and a transaction. `began` is the `since` of a status that is new.
void CentralStore::replace_verdicts(const std::string& device_id, const Judgement& judgement, Instant began) {
    const std::map<Subject, Standing> before = read_standings(connection_->database, device_id);
    sql::run(connection_->database, "DELETE FROM verdicts WHERE device_id = ?1", device_id);
    for (std::size_t position = 0; position < judgement.verdicts.size(); ++position) {
        const Verdict& verdict = judgement.verdicts[position];
        const auto standing = before.find({verdict.rule_id, verdict.instance});
        const bool same = standing != before.end() && standing->second.status == name_of(verdict.status);
        sql::run(connection_->database,
                 "INSERT INTO verdicts(device_id, position, rule, instance, status, severity, observed, reason, since) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                 device_id, static_cast<std::int64_t>(position), verdict.rule_id, verdict.instance,
                 name_of(verdict.status), name_of(judgement.severities.at(position)), observed_text(verdict),
                 verdict.reason, same ? standing->second.since : began);
    }
    sql::run(connection_->database,
             "UPDATE devices SET judged_at = ?2, policy_id = ?3, policy_version = ?4, policy_hash = ?5, status = ?6, "
             "grave = ?7, failed = ?8, unknown = ?9 WHERE device_id = ?1",
             device_id, judgement.judged_at, judgement.policy_id, judgement.policy_version, judgement.policy_hash,
             name_of(judgement.status), judgement.grave, judgement.failed, judgement.unknown);
}

std::vector<std::string> CentralStore::devices_to_judge(const std::string& policy_hash, Instant judged_until) const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT device_id FROM devices WHERE newest_report IS NOT NULL AND revoked_at IS NULL AND "
                           "(policy_hash <> ?1 OR judged_at IS NULL OR judged_at <= ?2) ORDER BY device_id",
                           policy_hash, judged_until);
    std::vector<std::string> all;
    while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
    return all;
}

void CentralStore::judge_again(const std::string& device_id, const std::string& report_id, const Judgement& judgement) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    auto newest = sql::query(connection_->database,
                             "SELECT 1 FROM devices d JOIN reports r ON r.id = d.newest_report "
                             "WHERE d.device_id = ?1 AND r.report_id = ?2",
                             device_id, report_id);
    if (!newest.executeStep()) return;
    replace_verdicts(device_id, judgement, judgement.judged_at);
    write.commit();
}

std::vector<StoredVerdict> CentralStore::verdicts(const std::string& device_id) const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT rule, instance, status, severity, observed, reason, since FROM verdicts "
                           "WHERE device_id = ?1 ORDER BY position",
                           device_id);
    std::vector<StoredVerdict> all;
    while (rows.executeStep()) {
        StoredVerdict stored;
        stored.verdict.rule_id = rows.getColumn(0).getString();
        stored.verdict.instance = rows.getColumn(1).getString();
        stored.verdict.status = sql::status_from(rows.getColumn(2).getString());
        stored.severity = sql::severity_from(rows.getColumn(3).getString());
        if (!rows.getColumn(4).isNull()) stored.verdict.observed = fact_from(rows.getColumn(4).getString());
        stored.verdict.reason = rows.getColumn(5).getString();
        stored.since = sql::instant(rows.getColumn(6));
        all.push_back(std::move(stored));
    }
    return all;
}

}  // namespace wardwatch

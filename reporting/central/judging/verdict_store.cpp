// The tables of verdicts and of their changes.
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reporting/central/judging/verdict_store.h"

#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"
#include "reporting/wire/reason_json.h"
#include "reporting/wire/report_json.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

std::optional<std::string> observed_text(const Verdict& verdict) {
    if (!verdict.observed) return std::nullopt;
    return canonical_json(*verdict.observed);
}

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

std::string code_text(const Reason& reason) { return reason.code.empty() ? "" : reason_to_json(reason).dump(); }

/// Without a code the sentence is all there is: of an older agent, or stored before there were codes.
Reason reason_from(std::string sentence, const std::string& code) {
    if (code.empty()) return in_words(std::move(sentence));
    return reason_from_json(parse_own(code), std::move(sentence), "reason_code");
}

using Subject = std::pair<std::string, std::string>;  // rule, instance

/// A row of the table as it is or as it should be.
struct VerdictRow {
    std::string rule, instance;
    Status status = Status::unknown;
    std::string severity;
    std::optional<std::string> observed;
    std::string reason;
    Instant since;
    std::optional<std::int64_t> waiver_id;
    std::string reason_code;

    Subject subject() const { return {rule, instance}; }
    Standing standing() const { return standing_of(status, waiver_id.has_value()); }
    bool operator==(const VerdictRow&) const = default;
};

std::vector<VerdictRow> read_held(const sql::Reader& reader, const std::string& device_id) {
    std::vector<VerdictRow> held;
    auto rows = reader.query(
        "SELECT rule, instance, status, severity, observed, reason, since, waiver_id, reason_code FROM verdicts "
        "WHERE device_id = $1 ORDER BY position",
        device_id);
    while (rows.next()) {
        held.push_back({rows.text(0), rows.text(1), status_from(rows.view(2)), rows.text(3), rows.maybe_text(4),
                        rows.text(5), rows.instant(6), rows.maybe_integer(7), rows.text(8)});
    }
    return held;
}

/// Somebody may have to do something about it, or no longer has to.
bool is_open(const std::optional<Standing>& standing) { return standing && *standing >= Standing::waived; }

std::string_view word_of(const std::optional<Standing>& standing) { return standing ? name_of(*standing) : ""; }

/// Records what changed between two judgements of a device. A subject that is new or gone is a change only where it is
/// open: a new browser profile that is as it should be is no news.
class ChangeWriter {
public:
    ChangeWriter(std::string device_id, Instant at) : device_id_(std::move(device_id)), at_(at) {}

    /// Without a standing the subject is not there, and its word is empty.
    void changed(const Subject& subject, std::optional<Standing> from, std::optional<Standing> to) {
        if (from == to || (!from && !is_open(to)) || (!to && !is_open(from))) return;
        batch_.add(
            "INSERT INTO verdict_changes(device_id, unit_id, rule, instance, from_status, to_status, at) "
            "SELECT device_id, unit_id, $2, $3, $4, $5, $6 FROM devices WHERE device_id = $1",
            device_id_, subject.first, subject.second, word_of(from), word_of(to), at_);
    }

    const sql::Batch& batch() const { return batch_; }

private:
    sql::Batch batch_;
    std::string device_id_;
    Instant at_;
};

bool was_judged(const sql::Reader& reader, const std::string& device_id) {
    return reader.query("SELECT 1 FROM devices WHERE device_id = $1 AND judged_at IS NOT NULL", device_id).next();
}

using HeldBySubject = std::map<Subject, const VerdictRow*>;

HeldBySubject by_subject(const std::vector<VerdictRow>& held) {
    HeldBySubject all;
    for (const VerdictRow& row : held) all.emplace(row.subject(), &row);
    return all;
}

/// A verdict whose status did not change keeps its `since`.
std::vector<VerdictRow> rows_of(const Judgement& judgement, const HeldBySubject& held, Instant began) {
    std::vector<VerdictRow> rows;
    for (std::size_t position = 0; position < judgement.verdicts.size(); ++position) {
        const Verdict& verdict = judgement.verdicts[position];
        VerdictRow row{verdict.rule_id,
                       verdict.instance,
                       verdict.status,
                       std::string{name_of(judgement.severities.at(position))},
                       observed_text(verdict),
                       sentence_of(verdict.reason),
                       began,
                       judgement.waiver_ids.at(position),
                       code_text(verdict.reason)};
        const auto before = held.find(row.subject());
        if (before != held.end() && before->second->status == row.status) row.since = before->second->since;
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Only what is another: of thirty rows a report changes one or two.
void write_rows(sql::Writer& writer, const std::string& device_id, const std::vector<VerdictRow>& held,
                const std::vector<VerdictRow>& rows) {
    sql::Batch batch;
    for (std::size_t position = 0; position < rows.size(); ++position) {
        const VerdictRow& row = rows[position];
        if (position < held.size() && held[position] == row) continue;
        batch.add(
            "INSERT INTO verdicts(device_id, position, rule, instance, status, severity, observed, reason, since, "
            "waiver_id, reason_code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
            "ON CONFLICT (device_id, position) DO UPDATE "
            "SET rule = excluded.rule, instance = excluded.instance, status = excluded.status, severity = "
            "excluded.severity, observed = excluded.observed, reason = excluded.reason, since = excluded.since, "
            "waiver_id = excluded.waiver_id, reason_code = excluded.reason_code",
            device_id, static_cast<std::int64_t>(position), row.rule, row.instance, name_of(row.status), row.severity,
            row.observed, row.reason, row.since, row.waiver_id, row.reason_code);
    }
    if (held.size() > rows.size()) {
        batch.add("DELETE FROM verdicts WHERE device_id = $1 AND position >= $2", device_id, rows.size());
    }
    writer.batch(batch);
}

void write_changes(sql::Writer& writer, const std::string& device_id, HeldBySubject held,
                   const std::vector<VerdictRow>& rows, Instant at) {
    ChangeWriter changes{device_id, at};
    for (const VerdictRow& row : rows) {
        const auto before = held.extract(row.subject());
        changes.changed(row.subject(), before.empty() ? std::nullopt : std::optional{before.mapped()->standing()},
                        row.standing());
    }
    for (const auto& [subject, gone] : held) changes.changed(subject, gone->standing(), std::nullopt);
    writer.batch(changes.batch());
}

}  // namespace

void replace_verdicts(sql::Writer& writer, const std::string& device_id, const Judgement& judgement, Instant began) {
    const std::vector<VerdictRow> held = read_held(writer, device_id);
    const HeldBySubject before = by_subject(held);
    const std::vector<VerdictRow> rows = rows_of(judgement, before, began);
    write_rows(writer, device_id, held, rows);
    // The first judgement of a device is no change: nothing was known before.
    if (was_judged(writer, device_id)) write_changes(writer, device_id, before, rows, began);
    writer.run(
        "UPDATE devices SET judged_at = $2, policy_id = $3, policy_version = $4, policy_hash = $5, status = $6, "
        "grave = $7, failed = $8, unknown = $9, waived = $10, holds_until = $11, clauses = $12 WHERE device_id = $1",
        device_id, judgement.judged_at, judgement.policy_id, judgement.policy_version, judgement.policy_hash,
        name_of(judgement.status), judgement.grave, judgement.failed, judgement.unknown, judgement.waived,
        judgement.holds_until, text_of(judgement.clauses));
}

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

StoredVerdict read_verdict(const sql::Row& row) {
    StoredVerdict stored;
    stored.verdict.rule_id = row.text(0);
    stored.verdict.instance = row.text(1);
    stored.verdict.status = status_from(row.text(2));
    stored.severity = severity_from(row.text(3));
    if (!row.is_null(4)) stored.verdict.observed = fact_from(row.text(4));
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
    while (rows.next()) tell(rows.view(9), read_verdict(rows));
}

}  // namespace wardwatch

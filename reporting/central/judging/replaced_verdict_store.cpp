// Replaces a PC's verdicts: writes what is another, and records what changed.
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "reporting/central/formats/text_fold.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"
#include "reporting/wire/reason_json.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

std::optional<std::string> observed_text(const Verdict& verdict) {
    if (!verdict.observed) return std::nullopt;
    return canonical_json(*verdict.observed);
}

std::string code_text(const Reason& reason) { return reason.code.empty() ? "" : reason_to_json(reason).dump(); }

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

/// What lists of PCs are filtered, sorted and searched by.
struct Listed {
    std::optional<std::string> status;
    std::int64_t grave = 0, failed = 0, unknown = 0, waived = 0;
    std::string clauses, search;
    bool operator==(const Listed&) const = default;
};

struct JudgedBefore {
    bool judged = false;
    std::string host_name;
    Listed listed;
};

JudgedBefore judged_before(const sql::Reader& reader, const std::string& device_id) {
    auto row = reader.query(
        "SELECT judged_at IS NOT NULL, host_name, status, grave, failed, unknown, waived, clauses, search FROM devices "
        "WHERE device_id = $1",
        device_id);
    if (!row.next()) return {};
    return {
        row.boolean(0),
        row.text(1),
        {row.maybe_text(2), row.integer(3), row.integer(4), row.integer(5), row.integer(6), row.text(7), row.text(8)}};
}

/// As schema step 17 has it.
std::string search_text(const std::string& host_name, const Judgement& judgement) {
    std::set<std::string_view> accounts;
    for (std::size_t i = 0; i < judgement.about_accounts.size(); ++i) {
        if (judgement.about_accounts[i]) accounts.insert(judgement.verdicts[i].instance);
    }
    std::string text = folded(host_name) + "\n";
    for (const std::string_view account : accounts) {
        if (!account.empty()) text += folded(account) + "\n";
    }
    return text;
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
    const JudgedBefore device = judged_before(writer, device_id);
    // The first judgement of a device is no change: nothing was known before.
    if (device.judged) write_changes(writer, device_id, before, rows, began);
    writer.run("UPDATE devices SET judged_at = $2, holds_until = $3 WHERE device_id = $1", device_id,
               judgement.judged_at, judgement.holds_until);
    // On its own: the policy is another one seldom, and an index is written whenever its column is set.
    writer.run(
        "UPDATE devices SET policy_id = $2, policy_version = $3, policy_hash = $4 WHERE device_id = $1 AND "
        "(policy_id <> $2 OR policy_version <> $3 OR policy_hash <> $4)",
        device_id, judgement.policy_id, judgement.policy_version, judgement.policy_hash);
    const Listed listed{std::string{name_of(judgement.status)},
                        judgement.grave,
                        judgement.failed,
                        judgement.unknown,
                        judgement.waived,
                        text_of(judgement.clauses),
                        search_text(device.host_name, judgement)};
    // Most reports change nothing of it; each of the indexes would be written all the same.
    if (listed == device.listed) return;
    writer.run(
        "UPDATE devices SET status = $2, grave = $3, failed = $4, unknown = $5, waived = $6, clauses = $7, search = $8 "
        "WHERE device_id = $1",
        device_id, listed.status, listed.grave, listed.failed, listed.unknown, listed.waived, listed.clauses,
        listed.search);
}

}  // namespace wardwatch

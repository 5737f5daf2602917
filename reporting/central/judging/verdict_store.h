// How the PCs' newest reports were judged, in the centre's database.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/standing_group_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/policy/judge.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// A report's verdicts and their sum. What is waived counts neither as failed nor as passed.
struct Judgement {
    std::string policy_id;
    std::string policy_version;
    std::string policy_hash;
    Instant judged_at;
    Instant holds_until;  ///< time alone changes a verdict then; `forever` when it changes none
    Status status = Status::unknown;
    std::int64_t grave = 0;
    std::int64_t failed = 0;
    std::int64_t unknown = 0;
    std::int64_t waived = 0;
    std::vector<Verdict> verdicts;
    std::vector<Severity> severities;                     ///< one per verdict
    std::vector<std::string> clause_of;                   ///< one per verdict
    std::vector<std::optional<std::int64_t>> waiver_ids;  ///< one per verdict, of failures only
    std::vector<bool> about_accounts;  ///< one per verdict: its subject is an account, or lies in an account's profile
    /// Each clause that has more than advice: the worst of its verdicts, and passed where nothing applies.
    ClauseStandings clauses;
};

/// A judgement of a report that the store holds already.
struct Rejudgement {
    std::string device_id;
    std::string report_id;
    Judgement judgement;
};

struct StoredVerdict {
    Verdict verdict;
    Severity severity = Severity::violation;
    std::optional<std::int64_t> waiver_id;  ///< a failure that is waived
    Instant since;  ///< when this status began: the report that showed it, or the judging that changed it
};

/// May be used from any thread; each function is one transaction.
class Verdicts {
public:
    explicit Verdicts(sql::Database database) : database_(std::move(database)) {}

    /// Devices whose newest report was judged with another policy, or whose judgement holds no longer.
    std::vector<std::string> devices_to_judge(const std::string& policy_hash, Instant now) const;
    /// Replaces the verdicts; a verdict whose status did not change keeps its `since`. Does nothing when `report_id` is
    /// no longer the newest. Waivers are those in force now.
    void judge_again(const std::string& device_id, const std::string& report_id, const Judgement& judgement);
    /// The same for many, in one transaction.
    void judge_again(const std::vector<Rejudgement>& judgements);
    /// The device's report cannot be judged: its verdicts stay as they are, and it is tried again then.
    void keep(const std::string& device_id, const std::string& policy_hash, Instant until);
    /// In the order in which they were judged.
    std::vector<StoredVerdict> of(const std::string& device_id) const;
    /// Those of all PCs, PC by PC, each PC's in the order in which they were judged. What passed or does not apply
    /// comes without what was observed.
    void each(const std::function<void(std::string_view device_id, const StoredVerdict&)>& tell) const;

private:
    sql::Database database_;
};

/// Within the caller's transaction: replaces the verdicts of a PC whose newest report began at this instant.
void replace_verdicts(sql::Writer& writer, const std::string& device_id, const Judgement& judgement, Instant began);

}  // namespace wardwatch

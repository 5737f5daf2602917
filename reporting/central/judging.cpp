#include "reporting/central/judging.h"

#include "embedded/baseline_json.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

PolicyInForce built_in_policy() { return {baseline(), sha256_hex(embedded::baseline_json)}; }

Judgement judge_report(const PolicyInForce& policy, const Report& report, Instant now) {
    Judgement judgement;
    judgement.policy_id = policy.policy.id;
    judgement.policy_version = policy.policy.version;
    judgement.policy_hash = policy.hash;
    judgement.judged_at = now;
    judgement.verdicts = judge(policy.policy, report, now);
    judgement.status = overall(policy.policy, judgement.verdicts);
    judgement.severities.resize(judgement.verdicts.size());
    for (const Rule& rule : policy.policy.rules) {
        for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
            if (judgement.verdicts[i].rule_id == rule.id) judgement.severities[i] = rule.severity;
        }
        if (rule.severity == Severity::advice) continue;
        const Status status = summary(rule, judgement.verdicts);
        judgement.failed += status == Status::fail ? 1 : 0;
        judgement.grave += status == Status::fail && rule.severity == Severity::grave ? 1 : 0;
        judgement.unknown += status == Status::unknown ? 1 : 0;
    }
    return judgement;
}

std::size_t judge_stale_devices(
    CentralStore& store, const PolicyInForce& policy, Instant now, std::chrono::seconds max_age,
    const std::function<void(const std::string& device_id, const std::string& why)>& failed) {
    std::size_t judged = 0;
    for (const std::string& device_id : store.devices_to_judge(policy.hash, now - max_age)) {
        const std::optional<StoredReport> report = store.newest_report(device_id);
        if (!report) continue;
        try {
            store.judge_again(device_id, report->report_id, judge_report(policy, report_from_json(report->body), now));
            ++judged;
        } catch (const WireError& error) {
            // One report of an older format must not keep all other devices from being judged.
            failed(device_id, error.what());
        }
    }
    return judged;
}

}  // namespace wardwatch

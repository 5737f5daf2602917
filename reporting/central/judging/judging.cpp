// A report's verdicts by the policy in force, ready to be kept.
#include "reporting/central/judging/judging.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/judging/verdict_store.h"

#include <algorithm>

#include "embedded/baseline_json.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

std::string_view built_in_policy_text() { return embedded::baseline_json; }

PolicyInForce built_in_policy() { return {baseline(), sha256_hex(built_in_policy_text()), 1}; }

Judgement judge_report(const PolicyInForce& policy, const Report& report, Instant now) {
    Judgement judgement = judge_facts(policy, FactTable{report.facts}, std::max(now, report.taken_at));
    judgement.judged_at = now;
    return judgement;
}

Judgement judge_facts(const PolicyInForce& policy, const FactTable& facts, Instant now) {
    Judgement judgement;
    judgement.policy_id = policy.policy.id;
    judgement.policy_version = policy.policy.version;
    judgement.policy_hash = policy.hash;
    judgement.judged_at = now;
    LastingVerdicts judged = judge_lasting(policy.policy, facts, now);
    judgement.verdicts = std::move(judged.verdicts);
    judgement.holds_until = judged.holds_until;
    judgement.severities.resize(judgement.verdicts.size());
    judgement.clause_of.resize(judgement.verdicts.size());
    judgement.about_accounts.resize(judgement.verdicts.size());
    for (const Rule& rule : policy.policy.rules) {
        if (rule.severity != Severity::advice) judgement.clauses.emplace(rule.clause, Standing::pass);
        const bool about_accounts = rule.each.starts_with("accounts.") || rule.each.starts_with("browser_");
        for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
            if (judgement.verdicts[i].rule_id != rule.id) continue;
            judgement.about_accounts[i] = about_accounts;
            judgement.severities[i] = rule.severity;
            judgement.clause_of[i] = rule.clause;
        }
    }
    apply_waivers(judgement, {});
    return judgement;
}

std::size_t judge_stale_devices(sql::Database& database, const PolicyInForce& policy, Instant now,
                                const std::function<void(const std::string& device_id, const std::string& why)>& failed,
                                std::size_t at_most) {
    // So many that the database's sync to the disk does not cost the most, so few that others get at it in between.
    constexpr std::size_t at_once = 50;
    std::vector<std::string> devices = Verdicts{database}.devices_to_judge(policy.hash, now);
    if (devices.size() > at_most) devices.resize(at_most);
    std::vector<Rejudgement> batch;
    std::size_t judged = 0;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        try {
            if (const std::optional<StoredReport> report = Reports{database}.newest(devices[i]))
                batch.push_back(
                    {devices[i], report->report_id, judge_report(policy, report_from_agent(report->body), now)});
        } catch (const WireError& error) {
            // One report of an older format must not keep all other devices from being judged.
            failed(devices[i], error.what());
            Verdicts{database}.keep(devices[i], policy.hash, now + std::chrono::days{1});
        }
        if (batch.size() < at_once && i + 1 < devices.size()) continue;
        Verdicts{database}.judge_again(batch);
        judged += batch.size();
        batch.clear();
    }
    return judged;
}

}  // namespace wardwatch

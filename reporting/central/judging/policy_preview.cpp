// Judges every newest report by what the policies do not have alike, on several threads, and counts what differs.
#include "reporting/central/judging/policy_preview.h"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/judging/newest_report_store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/fact_table.h"
#include "reporting/policy/judge.h"
#include "reporting/policy/standing.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t most_examples = 20;

/// The rules of two policies. What both have alike is judged once at most.
struct PolicyParts {
    PolicyInForce alike;
    PolicyInForce before;
    PolicyInForce after;
};

const Rule* rule_named(const Policy& policy, const std::string& id) {
    const auto found = std::ranges::find(policy.rules, id, &Rule::id);
    return found == policy.rules.end() ? nullptr : &*found;
}

PolicyParts parts_of(const PolicyInForce& in_force, const PolicyInForce& proposed) {
    PolicyParts parts{in_force, in_force, proposed};
    const auto in_both = [&](const Rule& rule) {
        const Rule* one = rule_named(in_force.policy, rule.id);
        const Rule* other = rule_named(proposed.policy, rule.id);
        return one != nullptr && other != nullptr && one->severity == other->severity && judge_alike(*one, *other);
    };
    std::erase_if(parts.alike.policy.rules, [&](const Rule& rule) { return !in_both(rule); });
    std::erase_if(parts.before.policy.rules, in_both);
    std::erase_if(parts.after.policy.rules, in_both);
    return parts;
}

/// Rules that fail and that are unknown, advice left out (apply_waivers): those of several policies' parts add up.
struct Totals {
    std::int64_t failed = 0;
    std::int64_t unknown = 0;
    Standing standing() const { return failed > 0 ? Standing::fail : unknown > 0 ? Standing::unknown : Standing::pass; }
};

Totals operator+(const Totals& one, const Judgement& other) {
    return {one.failed + other.failed, one.unknown + other.unknown};
}

struct Outlook {
    Standing status = Standing::unknown;
    std::map<std::string, Standing> rules;  ///< the PC on each rule that the policies do not have alike
};

std::map<std::string, Standing> rule_standings(const Judgement& judgement) {
    std::map<std::string, Standing> rules;
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
        Standing& rule = rules[judgement.verdicts[i].rule_id];
        rule = worst({rule, standing_of(judgement.verdicts[i].status, judgement.waiver_ids[i].has_value())});
    }
    return rules;
}

void count_rule(RuleOutlook& counts, const Outlook& outlook, const std::string& rule) {
    if (const auto found = outlook.rules.find(rule); found != outlook.rules.end()) {
        counts.standings.count(found->second);
    } else {
        ++counts.off;
    }
}

bool fails(const Outlook& outlook, const std::string& rule) {
    const auto found = outlook.rules.find(rule);
    return found != outlook.rules.end() && found->second == Standing::fail;
}

void compare_outlooks(PolicyPreview& sum, PreviewExample pc, const Outlook& before, const Outlook& after) {
    ++sum.devices;
    sum.before.count(before.status);
    sum.after.count(after.status);
    sum.newly_failing += before.status != Standing::fail && after.status == Standing::fail ? 1 : 0;
    sum.newly_passing += before.status != Standing::pass && after.status == Standing::pass ? 1 : 0;
    for (const Outlook* outlook : {&before, &after}) {
        for (const auto& [rule, ignored] : outlook->rules) {
            if (outlook == &after && before.rules.contains(rule)) continue;
            count_rule(sum.rules[rule].first, before, rule);
            count_rule(sum.rules[rule].second, after, rule);
            if (!fails(before, rule) && fails(after, rule)) pc.rules.push_back(rule);
        }
    }
    if (before.status == after.status) return;
    pc.before = before.status;
    pc.after = after.status;
    sum.examples.push_back(std::move(pc));
}

void add_outlook(RuleOutlook& sum, const RuleOutlook& part) {
    sum.standings += part.standings;
    sum.off += part.off;
}

void join_shares(PolicyPreview& sum, PolicyPreview part) {
    sum.devices += part.devices;
    sum.silent += part.silent;
    sum.newly_failing += part.newly_failing;
    sum.newly_passing += part.newly_passing;
    sum.before += part.before;
    sum.after += part.after;
    for (const auto& [rule, counts] : part.rules) {
        add_outlook(sum.rules[rule].first, counts.first);
        add_outlook(sum.rules[rule].second, counts.second);
    }
    std::move(part.examples.begin(), part.examples.end(), std::back_inserter(sum.examples));
}

struct PreviewTask {
    const sql::Database& database;
    const PolicyParts& parts;
    Instant now;
    std::chrono::days silent_after;
    const Scope& scope;
    const WaiverTable& waivers;
    PreviewProgress& progress;
};

/// What was judged when the report arrived is still so. A waiver that ended meanwhile would be one more failure.
bool judged_already(const PreviewTask& task, const ReportingDevice& device) {
    return device.policy_hash == task.parts.before.hash && device.holds_until > task.now && device.waived == 0;
}

std::pair<Outlook, Outlook> outlooks_of(const PreviewTask& task, const ReportingDevice& device) {
    const Report report = report_from_agent(device.report.value());
    const FactTable facts{report.facts};
    const std::vector<Waiver> waivers = task.waivers.of(device.device_id, device.unit_id, task.now);
    const auto judged = [&](const PolicyInForce& policy) {
        Judgement judgement = judge_facts(policy, facts, std::max(task.now, report.taken_at));
        apply_waivers(judgement, waivers);
        return judgement;
    };
    const Judgement before = judged(task.parts.before);
    const Judgement after = judged(task.parts.after);
    const Totals alike = judged_already(task, device)
                             ? Totals{device.failed - before.failed, device.unknown - before.unknown}
                             : Totals{} + judged(task.parts.alike);
    return {{(alike + before).standing(), rule_standings(before)}, {(alike + after).standing(), rule_standings(after)}};
}

/// One of `parts` shares of the PCs.
PolicyPreview preview_share(const PreviewTask& task, std::int64_t part, std::int64_t parts) {
    PolicyPreview share;
    NewestReports{task.database}.each(part, parts, [&](const ReportingDevice& device) {
        if (task.progress.stop) throw PreviewStopped{};
        ++task.progress.done;
        if (!task.scope.holds(device.unit_id)) return;
        if (is_silent(device.heard_at, task.now, task.silent_after)) {
            ++share.silent;
            return;
        }
        std::pair<Outlook, Outlook> outlooks;
        try {
            if (device.report) outlooks = outlooks_of(task, device);
        } catch (const WireError&) {
            // Not to be read by this program, and so unknown under each policy.
        }
        compare_outlooks(share, {device.host_name, device.device_id, device.unit_id, "", {}, {}, {}}, outlooks.first,
                         outlooks.second);
    });
    return share;
}

PolicyPreview preview_all(const PreviewTask& task, unsigned threads) {
    std::vector<PolicyPreview> shares(std::max(1U, threads));
    std::vector<std::exception_ptr> failures(shares.size());
    std::vector<std::thread> workers;
    workers.reserve(shares.size());
    for (std::size_t part = 0; part < shares.size(); ++part) {
        workers.emplace_back([&, part] {
            try {
                shares[part] =
                    preview_share(task, static_cast<std::int64_t>(part), static_cast<std::int64_t>(shares.size()));
            } catch (...) {
                // Thrown again by the one who asked: an exception must not leave a thread.
                failures[part] = std::current_exception();
            }
        });
    }
    for (std::thread& worker : workers) worker.join();
    PolicyPreview sum;
    for (std::size_t part = 0; part < shares.size(); ++part) {
        if (failures[part]) std::rethrow_exception(failures[part]);
        join_shares(sum, std::move(shares[part]));
    }
    return sum;
}

void choose_examples(const sql::Database& database, std::vector<PreviewExample>& examples) {
    const auto by_name = [](const PreviewExample& a, const PreviewExample& b) {
        return std::tie(a.host_name, a.device_id) < std::tie(b.host_name, b.device_id);
    };
    std::sort(examples.begin(), examples.end(), by_name);
    if (examples.size() > most_examples) examples.resize(most_examples);
    std::map<std::int64_t, std::string> paths = Units{database}.paths();
    for (PreviewExample& pc : examples) pc.unit = paths[pc.unit_id];
}

/// Only what there is.
json outlook_json(const RuleOutlook& outlook) {
    json counts = json::object();
    for (const Standing standing :
         {Standing::not_applicable, Standing::pass, Standing::waived, Standing::unknown, Standing::fail}) {
        if (const std::int64_t count = outlook.standings.of(standing); count > 0)
            counts[std::string{name_of(standing)}] = count;
    }
    if (outlook.off > 0) counts["off"] = outlook.off;
    return counts;
}

}  // namespace

PolicyPreview preview_policy(const sql::Database& database, const PolicyInForce& in_force,
                             const PolicyInForce& proposed, Instant now, std::chrono::days silent_after,
                             const Scope& scope, unsigned threads, PreviewProgress& progress) {
    progress.of = NewestReports{database}.count();
    const WaiverTable waivers{database};
    const PolicyParts parts = parts_of(in_force, proposed);
    PolicyPreview preview = preview_all({database, parts, now, silent_after, scope, waivers, progress}, threads);
    std::erase_if(preview.rules, [](const auto& rule) { return rule.second.first == rule.second.second; });
    choose_examples(database, preview.examples);
    return preview;
}

RunningPreview::RunningPreview(std::function<PolicyPreview(PreviewProgress&)> work)
    : preview_(std::async(std::launch::async, [this, work = std::move(work)] { return work(progress_); })) {}

RunningPreview::~RunningPreview() {
    progress_.stop = true;
    if (preview_.valid()) preview_.wait();
}

bool RunningPreview::over(std::chrono::milliseconds at_most) {
    return preview_.wait_for(at_most) == std::future_status::ready;
}

json preview_json(const PolicyPreview& preview) {
    constexpr std::array judged{Standing::pass, Standing::fail, Standing::unknown};
    json rules = json::array();
    for (const auto& [rule, counts] : preview.rules)
        rules.push_back(
            {{"rule", rule}, {"before", outlook_json(counts.first)}, {"after", outlook_json(counts.second)}});
    json examples = json::array();
    for (const PreviewExample& pc : preview.examples)
        examples.push_back({{"device_id", pc.device_id},
                            {"host_name", pc.host_name},
                            {"unit_id", pc.unit_id},
                            {"unit", pc.unit},
                            {"before", name_of(pc.before)},
                            {"after", name_of(pc.after)},
                            {"rules", pc.rules}});
    return {{"devices", preview.devices},
            {"silent", preview.silent},
            {"before", counts_json(preview.before, judged)},
            {"after", counts_json(preview.after, judged)},
            {"newly_failing", preview.newly_failing},
            {"newly_passing", preview.newly_passing},
            {"rules", std::move(rules)},
            {"examples", std::move(examples)}};
}

}  // namespace wardwatch

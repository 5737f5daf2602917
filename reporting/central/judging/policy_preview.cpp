// Judges every newest report twice, on several threads, and counts what differs.
#include "reporting/central/judging/policy_preview.h"

#include <algorithm>
#include <exception>
#include <map>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/judging/newest_report_store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/standing.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t most_examples = 20;

using WordCounts = std::map<std::string, std::int64_t, std::less<>>;

struct PreviewExample {
    std::string host_name;
    std::string device_id;
    std::int64_t unit_id = 0;
    std::string before;
    std::string after;
    std::vector<std::string> rules;  ///< that fail after, and did not before
};

struct PreviewTally {
    std::int64_t devices = 0;
    std::int64_t silent = 0;
    std::int64_t newly_failing = 0;
    std::int64_t newly_passing = 0;
    WordCounts before{{"pass", 0}, {"fail", 0}, {"unknown", 0}};
    WordCounts after = before;
    std::map<std::string, std::pair<WordCounts, WordCounts>> rules;
    std::vector<PreviewExample> examples;
};

struct Outlook {
    std::string status;
    std::map<std::string, Standing> rules;  ///< the PC on each rule
};

std::map<std::string, Standing> rule_standings(const Judgement& judgement) {
    std::map<std::string, Standing> rules;
    for (std::size_t i = 0; i < judgement.verdicts.size(); ++i) {
        Standing& rule = rules[judgement.verdicts[i].rule_id];
        rule = worst({rule, standing_of(judgement.verdicts[i].status, judgement.waiver_ids[i].has_value())});
    }
    return rules;
}

Outlook judge_with(const PolicyInForce& policy, const Report& report, const std::vector<Waiver>& waivers, Instant now) {
    Judgement judgement = judge_report(policy, report, now);
    apply_waivers(judgement, waivers);
    return {std::string{name_of(judgement.status)}, rule_standings(judgement)};
}

/// A rule that one of the policies does not have, or has off, is "off" there.
std::string_view standing_on(const Outlook& outlook, const std::string& rule) {
    const auto found = outlook.rules.find(rule);
    return found == outlook.rules.end() ? "off" : name_of(found->second);
}

void compare_outlooks(PreviewTally& tally, PreviewExample pc, const Outlook& before, const Outlook& after) {
    ++tally.devices;
    ++tally.before[before.status];
    ++tally.after[after.status];
    tally.newly_failing += before.status != "fail" && after.status == "fail" ? 1 : 0;
    tally.newly_passing += before.status != "pass" && after.status == "pass" ? 1 : 0;
    for (const Outlook* outlook : {&before, &after}) {
        for (const auto& [rule, ignored] : outlook->rules) {
            if (outlook == &after && before.rules.contains(rule)) continue;
            ++tally.rules[rule].first[std::string{standing_on(before, rule)}];
            ++tally.rules[rule].second[std::string{standing_on(after, rule)}];
            if (standing_on(before, rule) != "fail" && standing_on(after, rule) == "fail") pc.rules.push_back(rule);
        }
    }
    if (before.status == after.status) return;
    pc.before = before.status;
    pc.after = after.status;
    tally.examples.push_back(std::move(pc));
}

void add_word_counts(WordCounts& sum, const WordCounts& part) {
    for (const auto& [word, count] : part) sum[word] += count;
}

void join_tallies(PreviewTally& sum, PreviewTally part) {
    sum.devices += part.devices;
    sum.silent += part.silent;
    sum.newly_failing += part.newly_failing;
    sum.newly_passing += part.newly_passing;
    add_word_counts(sum.before, part.before);
    add_word_counts(sum.after, part.after);
    for (const auto& [rule, counts] : part.rules) {
        add_word_counts(sum.rules[rule].first, counts.first);
        add_word_counts(sum.rules[rule].second, counts.second);
    }
    std::move(part.examples.begin(), part.examples.end(), std::back_inserter(sum.examples));
}

struct PreviewTask {
    const sql::Database& database;
    const PolicyInForce& in_force;
    const PolicyInForce& proposed;
    Instant now;
    std::chrono::days silent_after;
    const Scope& scope;
    const WaiverTable& waivers;
};

/// One of `parts` shares of the PCs.
PreviewTally preview_share(const PreviewTask& task, std::int64_t part, std::int64_t parts) {
    PreviewTally tally;
    NewestReports{task.database}.each(part, parts, [&](const ReportingDevice& device) {
        if (!task.scope.holds(device.unit_id)) return;
        if (is_silent(device.heard_at, task.now, task.silent_after)) {
            ++tally.silent;
            return;
        }
        Outlook before{std::string{name_of(Status::unknown)}, {}};
        Outlook after = before;
        try {
            if (device.report) {
                const Report report = report_from_json(*device.report);
                const std::vector<Waiver> waivers = task.waivers.of(device.device_id, device.unit_id, task.now);
                before = judge_with(task.in_force, report, waivers, task.now);
                after = judge_with(task.proposed, report, waivers, task.now);
            }
        } catch (const WireError&) {
            // Not to be read by this program, and so unknown under each policy.
        }
        compare_outlooks(tally, {device.host_name, device.device_id, device.unit_id, "", "", {}}, before, after);
    });
    return tally;
}

PreviewTally preview_all(const PreviewTask& task, unsigned threads) {
    std::vector<PreviewTally> shares(std::max(1U, threads));
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
    PreviewTally sum;
    for (std::size_t part = 0; part < shares.size(); ++part) {
        if (failures[part]) std::rethrow_exception(failures[part]);
        join_tallies(sum, std::move(shares[part]));
    }
    return sum;
}

json counts_json(const WordCounts& counts) {
    json object = json::object();
    for (const auto& [word, count] : counts) object[word] = count;
    return object;
}

json examples_json(const sql::Database& database, std::vector<PreviewExample> examples) {
    const auto by_name = [](const PreviewExample& a, const PreviewExample& b) {
        return std::tie(a.host_name, a.device_id) < std::tie(b.host_name, b.device_id);
    };
    std::sort(examples.begin(), examples.end(), by_name);
    if (examples.size() > most_examples) examples.resize(most_examples);
    std::map<std::int64_t, std::string> paths = Units{database}.paths();
    json list = json::array();
    for (const PreviewExample& pc : examples)
        list.push_back({{"device_id", pc.device_id},
                        {"host_name", pc.host_name},
                        {"unit_id", pc.unit_id},
                        {"unit", paths[pc.unit_id]},
                        {"before", pc.before},
                        {"after", pc.after},
                        {"rules", pc.rules}});
    return list;
}

}  // namespace

json preview_policy(const sql::Database& database, const PolicyInForce& in_force, const PolicyInForce& proposed,
                    Instant now, std::chrono::days silent_after, const Scope& scope, unsigned threads) {
    const WaiverTable waivers{database};
    const PreviewTally tally = preview_all({database, in_force, proposed, now, silent_after, scope, waivers}, threads);
    json rules = json::array();
    for (const auto& [rule, counts] : tally.rules) {
        if (counts.first == counts.second) continue;
        rules.push_back({{"rule", rule}, {"before", counts_json(counts.first)}, {"after", counts_json(counts.second)}});
    }
    return {{"devices", tally.devices},
            {"silent", tally.silent},
            {"before", counts_json(tally.before)},
            {"after", counts_json(tally.after)},
            {"newly_failing", tally.newly_failing},
            {"newly_passing", tally.newly_passing},
            {"rules", std::move(rules)},
            {"examples", examples_json(database, tally.examples)}};
}

}  // namespace wardwatch

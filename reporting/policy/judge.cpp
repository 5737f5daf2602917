#include "reporting/policy/judge.h"

#include <algorithm>
#include <stdexcept>

#include "embedded/reasons.h"
#include "reporting/policy/condition.h"
#include "reporting/policy/standing.h"

namespace wardwatch {
namespace {

Status status_of(Truth truth) {
    return truth == Truth::yes ? Status::pass : truth == Truth::no ? Status::fail : Status::unknown;
}

/// A rule's verdicts on one report.
class RuleJudge {
public:
    RuleJudge(const Rule& rule, const FactTable& facts, Instant now) : rule_(rule), facts_(facts), now_(now) {}

    std::vector<Verdict> verdicts() {
        if (rule_.each.empty()) return {on("", asked(*rule_.require, {facts_, "", now_}))};
        const std::set<std::string_view> instances = facts_.instances(rule_.each);
        std::vector<Verdict> verdicts = on_subjects(instances);
        if (verdicts.empty()) return {without_subjects(instances.size())};
        const std::optional<Reason> gap = why_incomplete(instances.size());
        if (gap && !verdicts.front().instance.empty()) {
            verdicts.insert(verdicts.begin(), on("", {Truth::unknown, *gap, forever}));
        }
        if (rule_.some) keep_the_decisive(verdicts);
        return verdicts;
    }

    /// Of the verdicts that were asked for.
    Instant holds_until() const { return holds_until_; }

private:
    std::vector<Verdict> on_subjects(const std::set<std::string_view>& instances) {
        std::vector<Verdict> verdicts;
        for (const std::string_view instance : instances) {
            const Subject subject{facts_, instance, now_};
            const Answer counts = rule_.where ? asked(*rule_.where, subject) : Answer{Truth::yes, {}, forever};
            if (counts.truth == Truth::no) continue;
            verdicts.push_back(on(instance, counts.truth == Truth::unknown ? counts : asked(*rule_.require, subject)));
        }
        return verdicts;
    }

    /// "There are none" is believed only when the collector answered and counted no more than the report holds.
    Verdict without_subjects(std::size_t instances) const {
        std::optional<Reason> reason = facts_.collector_silence(rule_.each);
        if (!reason) reason = why_incomplete(instances);
        if (reason) return on("", {Truth::unknown, *reason, forever});
        Verdict verdict = on("", {Truth::yes, {}, forever});
        verdict.status = rule_.when_none == "pass"   ? Status::pass
                         : rule_.when_none == "fail" ? Status::fail
                                                     : Status::not_applicable;
        return verdict;
    }

    std::optional<Reason> why_incomplete(std::size_t instances) const {
        if (rule_.complete.empty()) return std::nullopt;
        const Value count = facts_.value(rule_.complete, "");
        if (const auto* unknown = std::get_if<Unknown>(&count)) return unknown->reason;
        const auto* number = std::get_if<std::int64_t>(&count);
        if (number == nullptr) return reasons::another_kind_of_value();
        if (*number <= static_cast<std::int64_t>(instances)) return std::nullopt;
        return reasons::not_all_in_report();
    }

    Verdict on(std::string_view instance, Answer answer) const {
        return {rule_.id, std::string(instance), status_of(answer.truth), observed(instance), std::move(answer.reason)};
    }

    std::optional<Fact> observed(std::string_view instance) const {
        for (const std::string& id : rule_.observed) {
            const Fact* fact = facts_.find(id, instance);
            if (fact == nullptr) fact = facts_.find(id, "");
            if (fact != nullptr) return *fact;
        }
        return std::nullopt;
    }

    /// One that passes decides alone; else one that is unknown might have.
    static void keep_the_decisive(std::vector<Verdict>& verdicts) {
        for (const Status status : {Status::pass, Status::unknown}) {
            const auto has_status = [status](const Verdict& verdict) { return verdict.status == status; };
            if (std::none_of(verdicts.begin(), verdicts.end(), has_status)) continue;
            std::erase_if(verdicts, [&](const Verdict& verdict) { return !has_status(verdict); });
            return;
        }
    }

    Answer asked(const Condition& condition, const Subject& subject) {
        Answer answer = evaluate(condition, subject);
        holds_until_ = std::min(holds_until_, answer.holds_until);
        return answer;
    }

    const Rule& rule_;
    const FactTable& facts_;
    Instant now_;
    Instant holds_until_ = forever;
};

Status worst(const std::vector<Status>& statuses) {
    Status found = Status::not_applicable;
    for (const Status status : statuses) {
        if (standing_of(status) > standing_of(found)) found = status;
    }
    return found;
}

}  // namespace

std::string_view name_of(Status status) {
    switch (status) {
        case Status::pass:
            return "pass";
        case Status::fail:
            return "fail";
        case Status::unknown:
            return "unknown";
        case Status::not_applicable:
            break;
    }
    return "not_applicable";
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::grave:
            return "grave";
        case Severity::violation:
            return "violation";
        case Severity::advice:
            break;
    }
    return "advice";
}

Status status_from(std::string_view name) {
    for (const Status status : {Status::pass, Status::fail, Status::unknown, Status::not_applicable}) {
        if (name == name_of(status)) return status;
    }
    throw std::invalid_argument("There is no status \"" + std::string{name} + "\".");
}

Severity severity_from(std::string_view name) {
    for (const Severity severity : {Severity::grave, Severity::violation, Severity::advice}) {
        if (name == name_of(severity)) return severity;
    }
    throw std::invalid_argument("There is no severity \"" + std::string{name} + "\".");
}

std::vector<Verdict> judge(const Policy& policy, const Report& report, Instant now) {
    return judge_lasting(policy, report, now).verdicts;
}

LastingVerdicts judge_lasting(const Policy& policy, const Report& report, Instant now) {
    return judge_lasting(policy, FactTable{report.facts}, std::max(now, report.taken_at));
}

LastingVerdicts judge_lasting(const Policy& policy, const FactTable& facts, Instant now) {
    LastingVerdicts all{{}, forever};
    for (const Rule& rule : policy.rules) {
        RuleJudge judge{rule, facts, now};
        std::ranges::move(judge.verdicts(), std::back_inserter(all.verdicts));
        all.holds_until = std::min(all.holds_until, judge.holds_until());
    }
    return all;
}

bool judge_alike(const Rule& rule, const Rule& other) {
    const auto same = [](const std::shared_ptr<const Condition>& one, const std::shared_ptr<const Condition>& two) {
        return one == two || (one && two && *one == *two);
    };
    return rule.id == other.id && rule.each == other.each && rule.complete == other.complete &&
           rule.some == other.some && rule.observed == other.observed && rule.when_none == other.when_none &&
           same(rule.where, other.where) && same(rule.require, other.require);
}

Status summary(const Rule& rule, const std::vector<Verdict>& verdicts) {
    std::vector<Status> statuses;
    for (const Verdict& verdict : verdicts) {
        if (verdict.rule_id == rule.id) statuses.push_back(verdict.status);
    }
    return worst(statuses);
}

Status overall(const Policy& policy, const std::vector<Verdict>& verdicts) {
    std::vector<Status> statuses;
    for (const Rule& rule : policy.rules) {
        if (rule.severity != Severity::advice) statuses.push_back(summary(rule, verdicts));
    }
    const Status status = worst(statuses);
    return status == Status::not_applicable ? Status::pass : status;
}

}  // namespace wardwatch

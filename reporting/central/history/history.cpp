// Judges the newest report of each PC as of a day that has passed.
#include "reporting/central/history/history.h"
#include "reporting/central/formats/report_reader.h"

#include <algorithm>
#include <list>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/history/past_store.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/policy_store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/policy/forever.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr int days_at_once = 92;

/// One PC day by day: what a report says then is found once and kept while it holds.
class PastJudge {
public:
    PastJudge(const PolicyInForce& policy, const WaiverTable& waivers, const PastDevice& device)
        : policy_(policy), waivers_(waivers), device_(device) {}

    /// How the PC stood just before `end`; valid until the next call.
    struct Stood {
        std::int64_t unit_id = 0;
        Standing shown = Standing::unknown;
        const ClauseStandings* clauses = nullptr;
        bool operator==(const Stood&) const = default;
    };
    Stood before(Instant end, std::chrono::days silent_after) {
        const std::int64_t unit_id = device_.unit_before(end);
        if (is_silent(device_.heard_before(end), end, silent_after)) return {unit_id, Standing::silent, &none_};
        const ReportThen* const report = device_.report_before(end);
        const Instant at = end - std::chrono::seconds{1};
        if (report != report_ || unit_id != unit_id_ || at >= holds_until_) judge(report, unit_id, at);
        return {unit_id, shown_, &clauses_.back()};
    }

private:
    void judge(const ReportThen* report, std::int64_t unit_id, Instant at) {
        ClauseStandings clauses = nothing_known(policy_.policy);
        shown_ = Standing::unknown;
        holds_until_ = forever;
        if (report != nullptr && report != report_) read(*report);
        report_ = report;
        unit_id_ = unit_id;
        if (report != nullptr && facts_) {
            Judgement judgement = judge_report(policy_, *facts_, at);
            apply_waivers(judgement, waivers_.of(device_.device_id, unit_id, at));
            shown_ = standing_of(judgement.status);
            holds_until_ = std::min(judgement.holds_until, waivers_.unchanged_until(at));
            clauses = std::move(judgement.clauses);
        }
        if (clauses_.empty() || clauses != clauses_.back()) clauses_.push_back(std::move(clauses));
    }

    void read(const ReportThen& report) {
        facts_.reset();
        try {
            facts_ = report_from_agent(report.body);
        } catch (const WireError&) {
            // A report of a format that this program does not read: what it said is unknown, and so it counts.
        }
    }

    const PolicyInForce& policy_;
    const WaiverTable& waivers_;
    const PastDevice& device_;
    const ReportThen* report_ = nullptr;
    std::optional<Report> facts_;  ///< of report_
    std::int64_t unit_id_ = 0;
    Standing shown_ = Standing::unknown;
    Instant holds_until_{};               ///< nothing is judged yet
    std::list<ClauseStandings> clauses_;  ///< those that there were; the last one holds
    const ClauseStandings none_;
};

void count_days(DayStretch& days, const std::vector<Instant>& ends, const PastDevice& device, PastJudge judge,
                std::chrono::days silent_after) {
    std::size_t began = 0;
    std::optional<PastJudge::Stood> stood;
    const auto count_until = [&](std::size_t day) {
        if (stood) days.count(began, day, stood->unit_id, stood->shown, *stood->clauses);
        began = day;
    };
    for (std::size_t day = 0; day < ends.size(); ++day) {
        std::optional<PastJudge::Stood> now;
        if (device.there_before(ends[day])) now = judge.before(ends[day], silent_after);
        if (now == stood) continue;
        count_until(day);
        stood = now;
    }
    count_until(ends.size());
}

}  // namespace

bool History::judge_days(const std::string& first, const std::string& last, const Stop& stop) {
    std::vector<std::string> names;
    std::vector<Instant> ends;
    for (std::string day = first; day <= last; day = add_days(day, 1)) {
        names.push_back(day);
        ends.push_back(start_of_day(add_days(day, 1)));
    }
    const std::chrono::days silent_after = silent_after_of(database_);
    const WaiverTable waivers{database_};
    DayStretch days{names.size()};
    const auto count = [&](const PastDevice& device) {
        if (stop && stop()) return false;
        count_days(days, ends, device, {policy_, waivers, device}, silent_after);
        return true;
    };
    // What was taken before the first day's end counts on that day.
    if (!PastReports{database_}.each_between(ends.front(), ends.back(), count)) return false;
    Days kept{database_};
    days.each([&](std::size_t day, const DayCounts& counts) { kept.write(names[day], counts); });
    return true;
}

std::string History::first_day() const {
    const std::optional<Instant> oldest = PastReports{database_}.oldest();
    return oldest ? office_day(*oldest) : "";
}

bool History::write_today(Instant now, const Stop& stop) {
    Days kept{database_};
    const std::string today = office_day(now);
    const std::optional<std::string> last = kept.written_before(today);
    if (last) {
        const std::string silent_from = add_days(*last, static_cast<int>(silent_after_of(database_).count()) + 1);
        const std::string next = add_days(*last, 1);
        const std::string last_missed = std::min(add_days(today, -1), add_days(silent_from, -1));
        if (next <= last_missed && !judge_days(next, last_missed, stop)) return false;
    }
    const bool first = !last && !kept.written(today);
    kept.write(today, kept.now(policy_.policy, now, silent_after_of(database_)));
    const std::string oldest = first ? first_day() : "";
    if (oldest.empty() || oldest >= today) return false;
    DaysToJudge{database_}.ask(now);
    return true;
}

std::string History::first_whole_day() const {
    const std::string oldest = first_day();
    const auto whole_since = Settings{database_}.get(reports_whole_since_setting);
    return whole_since ? std::max(oldest, office_day(parse_instant(*whole_since))) : oldest;
}

std::string History::judge_next(const Stop& stop) {
    DaysToJudge asked{database_};
    const std::string last = asked.next();
    if (last.empty()) return "";
    const std::string oldest = first_whole_day();
    if (first_day().empty() || last < oldest) {
        asked.end();
        return "";
    }
    const std::string first = std::max(oldest, add_days(last, 1 - days_at_once));
    if (!judge_days(first, last, stop)) return "";
    // Another policy was published meanwhile: then it begins again.
    if (Policies{database_}.newest() == policy_.number) asked.judged(last, first);
    return first;
}

}  // namespace wardwatch

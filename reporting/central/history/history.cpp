// Judges the newest report of each PC as of a day that has passed.
#include "reporting/central/history/history.h"

#include <algorithm>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/history/past_store.h"
#include "reporting/central/judging/days_to_judge.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

/// Of a PC with a report.
Judgement judge_then(const PolicyInForce& policy, const WaiverTable& waivers, const PastDevice& device, Instant at) {
    Judgement judgement = judge_report(policy, report_from_json(*device.report), at);
    apply_waivers(judgement, waivers.of(device.device_id, device.unit_id, at));
    return judgement;
}

}  // namespace

std::optional<DayCounts> History::at_end_of(const std::string& day, const Stop& stop) const {
    const Instant end = start_of_day(add_days(day, 1));
    const std::chrono::days silent_after = silent_after_of(database_);
    const WaiverTable waivers{database_};
    DayCounts counts;
    const auto count = [&](const PastDevice& device) {
        if (stop && stop()) return false;
        if (is_silent(device.heard_at, end, silent_after)) {
            count_device(counts, device.unit_id, Standing::silent, {});
            return true;
        }
        Standing shown = Standing::unknown;
        std::vector<CountedVerdict> verdicts;
        try {
            if (device.report) {
                const Judgement judgement = judge_then(policy_, waivers, device, end - std::chrono::seconds{1});
                shown = standing_of(judgement.status);
                verdicts = counted(judgement);
            }
        } catch (const WireError&) {
            // A report of a format that this program does not read: what it said is unknown, and so it counts.
        }
        count_device(counts, device.unit_id, shown, clause_standings(policy_.policy, verdicts));
        return true;
    };
    if (!PastReports{database_}.each_before(end, count)) return std::nullopt;
    return counts;
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
        for (std::string day = add_days(*last, 1); day < today && day < silent_from; day = add_days(day, 1)) {
            const std::optional<DayCounts> counts = at_end_of(day, stop);
            if (!counts) return false;
            kept.write(day, *counts);
        }
    }
    const bool first = !last && !kept.written(today);
    kept.write(today, kept.now(policy_.policy, now, silent_after_of(database_)));
    const std::string oldest = first ? first_day() : "";
    if (oldest.empty() || oldest >= today) return false;
    DaysToJudge{database_}.ask(now);
    return true;
}

std::string History::judge_next(const Stop& stop) {
    DaysToJudge asked{database_};
    const std::string day = asked.next();
    if (day.empty()) return "";
    std::string oldest = first_day();
    if (const auto whole_since = Settings{database_}.get(reports_whole_since_setting))
        oldest = std::max(oldest, office_day(parse_instant(*whole_since)));
    if (oldest.empty() || day < oldest) {
        asked.end();
        return "";
    }
    const std::optional<DayCounts> counts = at_end_of(day, stop);
    if (!counts) return "";
    Days{database_}.write(day, *counts);
    // Asked for anew meanwhile, by another policy: then it begins again.
    asked.judged(day);
    return day;
}

}  // namespace wardwatch

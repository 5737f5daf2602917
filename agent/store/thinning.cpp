// Which of the old reports go, by age and by size.
#include "agent/store/thinning.h"

#include <set>
#include <utility>

namespace wardwatch {
namespace {

using std::chrono::days;

constexpr days keep_all{7};
constexpr days keep_daily{90};
constexpr days keep_weekly{400};

}  // namespace

std::vector<std::int64_t> outlived(const std::vector<StoredReport>& reports, Instant now) {
    std::vector<std::int64_t> gone;
    std::set<std::pair<days, std::int64_t>> taken;  // (length of the period, its number)
    for (auto report = reports.rbegin(); report != reports.rend(); ++report) {
        const auto age = std::chrono::abs(now - report->taken_at);
        const days period = age <= keep_daily ? days{1} : days{7};
        const auto day = std::chrono::floor<days>(report->taken_at).time_since_epoch();
        const bool first_of_period = taken.emplace(period, day / period).second;
        const bool newest = report == reports.rbegin();
        const bool keep = age <= keep_all || (age <= keep_weekly && first_of_period);
        if (!keep && !newest && !report->queued) gone.push_back(report->sequence);
    }
    return gone;
}

std::vector<std::int64_t> over_limit(const std::vector<StoredReport>& reports, std::int64_t limit) {
    std::int64_t total = 0;
    for (const StoredReport& report : reports) total += report.bytes;
    std::vector<std::int64_t> gone;
    for (const bool queued : {false, true}) {
        for (std::size_t i = 0; i + 1 < reports.size() && total > limit; ++i) {
            if (reports[i].queued != queued) continue;
            gone.push_back(reports[i].sequence);
            total -= reports[i].bytes;
        }
    }
    return gone;
}

}  // namespace wardwatch

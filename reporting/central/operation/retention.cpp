// Statements that forget, in pieces, so that nobody waits for them.
#include "reporting/central/operation/retention.h"
#include "reporting/central/sql/setting_store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

constexpr std::int64_t rows_at_once = 2000;
constexpr const char* reports_whole_since = "reports_whole_since";

// Of each PC and each day, or month, the first report stays. Vietnam's time, which knows no summer time.
constexpr const char* old_reports =
    "SELECT id FROM (SELECT id, ordered_at, row_number() OVER (PARTITION BY device_id, "
    "CASE WHEN ordered_at < $2 THEN substr(office_day(ordered_at), 1, 7) "
    "ELSE office_day(ordered_at) END ORDER BY ordered_at, id) AS place "
    "FROM reports WHERE ordered_at < $1) WHERE (place > 1 OR ordered_at < $3) "
    "AND id NOT IN (SELECT newest_report FROM devices WHERE newest_report IS NOT NULL)";

/// Before all time where a rule keeps for ever.
Instant limit(Instant now, const std::optional<std::chrono::days>& kept) { return kept ? now - *kept : Instant::min(); }

/// Counts, or removes in pieces between which others get their turn.
template <class... Values>
std::int64_t forget(sql::Database& database, const std::string& table, const std::string& ids, bool count_only,
                    const Values&... values) {
    std::int64_t total = 0;
    while (true) {
        if (count_only) return database.reader().number("SELECT count(*) FROM (" + ids + ")", values...);
        sql::Writer writer = database.writer();
        const std::string text =
            "DELETE FROM " + table + " WHERE id IN (" + ids + " LIMIT " + std::to_string(rows_at_once) + ")";
        const std::int64_t removed = writer.run(text.c_str(), values...);
        total += removed;
        if (removed < rows_at_once) return total;
    }
}

}  // namespace

Forgotten apply_retention(sql::Database& database, const RetentionRules& rules, Instant now, bool count_only) {
    Forgotten forgotten;
    if (rules.all_reports || rules.daily_reports || rules.monthly_reports) {
        // Whoever keeps all reports and lets months go still loses those at their end.
        const Instant monthly = limit(now, rules.monthly_reports);
        const Instant daily = std::max(monthly, limit(now, rules.daily_reports));
        const Instant all = std::max(monthly, limit(now, rules.all_reports));
        forgotten.reports = forget(database, "reports", old_reports, count_only, all, std::min(daily, all), monthly);
    }
    // Days before cannot be judged again: not every report of then is there.
    if (forgotten.reports > 0 && !count_only) {
        const Instant whole = limit(now, rules.all_reports ? rules.all_reports : rules.monthly_reports);
        const auto known = Settings{database}.get(reports_whole_since);
        if (!known || *known < format_instant(whole))
            Settings{database}.set(reports_whole_since, format_instant(whole));
    }
    if (rules.verdict_changes) {
        forgotten.verdict_changes = forget(database, "verdict_changes", "SELECT id FROM verdict_changes WHERE at < $1",
                                           count_only, now - *rules.verdict_changes);
    }
    if (rules.dead_letters) {
        forgotten.dead_letters = forget(database, "webhook_deliveries",
                                        "SELECT id FROM webhook_deliveries WHERE dead_at IS NOT NULL AND dead_at < $1",
                                        count_only, now - *rules.dead_letters);
    }
    return forgotten;
}

}  // namespace wardwatch

// SQL that finds and removes what is old.
#include "reporting/central/operation/retention_store.h"

namespace wardwatch {

namespace {

constexpr std::int64_t rows_at_once = 2000;

// Of each PC and each day, or month, the first report stays.
constexpr const char* old_reports =
    "SELECT id FROM (SELECT id, ordered_at, row_number() OVER (PARTITION BY device_id, "
    "CASE WHEN ordered_at < $2 THEN substr(office_day(ordered_at), 1, 7) "
    "ELSE office_day(ordered_at) END ORDER BY ordered_at, id) AS place "
    "FROM reports WHERE ordered_at < $1) placed WHERE (place > 1 OR ordered_at < $3) "
    "AND id NOT IN (SELECT newest_report FROM devices WHERE newest_report IS NOT NULL)";

}  // namespace

template <class... Values>
std::int64_t OldData::forget(const std::string& table, const std::string& ids, const Values&... values) {
    if (count_only_) return database_.reader().number("SELECT count(*) FROM (" + ids + ") old", values...);
    const std::string text =
        "DELETE FROM " + table + " WHERE id IN (" + ids + " LIMIT " + std::to_string(rows_at_once) + ")";
    std::int64_t total = 0;
    while (true) {
        // A Writer for each portion: others get their turn in between.
        const std::int64_t removed = database_.writer().run(text, values...);
        total += removed;
        if (removed < rows_at_once) return total;
    }
}

std::int64_t OldData::forget_reports(const ThinningLimits& limits) {
    return forget("reports", old_reports, limits.all, limits.daily, limits.monthly);
}

std::int64_t OldData::forget_verdict_changes(Instant before) {
    return forget("verdict_changes", "SELECT id FROM verdict_changes WHERE at < $1", before);
}

std::int64_t OldData::forget_dead_letters(Instant before) {
    return forget("webhook_deliveries", "SELECT id FROM webhook_deliveries WHERE dead_at IS NOT NULL AND dead_at < $1",
                  before);
}

}  // namespace wardwatch

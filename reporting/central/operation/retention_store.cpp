// SQL that finds and removes what is old.
#include "reporting/central/operation/retention_store.h"

#include "reporting/central/devices/body_store.h"

namespace wardwatch {

namespace {

constexpr std::int64_t rows_at_once = 2000;

constexpr std::int64_t devices_at_once = 20;

// Of a PC: of each day, or month, the first report stays.
constexpr const char* old_reports_of =
    "SELECT id FROM (SELECT id, ordered_at, row_number() OVER (PARTITION BY "
    "CASE WHEN ordered_at < $3 THEN substr(office_day(ordered_at), 1, 7) "
    "ELSE office_day(ordered_at) END ORDER BY ordered_at, id) AS place "
    "FROM reports WHERE device_id = $1 AND ordered_at < $2) placed WHERE (place > 1 OR ordered_at < $4) "
    "AND id NOT IN (SELECT newest_report FROM devices WHERE device_id = $1 AND newest_report IS NOT NULL)";

std::vector<std::string> devices_after(const sql::Reader& reader, const std::string& device_id) {
    auto rows = reader.query("SELECT device_id FROM devices WHERE device_id > $1 ORDER BY device_id LIMIT $2",
                             device_id, devices_at_once);
    std::vector<std::string> devices;
    while (rows.next()) devices.push_back(rows.text(0));
    return devices;
}

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

std::int64_t OldData::forget_reports_of(const std::vector<std::string>& devices, const ThinningLimits& limits) {
    const std::string ids = old_reports_of;
    std::int64_t total = 0;
    if (count_only_) {
        const sql::Reader reader = database_.reader();
        for (const std::string& device : devices)
            total += reader.number("SELECT count(*) FROM (" + ids + ") old", device, limits.all, limits.daily,
                                   limits.monthly);
        return total;
    }
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (const std::string& device : devices) {
        const std::int64_t removed = writer.run("DELETE FROM reports WHERE id IN (" + ids + ")", device, limits.all,
                                                limits.daily, limits.monthly);
        if (removed > 0) forget_unused_bases(writer, device);
        total += removed;
    }
    transaction.commit();
    return total;
}

std::int64_t OldData::forget_reports(const ThinningLimits& limits) {
    std::int64_t total = 0;
    std::vector<std::string> devices;
    do {
        devices = devices_after(database_.reader(), devices.empty() ? "" : devices.back());
        total += forget_reports_of(devices, limits);
    } while (!devices.empty());
    return total;
}

std::int64_t OldData::forget_verdict_changes(Instant before) {
    return forget("verdict_changes", "SELECT id FROM verdict_changes WHERE at < $1", before);
}

std::int64_t OldData::forget_dead_letters(Instant before) {
    return forget("webhook_deliveries", "SELECT id FROM webhook_deliveries WHERE dead_at IS NOT NULL AND dead_at < $1",
                  before);
}

std::int64_t OldData::forget_gone_web_accounts(Instant before) {
    return forget("web_accounts", "SELECT id FROM web_accounts WHERE gone_at < $1", before);
}

}  // namespace wardwatch

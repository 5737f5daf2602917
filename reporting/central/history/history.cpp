// Judges the newest report of each PC as of a day that has passed.
#include "reporting/central/history/history.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/setting_store.h"

#include <algorithm>
#include <map>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/judging/waivers.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

/// The day that is judged next; empty or not there: none.
constexpr const char* history_day_setting = "history_day";

// A device is there when it was enrolled by then or has a report of then: reports may be older than the enrolment.
constexpr const char* devices_then =
    "SELECT d.device_id, d.unit_id, d.enrolled_at, CASE WHEN r.id = d.newest_report THEN d.confirmed_at ELSE "
    "r.confirmed_at END, "
    "r.ordered_at, r.received_at, r.body FROM devices d LEFT JOIN reports r ON r.id = (SELECT id FROM reports WHERE "
    "device_id = d.device_id AND "
    "ordered_at < $1 ORDER BY ordered_at DESC, id DESC LIMIT 1) WHERE (d.enrolled_at < $1 OR r.id IS NOT NULL) AND "
    "(d.revoked_at IS NULL OR d.revoked_at >= $1)";

/// Device → the unit that it was in at `end`, of those that moved since.
std::map<std::string, std::int64_t> units_then(const sql::Reader& reader, Instant end) {
    auto rows = reader.query("SELECT device_id, from_unit FROM device_moves WHERE at >= $1 ORDER BY id", end);
    std::map<std::string, std::int64_t> units;
    while (rows.next()) units.emplace(rows.text(0), rows.integer(1));
    return units;
}

/// When something was last heard of the PC's facts before `end`. What was confirmed later held at `end`.
Instant heard_then(const sql::Row& row, Instant end) {
    if (row.is_null(4)) return row.instant(2);
    const Instant received = row.instant(5);
    const Instant heard = received < end ? received : row.instant(4);
    if (row.is_null(3)) return heard;
    return std::clamp(row.instant(3), std::min(heard, end), end);
}

Judgement judge_then(const PolicyInForce& policy, const WaiverTable& waivers, const std::string& device_id,
                     std::int64_t unit_id, const std::string& body, Instant at) {
    Judgement judgement = judge_report(policy, report_from_json(body), at);
    apply_waivers(judgement, waivers.of(device_id, unit_id, at));
    return judgement;
}

}  // namespace

std::optional<DayCounts> History::at_end_of(const std::string& day, const Stop& stop) const {
    const Instant end = start_of_day(add_days(day, 1));
    const std::chrono::days silent_after = silent_after_of(database_);
    const WaiverTable waivers{database_};
    const sql::Reader reader = database_.reader();
    const std::map<std::string, std::int64_t> moved = units_then(reader, end);
    DayCounts counts;
    auto rows = reader.query(devices_then, end);
    while (rows.next()) {
        if (stop && stop()) return std::nullopt;
        const std::string device_id = rows.text(0);
        const auto before = moved.find(device_id);
        const std::int64_t unit_id = before == moved.end() ? rows.integer(1) : before->second;
        if (end - heard_then(rows, end) > silent_after) {
            count_device(counts, unit_id, "silent", {});
            continue;
        }
        std::string_view status = name_of(Status::unknown);
        std::vector<CountedVerdict> verdicts;
        try {
            if (!rows.is_null(6)) {
                const Judgement judgement =
                    judge_then(policy_, waivers, device_id, unit_id, rows.text(6), end - std::chrono::seconds{1});
                status = name_of(judgement.status);
                verdicts = counted(judgement);
            }
        } catch (const WireError&) {
            // A report of a format that this program does not read: what it said is unknown, and so it counts.
        }
        count_device(counts, unit_id, status, clause_standings(policy_.policy, verdicts));
    }
    return counts;
}

std::string History::first_day() const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query("SELECT min(ordered_at) FROM reports");
    if (!row.next() || row.is_null(0)) return "";
    return office_day(row.instant(0));
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
    ask(now);
    return true;
}

void History::ask(Instant now) { Settings{database_}.set(history_day_setting, add_days(office_day(now), -1)); }

std::string History::next_day(const sql::Database& database) {
    return Settings{database}.get(history_day_setting).value_or("");
}

std::string History::judge_next(const Stop& stop) {
    const std::string day = next_day(database_);
    if (day.empty()) return "";
    std::string oldest = first_day();
    if (const auto whole_since = Settings{database_}.get(reports_whole_since_setting))
        oldest = std::max(oldest, office_day(parse_instant(*whole_since)));
    if (oldest.empty() || day < oldest) {
        Settings{database_}.set(history_day_setting, "");
        return "";
    }
    const std::optional<DayCounts> counts = at_end_of(day, stop);
    if (!counts) return "";
    Days{database_}.write(day, *counts);
    // Asked for anew meanwhile, by another policy: then it begins again.
    if (next_day(database_) == day) Settings{database_}.set(history_day_setting, add_days(day, -1));
    return day;
}

}  // namespace wardwatch

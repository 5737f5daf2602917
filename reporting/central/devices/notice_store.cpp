// One row for each kind of notice about a PC; it counts how often.
#include "reporting/central/devices/notice_store.h"

#include <set>
#include <sstream>

namespace wardwatch {

namespace {

constexpr const char* notice_columns =
    "n.device_id, n.kind, n.about, n.first_at, n.last_at, n.times, n.settled_at, n.settled_by";

constexpr char gone_mark = '-';

std::set<std::string> words_in(const std::string& text) {
    std::istringstream in{text};
    std::set<std::string> all;
    for (std::string word; in >> word;) all.insert(word);
    return all;
}

std::vector<Notice> read_notices(sql::Rows rows) {
    std::vector<Notice> all;
    while (rows.next()) {
        const std::optional<NoticeKind> kind = notice_kind_from(rows.text(1));
        if (!kind) continue;  // of a newer centre
        all.push_back({rows.text(0), *kind, rows.text(2), rows.instant(3), rows.instant(4), rows.integer(5),
                       rows.maybe_instant(6), rows.text(7)});
    }
    return all;
}

}  // namespace

void add_notice(sql::Writer& writer, const std::string& device_id, NoticeKind kind, const std::string& about,
                Instant now) {
    writer.run(
        "INSERT INTO device_notices(device_id, kind, about, first_at, last_at, times, settled_by) VALUES ($1, $2, $3, "
        "$4, "
        "$4, 1, '') ON CONFLICT(device_id, kind) DO UPDATE SET about = $3, last_at = $4, times = device_notices.times "
        "+ "
        "1, settled_at = CASE WHEN device_notices.about = $3 THEN device_notices.settled_at ELSE NULL END",
        device_id, name_of(kind), about, now);
}

void drop_notice(sql::Writer& writer, const std::string& device_id, NoticeKind kind) {
    writer.run("DELETE FROM device_notices WHERE device_id = $1 AND kind = $2 AND settled_at IS NULL", device_id,
               name_of(kind));
}

void note_checks(sql::Writer& writer, const std::string& device_id, const std::string& checks, Instant now) {
    auto row = writer.query("SELECT checks FROM device_checks WHERE device_id = $1", device_id);
    const std::string before = row.next() ? row.text(0) : "";
    row.finish();
    // Those that are gone stand there with a mark, until they are back.
    const std::set<std::string> told = words_in(checks);
    std::set<std::string> ever = told;
    for (const std::string& each : words_in(before)) ever.insert(each.starts_with(gone_mark) ? each.substr(1) : each);
    std::string text;
    std::string gone;
    for (const std::string& each : ever) {
        const bool is_told = told.contains(each);
        text += (text.empty() ? "" : " ") + (is_told ? each : gone_mark + each);
        if (!is_told) gone += (gone.empty() ? "" : ", ") + each;
    }
    if (text == before) return;
    if (gone.empty())
        drop_notice(writer, device_id, NoticeKind::lost_checks);
    else
        add_notice(writer, device_id, NoticeKind::lost_checks, gone, now);
    writer.run(
        "INSERT INTO device_checks(device_id, checks) VALUES ($1, $2) ON CONFLICT(device_id) DO UPDATE SET checks = $2",
        device_id, text);
}

std::vector<Notice> Notices::all(bool settled) const {
    const sql::Reader reader = database_.reader();
    return read_notices(
        reader.query(std::string{"SELECT "} + notice_columns +
                         " FROM device_notices n JOIN devices d ON d.device_id = n.device_id WHERE d.revoked_at "
                         "IS NULL AND (n.settled_at IS NULL OR $1 = 1) ORDER BY n.last_at DESC, n.device_id, "
                         "n.kind",
                     std::int64_t{settled ? 1 : 0}));
}

std::vector<Notice> Notices::of(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    return read_notices(
        reader.query(std::string{"SELECT "} + notice_columns +
                         " FROM device_notices n WHERE n.device_id = $1 ORDER BY n.last_at DESC, n.kind",
                     device_id));
}

bool Notices::settle(const std::string& device_id, NoticeKind kind, const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    return writer.run(
               "UPDATE device_notices SET settled_by = CASE WHEN settled_at IS NULL THEN $3 ELSE settled_by END, "
               "settled_at = coalesce(settled_at, $4) WHERE device_id = $1 AND kind = $2",
               device_id, name_of(kind), by.actor, by.at) > 0;
}

}  // namespace wardwatch

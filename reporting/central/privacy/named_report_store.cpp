// Reads the texts; where one changes, all of that PC are packed anew: a base may hold what is to go.
#include "reporting/central/privacy/named_report_store.h"

#include <algorithm>

#include "reporting/central/devices/body_store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t most_text_at_once = 512u << 20;

struct ReportText {
    std::int64_t id = 0;
    std::string report_id;
    Instant taken_at;
    bool newest = false;
    std::string text;
};

/// Calls `visit` with each of a PC's reports, the newest first.
template <class Visit>
void each_report(const sql::Reader& reader, const std::string& device_id, Visit visit) {
    auto rows = reader.query(
        "SELECT r.id, r.report_id, r.taken_at, CASE WHEN r.id = d.newest_report THEN 1 ELSE 0 END, r.body, b.body "
        "FROM reports r JOIN devices d ON d.device_id = r.device_id" WARDWATCH_BODY_BASES
        "WHERE r.device_id = $1 ORDER BY r.ordered_at DESC, r.id DESC",
        device_id);
    StoredBodies bodies;
    while (rows.next())
        visit(ReportText{rows.integer(0), rows.text(1), rows.instant(2), rows.boolean(3), bodies.at(rows, 4)});
}

bool is_about(const PersonNames& names, const json& fact) {
    return names.own_fact(fact.at("id").get<std::string>(), fact.at("instance").get<std::string>());
}

/// Those about the person; what is left stays in `report`.
json take_facts(json& report, const PersonNames& names) {
    json taken = json::array();
    json left = json::array();
    for (json& fact : report.at("facts")) (is_about(names, fact) ? taken : left).push_back(std::move(fact));
    report["facts"] = std::move(left);
    return taken;
}

}  // namespace

std::vector<NamedReport> reports_naming(const sql::Reader& reader, const std::string& device_id,
                                        const PersonNames& names) {
    std::vector<NamedReport> found;
    each_report(reader, device_id, [&](const ReportText& report) {
        if (!names.may_stand_in_json(report.text)) return;
        json whole = parse_own(report.text);
        json facts = take_facts(whole, names);
        if (!facts.empty())
            found.push_back({report.id, report.report_id, report.taken_at, report.newest, std::move(facts)});
    });
    return found;
}

std::int64_t take_out_of_reports(sql::Writer& writer, const std::string& device_id, const PersonNames& names) {
    std::vector<ReportText> reports;
    std::size_t bytes = 0;
    std::int64_t changed = 0;
    each_report(writer, device_id, [&](ReportText report) {
        bytes += report.text.size();
        if (bytes > most_text_at_once)
            throw StoreError("The PC " + device_id + " has more reports than can be packed anew at once: shorten " +
                             "`retention`, run `retention run`, and try again.");
        if (!report.newest && names.may_stand_in_json(report.text)) {
            json whole = parse_own(report.text);
            if (!take_facts(whole, names).empty()) {
                report.text = whole.dump();
                ++changed;
            }
        }
        reports.push_back(std::move(report));
    });
    if (changed == 0) return 0;
    writer.run("DELETE FROM report_bases WHERE device_id = $1", device_id);
    // In the order in which they came, as they were packed at first.
    std::reverse(reports.begin(), reports.end());
    for (const ReportText& report : reports) {
        const StoredBody stored = store_body(writer, device_id, report.text);
        writer.run("UPDATE reports SET body = $2, base = $3 WHERE id = $1", report.id, sql::Blob{stored.body},
                   stored.base);
    }
    return changed;
}

}  // namespace wardwatch

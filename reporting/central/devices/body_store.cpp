// Bases are numbered PC by PC; a body that is not packed is one from before.
#include "reporting/central/devices/body_store.h"

#include <vector>

#include "reporting/central/formats/packed_text.h"

namespace wardwatch {

namespace {

constexpr std::size_t packed_at_once = 200;
/// The setting of the schema's step: reports up to this number are still to be packed.
constexpr const char* older_bodies = "older_bodies";

struct OlderReport {
    std::int64_t id = 0;
    std::string device_id;
    std::string body;
};

std::vector<OlderReport> older_reports(const sql::Reader& reader, std::int64_t last) {
    auto rows = reader.query("SELECT id, device_id, body FROM reports WHERE id <= $1 ORDER BY id DESC LIMIT $2", last,
                             packed_at_once);
    std::vector<OlderReport> reports;
    while (rows.next()) reports.push_back({rows.integer(0), rows.text(1), rows.text(2)});
    return reports;
}

}  // namespace

std::string StoredBodies::at(const sql::Row& row, int column) {
    const std::string_view body = row.view(column);
    if (!is_packed_text(body)) return std::string{body};
    if (row.is_null(column + 1)) return unpack_text(body).value_or("");
    if (const std::string_view base = row.view(column + 1); base != packed_base_) {
        base_ = unpack_text(base).value_or("");
        packed_base_ = base;
    }
    return unpack_text(body, base_).value_or("");
}

StoredBody store_body(sql::Writer& writer, const std::string& device_id, std::string_view text) {
    if (text.size() > longest_packed_text) return {std::string{text}, std::nullopt};
    std::int64_t number = 1;
    {
        auto newest = writer.query(
            "SELECT number, body FROM report_bases WHERE device_id = $1 ORDER BY number DESC LIMIT 1", device_id);
        if (newest.next()) {
            number = newest.integer(0) + 1;
            const std::string_view packed_base = newest.view(1);
            const std::optional<std::string> base = unpack_text(packed_base);
            std::string body = base ? pack_text(text, *base) : "";
            // Half of what it would take alone: a fresh base soon makes up for itself.
            if (base && 2 * body.size() <= packed_base.size()) return {std::move(body), number - 1};
        }
    }
    writer.run("INSERT INTO report_bases(device_id, number, body) VALUES ($1, $2, $3)", device_id, number,
               sql::Blob{pack_text(text)});
    return {pack_text(text, text), number};
}

void forget_unused_bases(sql::Writer& writer, const std::string& device_id) {
    writer.run(
        "DELETE FROM report_bases WHERE device_id = $1 AND number NOT IN "
        "(SELECT base FROM reports WHERE device_id = $1 AND base IS NOT NULL) "
        "AND number < (SELECT max(number) FROM report_bases WHERE device_id = $1)",
        device_id);
}

bool pack_older_bodies(sql::Database& database) {
    if (!database.reader().any("SELECT 1 FROM settings WHERE name = $1", older_bodies)) return false;
    sql::Writer writer = database.writer();
    sql::Transaction transaction{writer};
    const std::int64_t last = writer.number("SELECT CAST(value AS BIGINT) FROM settings WHERE name = $1", older_bodies);
    const std::vector<OlderReport> reports = older_reports(writer, last);
    for (const OlderReport& report : reports) {
        if (is_packed_text(report.body)) continue;
        const StoredBody stored = store_body(writer, report.device_id, report.body);
        writer.run("UPDATE reports SET body = $2, base = $3 WHERE id = $1", report.id, sql::Blob{stored.body},
                   stored.base);
    }
    const bool more = reports.size() == packed_at_once;
    if (more) {
        writer.run("UPDATE settings SET value = $2 WHERE name = $1", older_bodies,
                   std::to_string(reports.back().id - 1));
    } else {
        writer.run("DELETE FROM settings WHERE name = $1", older_bodies);
    }
    transaction.commit();
    return more;
}

}  // namespace wardwatch

#include "reporting/central/audit/store.h"

#include <nlohmann/json.hpp>

#include "reporting/central/formats/csv.h"
#include "reporting/central/sql/statements.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

// Read in pieces: nobody else waits for the database longer than one of them takes.
constexpr std::int64_t piece = 2000;

constexpr const char* audit_columns =
    "SELECT id, at, actor, address, action, subject, detail, hash, previous FROM audit ";

constexpr const char* audit_condition =
    "(?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at < ?2) AND (?3 = '' OR actor = ?3) AND (?4 = '' OR action = ?4) AND "
    "(?5 = '' OR instr(lower(actor || char(10) || address || char(10) || action || char(10) || subject || char(10) || "
    "detail), lower(?5)) > 0) ";

AuditEntry read_entry(SQLite::Statement& row) {
    return {row.getColumn(0).getInt64(),  sql::instant(row.getColumn(1)), row.getColumn(2).getString(),
            row.getColumn(3).getString(), row.getColumn(4).getString(),   row.getColumn(5).getString(),
            row.getColumn(6).getString(), row.getColumn(7).getString()};
}

/// Of everything that the entry says and of the hash before it; as JSON, so that no text can pass for two.
std::string hash_of(const AuditEntry& entry, const std::string& previous) {
    const nlohmann::json all = {previous,      entry.id,     sql::seconds(entry.at), entry.actor,
                                entry.address, entry.action, entry.subject,          entry.detail};
    return sha256_hex(all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// A spreadsheet takes what begins like this for a formula.
std::string without_formula(const std::string& cell) {
    return !cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != std::string_view::npos ? "'" + cell
                                                                                                      : cell;
}

}  // namespace

void AuditLog::append(const AuditEntry& entry) {
    AuditEntry kept = entry;
    constexpr std::size_t longest = 500;
    for (std::string* text : {&kept.actor, &kept.address, &kept.action, &kept.subject, &kept.detail})
        *text = clean_text(*text, longest);
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    std::string previous;
    {
        auto last = sql::query(connection.database, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
        if (last.executeStep()) {
            kept.id = last.getColumn(0).getInt64();
            previous = last.getColumn(1).getString();
        }
    }
    ++kept.id;
    sql::run(connection.database,
             "INSERT INTO audit(id, at, actor, address, action, subject, detail, previous, hash) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
             kept.id, kept.at, kept.actor, kept.address, kept.action, kept.subject, kept.detail, previous,
             hash_of(kept, previous));
    write.commit();
}

AuditPage AuditLog::page(const AuditFilter& filter, std::int64_t offset, std::int64_t limit) const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    const std::string where = std::string{"WHERE "} + audit_condition;
    AuditPage page;
    const std::string count = "SELECT count(*) FROM audit " + where;
    auto total = sql::query(connection.database, count.c_str(), filter.from, filter.until, filter.actor, filter.action,
                            filter.text);
    total.executeStep();
    page.total = total.getColumn(0).getInt64();
    const std::string text = audit_columns + where + "ORDER BY id DESC LIMIT ?6 OFFSET ?7";
    auto rows = sql::query(connection.database, text.c_str(), filter.from, filter.until, filter.actor, filter.action,
                           filter.text, limit, offset);
    while (rows.executeStep()) page.entries.push_back(read_entry(rows));
    return page;
}

void AuditLog::for_each(const AuditFilter& filter, const std::function<void(const AuditEntry&)>& visit) const {
    const std::string text =
        std::string{audit_columns} + "WHERE " + audit_condition + "AND id > ?6 ORDER BY id LIMIT ?7";
    std::int64_t last = 0;
    while (true) {
        std::vector<AuditEntry> entries;
        {
            sql::Connection& connection = store_.connection();
            const std::lock_guard lock{connection.mutex};
            auto rows = sql::query(connection.database, text.c_str(), filter.from, filter.until, filter.actor,
                                   filter.action, filter.text, last, piece);
            while (rows.executeStep()) entries.push_back(read_entry(rows));
        }
        for (const AuditEntry& entry : entries) visit(entry);
        if (entries.empty()) return;
        last = entries.back().id;
    }
}

AuditVerification AuditLog::verify() const {
    AuditVerification found;
    while (true) {
        sql::Connection& connection = store_.connection();
        const std::lock_guard lock{connection.mutex};
        const std::string text = std::string{audit_columns} + "WHERE id > ?1 ORDER BY id LIMIT ?2";
        auto rows = sql::query(connection.database, text.c_str(), found.entries, piece);
        std::int64_t read = 0;
        for (; rows.executeStep(); ++read) {
            const AuditEntry entry = read_entry(rows);
            // Numbered without a gap, from 1.
            const bool right = entry.id == found.entries + 1 && rows.getColumn(8).getString() == found.head &&
                               entry.hash == hash_of(entry, found.head);
            if (!right) {
                found.first_invalid = found.entries + 1;
                return found;
            }
            ++found.entries;
            found.head = entry.hash;
        }
        if (read == 0) return found;
    }
}

bool AuditLog::knows(const std::string& hash) const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return sql::query(connection.database, "SELECT 1 FROM audit WHERE hash = ?1", hash).executeStep();
}

std::string audit_csv(const AuditLog& log, const AuditFilter& filter) {
    std::string csv = std::string{byte_order_mark} +
                      csv_line({"id", "at", "actor", "address", "action", "subject", "detail", "hash"});
    log.for_each(filter, [&](const AuditEntry& entry) {
        csv += csv_line({std::to_string(entry.id), format_instant(entry.at), without_formula(entry.actor),
                         without_formula(entry.address), without_formula(entry.action), without_formula(entry.subject),
                         without_formula(entry.detail), entry.hash});
    });
    return csv;
}

}  // namespace wardwatch

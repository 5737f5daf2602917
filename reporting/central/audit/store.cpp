// The audit log's table: each entry carries a hash of the one before it.
#include "reporting/central/audit/store.h"

#include <nlohmann/json.hpp>

#include "reporting/central/formats/csv.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

// Read in pieces: nobody else waits for the database longer than one of them takes.
constexpr std::int64_t piece = 2000;

constexpr const char* audit_columns =
    "SELECT id, at, actor, address, action, subject, detail, hash, previous FROM audit ";

constexpr const char* audit_condition =
    "($1 IS NULL OR at >= $1) AND ($2 IS NULL OR at < $2) AND ($3 = '' OR actor = $3) AND ($4 = '' OR action = $4) AND "
    "($5 = '' OR strpos(lower(actor || '\n' || address || '\n' || action || '\n' || subject || '\n' || detail), "
    "lower($5)) "
    "> 0) ";

AuditEntry read_entry(const sql::Row& row) {
    return {row.integer(0), row.instant(1), row.text(2), row.text(3),
            row.text(4),    row.text(5),    row.text(6), row.text(7)};
}

/// Of everything that the entry says and of the hash before it; as JSON, so that no text can pass for two.
std::string hash_of(const AuditEntry& entry, const std::string& previous) {
    const nlohmann::json all = {previous,      entry.id,      entry.at.time_since_epoch().count(),
                                entry.actor,   entry.address, entry.action,
                                entry.subject, entry.detail};
    return sha256_hex(all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void AuditLog::append(const AuditEntry& entry) {
    // An entry of its own is no change that another one is about.
    const sql::Bookkeeping itself;
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    append(writer, entry);
    transaction.commit();
}

void AuditLog::append(sql::Writer& writer, const AuditEntry& entry) {
    AuditEntry kept = entry;
    constexpr std::size_t longest = 500;
    for (std::string* text : {&kept.actor, &kept.address, &kept.action, &kept.subject, &kept.detail})
        *text = clean_text(*text, longest);
    std::string previous;
    {
        auto last = writer.query("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
        if (last.next()) {
            kept.id = last.integer(0);
            previous = last.text(1);
        }
    }
    ++kept.id;
    writer.run(
        "INSERT INTO audit(id, at, actor, address, action, subject, detail, previous, hash) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        kept.id, kept.at, kept.actor, kept.address, kept.action, kept.subject, kept.detail, previous,
        hash_of(kept, previous));
}

AuditPage AuditLog::page(const AuditFilter& filter, std::int64_t offset, std::int64_t limit) const {
    const sql::Reader reader = database_.reader();
    const std::string where = std::string{"WHERE "} + audit_condition;
    AuditPage page;
    const std::string count = "SELECT count(*) FROM audit " + where;
    auto total = reader.query(count, filter.from, filter.until, filter.actor, filter.action, filter.text);
    total.next();
    page.total = total.integer(0);
    const std::string text = audit_columns + where + "ORDER BY id DESC LIMIT $6 OFFSET $7";
    auto rows = reader.query(text, filter.from, filter.until, filter.actor, filter.action, filter.text, limit, offset);
    while (rows.next()) page.entries.push_back(read_entry(rows));
    return page;
}

void AuditLog::for_each(const AuditFilter& filter, const std::function<void(const AuditEntry&)>& visit) const {
    const std::string text =
        std::string{audit_columns} + "WHERE " + audit_condition + "AND id > $6 ORDER BY id LIMIT $7";
    std::int64_t last = 0;
    while (true) {
        std::vector<AuditEntry> entries;
        {
            const sql::Reader reader = database_.reader();
            auto rows =
                reader.query(text, filter.from, filter.until, filter.actor, filter.action, filter.text, last, piece);
            while (rows.next()) entries.push_back(read_entry(rows));
        }
        for (const AuditEntry& entry : entries) visit(entry);
        if (entries.empty()) return;
        last = entries.back().id;
    }
}

AuditVerification AuditLog::verify() const {
    AuditVerification found;
    while (true) {
        const sql::Reader reader = database_.reader();
        const std::string text = std::string{audit_columns} + "WHERE id > $1 ORDER BY id LIMIT $2";
        auto rows = reader.query(text, found.entries, piece);
        std::int64_t read = 0;
        for (; rows.next(); ++read) {
            const AuditEntry entry = read_entry(rows);
            // Numbered without a gap, from 1.
            const bool right =
                entry.id == found.entries + 1 && rows.text(8) == found.head && entry.hash == hash_of(entry, found.head);
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
    const sql::Reader reader = database_.reader();
    return reader.query("SELECT 1 FROM audit WHERE hash = $1", hash).next();
}

std::string AuditLog::hash_of_entry(std::int64_t id) const {
    const sql::Reader reader = database_.reader();
    sql::Rows row = reader.query("SELECT hash FROM audit WHERE id = $1", id);
    return row.next() ? row.text(0) : "";
}

std::string audit_csv(const AuditLog& log, const AuditFilter& filter) {
    std::string csv = std::string{byte_order_mark} +
                      csv_line({"id", "at", "actor", "address", "action", "subject", "detail", "hash"});
    log.for_each(filter, [&](const AuditEntry& entry) {
        csv += inert_csv_line({std::to_string(entry.id), format_instant(entry.at), entry.actor, entry.address,
                               entry.action, entry.subject, entry.detail, entry.hash});
    });
    return csv;
}

}  // namespace wardwatch

// The table of signed heads.
#include "reporting/central/audit/head_store.h"

namespace wardwatch {

bool sign_audit_head(sql::Database& database, const HeadKey& key, Instant now) {
    sql::Writer writer = database.writer();
    sql::Transaction transaction{writer};
    std::int64_t entries = 0;
    std::string hash;
    {
        sql::Rows last = writer.query("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
        if (!last.next()) return false;
        entries = last.integer(0);
        hash = last.text(1);
    }
    if (writer.number("SELECT coalesce(max(entries), 0) FROM audit_heads") == entries) return false;
    writer.run("INSERT INTO audit_heads(at, entries, line) VALUES ($1, $2, $3)", now, entries,
               line_of(signed_head(key, entries, hash, now)));
    transaction.commit();
    return true;
}

}  // namespace wardwatch

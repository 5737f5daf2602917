// The audit log: who did what, and who looked at whose data. It only grows (triggers of the database refuse the rest),
// and each entry's hash covers the one before: what is changed or taken out shows.
#pragma once

#include <functional>

#include "reporting/central/sql/database.h"

namespace wardwatch {

struct AuditEntry {
    std::int64_t id = 0;
    Instant at;
    std::string actor;    ///< a user, "token:NAME", "cli:SYSTEM-USER"; empty: nobody who is known
    std::string address;  ///< empty: this machine's command line
    std::string action;   ///< an operation of the API ("startScan"), a verb ("unit add"), "signInFailed"
    std::string subject;
    std::string detail;
    std::string hash = {};
};

/// What is not said does not matter.
struct AuditFilter {
    std::optional<Instant> from = {};   ///< then or later
    std::optional<Instant> until = {};  ///< before that
    std::string actor = {};
    std::string action = {};
    std::string text = {};  ///< stands in actor, address, action, subject or detail; ASCII letters of any case
};

struct AuditPage {
    std::vector<AuditEntry> entries;  ///< newest first
    std::int64_t total = 0;           ///< with those on other pages
};

struct AuditVerification {
    std::int64_t entries = 0;                   ///< that were looked at
    std::optional<std::int64_t> first_invalid;  ///< the first entry that is not as it was written; empty: all are
    /// The last entry's hash, which stands for all of them: who keeps it elsewhere can tell that none was cut off.
    std::string head;
};

/// As thread safe as the store.
class AuditLog {
public:
    explicit AuditLog(sql::Database database) : database_(std::move(database)) {}

    /// Texts are kept as right UTF-8 without control characters, cut after 500 characters. `id` and `hash` are made
    /// here.
    void append(const AuditEntry& entry);
    /// Within the caller's transaction.
    static void append(sql::Writer& writer, const AuditEntry& entry);
    AuditPage page(const AuditFilter& filter, std::int64_t offset, std::int64_t limit) const;
    /// Oldest first.
    void for_each(const AuditFilter& filter, const std::function<void(const AuditEntry&)>& visit) const;
    AuditVerification verify() const;
    /// Whether an entry with this hash is there: a head that was kept elsewhere.
    bool knows(const std::string& hash) const;

    /// Of the entry with this number; empty when there is none.
    std::string hash_of_entry(std::int64_t id) const;

private:
    sql::Database database_;
};

/// As CSV for a spreadsheet: with a byte order mark, and no cell that it would take for a formula.
std::string audit_csv(const AuditLog& log, const AuditFilter& filter);

}  // namespace wardwatch

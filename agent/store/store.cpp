// The store's statements, and SQLite's errors in words.
#include "agent/store/store.h"

#include <utility>

#include "agent/store/thinning.h"

namespace wardwatch {
namespace {

std::int64_t seconds_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(const SQLite::Column& column) { return Instant(std::chrono::seconds(column.getInt64())); }

SQLite::Database open(const StoreOptions& options, Instant now, std::optional<SetAside>& set_aside) {
    try {
        if (!options.known_damage.empty()) throw StoreDamaged(options.known_damage);
        return open_database(options.folder);
    } catch (const StoreDamaged& damage) {
        if (!options.may_set_aside) throw left_alone(damage.what());
        set_aside = set_database_aside(options.folder, now, damage.what());
    }
    return open_database(options.folder);  // once: when a new one is damaged too, the disk is, and the caller waits
}

std::optional<NewestReport> newest_in(SQLite::Database& database) {
    SQLite::Statement query(
        database,
        "SELECT report_id, device_id, facts_hash, taken_at, sequence FROM reports ORDER BY sequence DESC LIMIT 1");
    if (!query.executeStep()) return std::nullopt;
    return NewestReport{query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                        instant_of(query.getColumn(3)), query.getColumn(4).getInt64()};
}

std::vector<RefusedReport> refused_in(SQLite::Database& database) {
    std::vector<RefusedReport> all;
    SQLite::Statement query(database, "SELECT report_id, at, reason FROM refused ORDER BY at, report_id");
    while (query.executeStep())
        all.push_back({query.getColumn(0).getString(), instant_of(query.getColumn(1)), query.getColumn(2).getString()});
    return all;
}

std::vector<SetAside> set_aside_in(SQLite::Database& database) {
    std::vector<SetAside> all;
    SQLite::Statement query(database, "SELECT at, name, reason FROM set_aside ORDER BY rowid");
    while (query.executeStep())
        all.push_back({instant_of(query.getColumn(0)), query.getColumn(1).getString(), query.getColumn(2).getString()});
    return all;
}

std::map<std::string, std::string> notes_in(SQLite::Database& database) {
    std::map<std::string, std::string> all;
    SQLite::Statement query(database, "SELECT key, value FROM meta");
    while (query.executeStep()) all.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
    return all;
}

std::int64_t count_of(SQLite::Database& database, const char* table) {
    return database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64();
}

template <class... Values>
int change(SQLite::Database& database, const char* sql, const Values&... values) {
    SQLite::Statement statement(database, sql);
    int position = 0;
    (statement.bind(++position, values), ...);
    return statement.exec();
}

std::vector<StoredReport> stored_in(SQLite::Database& database) {
    std::vector<StoredReport> all;
    SQLite::Statement query(database,
                            "SELECT sequence, taken_at, length(CAST(json AS BLOB)), outbox.report_id IS NOT NULL "
                            "FROM reports LEFT JOIN outbox USING (report_id) ORDER BY sequence");
    while (query.executeStep())
        all.push_back({query.getColumn(0).getInt64(), instant_of(query.getColumn(1)), query.getColumn(2).getInt64(),
                       query.getColumn(3).getInt() != 0});
    return all;
}

int drop(SQLite::Database& database, const std::vector<std::int64_t>& sequences) {
    int unsent = 0;
    for (const std::int64_t sequence : sequences) {
        unsent +=
            change(database, "DELETE FROM outbox WHERE report_id = (SELECT report_id FROM reports WHERE sequence = ?)",
                   sequence);
        change(database, "DELETE FROM refused WHERE report_id = (SELECT report_id FROM reports WHERE sequence = ?)",
               sequence);
        change(database, "DELETE FROM reports WHERE sequence = ?", sequence);
    }
    return unsent;
}

}  // namespace

// What SQLite throws becomes words, and damage becomes StoreDamaged.
template <class Action>
auto Store::guarded(Action action) {
    try {
        return action();
    } catch (const SQLite::Exception& error) {
        if (means_damage(error)) throw StoreDamaged(error.what());
        throw explain(error, options_.folder);
    }
}

Store::Store(StoreOptions options, Instant now)
    : options_(std::move(options)), database_(open(options_, now, opening_)) {
    if (options_.page_limit > 0) database_.exec("PRAGMA max_page_count = " + std::to_string(options_.page_limit));
    if (opening_) remember_set_aside(*opening_);
}

void Store::remember_set_aside(const SetAside& event) {
    guarded([&] {
        change(database_, "INSERT INTO set_aside (at, name, reason) VALUES (?, ?, ?)", seconds_of(event.at), event.name,
               event.reason);
    });
    if (options_.warn)
        options_.warn("the database was damaged (" + event.reason + "); it was set aside as " + event.name +
                      " and a new one was made");
}

void Store::append(const Report& report, const std::string& json, const std::string& facts_hash, Instant now) {
    guarded([&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        const int added = change(database_,
                                 "INSERT OR IGNORE INTO reports (report_id, device_id, taken_at, facts_hash, json) "
                                 "VALUES (?, ?, ?, ?, ?)",
                                 report.report_id, report.device_id, seconds_of(report.taken_at), facts_hash, json);
        if (added > 0) change(database_, "INSERT INTO outbox (report_id) VALUES (?)", report.report_id);
        transaction.commit();
    });
    keep_limits(now);
}

void Store::keep_limits(Instant now) {
    const auto [dropped, unsent] = guarded([&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        drop(database_, outlived(stored_in(database_), now));
        const std::vector<std::int64_t> surplus = over_limit(stored_in(database_), options_.limit_bytes);
        const int lost = drop(database_, surplus);
        transaction.commit();
        return std::pair(surplus.size(), lost);
    });
    if (dropped > 0 && options_.warn)
        options_.warn("the store reached its limit of " + std::to_string(options_.limit_bytes >> 20) +
                      " MiB: " + std::to_string(dropped) + " old reports were dropped, " + std::to_string(unsent) +
                      " of them never sent");
}

std::optional<QueuedReport> Store::oldest() {
    return guarded([&]() -> std::optional<QueuedReport> {
        SQLite::Statement query(database_,
                                "SELECT report_id, device_id, json FROM outbox JOIN reports USING (report_id) "
                                "ORDER BY position LIMIT 1");
        if (!query.executeStep()) return std::nullopt;
        return QueuedReport{query.getColumn(0).getString(), query.getColumn(1).getString(),
                            query.getColumn(2).getString()};
    });
}

void Store::acknowledge(std::string_view report_id) {
    guarded([&] { change(database_, "DELETE FROM outbox WHERE report_id = ?", std::string(report_id)); });
}

void Store::refuse(std::string_view report_id, const std::string& reason, Instant now) {
    guarded([&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        change(database_, "DELETE FROM outbox WHERE report_id = ?", std::string(report_id));
        change(database_, "INSERT OR REPLACE INTO refused (report_id, at, reason) VALUES (?, ?, ?)",
               std::string(report_id), seconds_of(now), reason);
        transaction.commit();
    });
}

bool Store::queue_newest_again() {
    return guarded([&] {
        return database_.exec(
                   "INSERT OR IGNORE INTO outbox (report_id) SELECT report_id FROM reports "
                   "WHERE sequence = (SELECT max(sequence) FROM reports) "
                   "AND report_id NOT IN (SELECT report_id FROM refused)") > 0;
    });
}

std::int64_t Store::depth() {
    return guarded([&] { return count_of(database_, "outbox"); });
}

std::optional<NewestReport> Store::newest() {
    return guarded([&] { return newest_in(database_); });
}

std::optional<std::string> Store::newest_json() {
    return guarded([&]() -> std::optional<std::string> {
        SQLite::Statement query(database_, "SELECT json FROM reports ORDER BY sequence DESC LIMIT 1");
        if (!query.executeStep()) return std::nullopt;
        return query.getColumn(0).getString();
    });
}

std::vector<RefusedReport> Store::refused() {
    return guarded([&] { return refused_in(database_); });
}

std::vector<SetAside> Store::set_aside() {
    return guarded([&] { return set_aside_in(database_); });
}

void Store::remember(const std::vector<Verdict>& verdicts, Instant now) {
    guarded([&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        database_.exec("CREATE TEMP TABLE previous AS SELECT * FROM verdicts; DELETE FROM verdicts;");
        for (const Verdict& verdict : verdicts) {
            const std::string status(name_of(verdict.status));
            change(database_,
                   "INSERT OR REPLACE INTO verdicts (rule_id, instance, status, since) VALUES (?1, ?2, ?3, coalesce("
                   "(SELECT since FROM previous WHERE rule_id = ?1 AND instance = ?2 AND status = ?3), ?4))",
                   verdict.rule_id, verdict.instance, status, seconds_of(now));
        }
        database_.exec("DROP TABLE previous");
        transaction.commit();
    });
}

void Store::note(const std::string& key, const std::string& value) {
    guarded([&] { change(database_, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value); });
}

std::map<std::string, std::string> Store::notes() {
    return guarded([&] { return notes_in(database_); });
}

std::optional<StoreSummary> look_into_store(const std::filesystem::path& folder) {
    const std::unique_ptr<SQLite::Database> database = look_into_database(folder);
    if (!database) return std::nullopt;
    try {
        StoreSummary summary;
        summary.outbox_depth = count_of(*database, "outbox");
        summary.reports = count_of(*database, "reports");
        summary.newest = newest_in(*database);
        summary.refused = refused_in(*database);
        summary.set_aside = set_aside_in(*database);
        summary.notes = notes_in(*database);
        SQLite::Statement query(*database, "SELECT status, count(*) FROM verdicts GROUP BY status");
        while (query.executeStep())
            summary.verdicts.emplace(query.getColumn(0).getString(), query.getColumn(1).getInt64());
        return summary;
    } catch (const SQLite::Exception& error) {
        if (means_damage(error)) throw left_alone(error.what());
        throw explain(error, folder);
    }
}

std::optional<std::string> look_for_report(const std::filesystem::path& folder, const std::string& report_id) {
    const std::unique_ptr<SQLite::Database> database = look_into_database(folder);
    if (!database) return std::nullopt;
    try {
        SQLite::Statement query(*database, "SELECT json FROM reports WHERE report_id = ?");
        query.bind(1, report_id);
        return query.executeStep() ? std::optional(query.getColumn(0).getString()) : std::nullopt;
    } catch (const SQLite::Exception& error) {
        if (means_damage(error)) throw left_alone(error.what());
        throw explain(error, folder);
    }
}

}  // namespace wardwatch

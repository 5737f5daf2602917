// What the store's sources share: instants as integers, optional columns, and statements in one line. Private to them.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/sql/store.h"

namespace wardwatch::sql {

/// Whoever uses the database holds the lock.
struct Connection {
    Connection(const std::filesystem::path& file, int flags, int busy_milliseconds)
        : database(file, flags, busy_milliseconds) {}
    std::mutex mutex;
    SQLite::Database database;
};

/// A connection of its own (history/day_store.cpp), for what reads much: it needs no lock and holds up no writer. Sees
/// what was stored when its statement began.
SQLite::Database open_to_read(const Connection& connection);

inline std::int64_t seconds(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant instant(const SQLite::Column& column) { return Instant{std::chrono::seconds{column.getInt64()}}; }
inline std::optional<Instant> maybe_instant(const SQLite::Column& column) {
    if (column.isNull()) return std::nullopt;
    return instant(column);
}

inline void bind_one(SQLite::Statement& statement, int index, const std::string& value) {
    statement.bind(index, value);
}
inline void bind_one(SQLite::Statement& statement, int index, std::string_view value) {
    statement.bind(index, std::string{value});
}
inline void bind_one(SQLite::Statement& statement, int index, const char* value) { statement.bind(index, value); }
inline void bind_one(SQLite::Statement& statement, int index, std::int64_t value) { statement.bind(index, value); }
inline void bind_one(SQLite::Statement& statement, int index, Instant value) { statement.bind(index, seconds(value)); }
template <class T>
void bind_one(SQLite::Statement& statement, int index, const std::optional<T>& value) {
    if (value) {
        bind_one(statement, index, *value);
    } else {
        statement.bind(index);
    }
}

/// Binds the values to ?1, ?2, … A statement that reads is stepped by the caller.
template <class... Values>
SQLite::Statement query(SQLite::Database& database, const char* text, const Values&... values) {
    SQLite::Statement statement{database, text};
    int index = 0;
    (bind_one(statement, ++index, values), ...);
    return statement;
}

/// Runs a statement that writes and returns how many rows it changed.
template <class... Values>
int run(SQLite::Database& database, const char* text, const Values&... values) {
    return query(database, text, values...).exec();
}

/// Takes the write lock at once: a transaction that began by reading could find its page changed when it writes.
class Write {
public:
    explicit Write(SQLite::Database& database) : transaction_(database, SQLite::TransactionBehavior::IMMEDIATE) {}
    void commit() { transaction_.commit(); }

private:
    SQLite::Transaction transaction_;
};

/// Throws StoreError for a name that this program does not know: the database was written by another one.
Status status_from(std::string_view name);
Severity severity_from(std::string_view name);

/// Within the caller's transaction (commands/store.cpp): a report has arrived; a device was revoked.
void finish_commands_of_report(SQLite::Database& database, const std::string& device_id, const std::string& report_id,
                               Instant now);
void end_commands_of_device(SQLite::Database& database, const std::string& device_id, Instant now);

/// Within the caller's transaction (judging/waiver_store.cpp). The judgement with what is waived for this device when
/// it was judged.
Judgement with_waivers(SQLite::Database& database, const std::string& device_id, Judgement judgement);
/// Has the devices judged again: of the unit and all below it, where waivers of units could matter to them.
void judge_unit_soon(SQLite::Database& database, std::int64_t unit_id);

/// Within the caller's transaction (units/change_store.cpp). Throws StoreError when there is no such unit, or it was
/// merged since it was looked up.
void require_unit(SQLite::Database& database, std::int64_t unit_id);
/// Throws StoreError where the name cannot be a unit's, or a unit below this parent has it.
void require_free_name(SQLite::Database& database, const std::string& name, std::optional<std::int64_t> parent_id);
/// `path` is the new unit's own: an import knows it.
std::int64_t insert_unit(SQLite::Database& database, const std::string& name, std::optional<std::int64_t> parent_id,
                         const std::string& path, const ChangedBy& by);
/// Also of a unit that is merged: those above it are still named.
std::string path_of(SQLite::Database& database, std::int64_t unit_id);
/// Nothing is recorded of a device that is there already; returns whether it was not.
bool move_device(SQLite::Database& database, const std::string& device_id, std::int64_t unit_id, const ChangedBy& by);

/// Within the caller's transaction (updates/store.cpp). Offers in force, of a version or for a unit (empty: all PCs).
std::vector<std::string> offers_of_version(SQLite::Database& database, const std::string& version);
std::vector<std::string> offers_for_unit(SQLite::Database& database, std::optional<std::int64_t> unit_id);
/// They are offered no longer, and what no PC has come for is ended with this reason. Who has a command may finish it.
void withdraw_offers(SQLite::Database& database, const std::vector<std::string>& ids, const std::string& reason,
                     Instant now);

/// The statements that lead from an empty database to the schema, oldest first.
std::span<const std::string_view> schema_steps();
/// Creates or migrates the schema.
void migrate(SQLite::Database& database, const std::string& file);

}  // namespace wardwatch::sql

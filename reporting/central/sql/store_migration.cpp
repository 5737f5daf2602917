// Rows go in portions, in the order of their key: what the target has says where to go on.
#include "reporting/central/sql/store_migration.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/sql/sqlite.h"
#include "reporting/tls/pki.h"

namespace wardwatch::sql {

namespace {

constexpr int portion = 1000;
constexpr const char* kept_constraints = "wardwatch_migration";

struct Column {
    std::string name;
    Null::Of type = Null::Of::text;
};

struct Table {
    std::string name;
    std::vector<Column> columns;
    std::vector<std::size_t> key;  ///< places in `columns`
};

struct Value {
    bool null = false;
    std::int64_t number = 0;
    std::string bytes;
};
using Values = std::vector<Value>;

/// Of all rows of a run.
template <class Visit>
void for_rows(Connection& connection, const std::string& text, std::span<const Parameter> values, const Visit& visit) {
    const std::unique_ptr<Prepared> statement = connection.prepare(text);
    statement->start(values);
    while (statement->next()) visit(*statement);
    statement->finish();
}

std::int64_t number_of(Connection& connection, const std::string& text) {
    std::int64_t number = 0;
    for_rows(connection, text, {}, [&](const Prepared& row) { number = row.integer(0); });
    return number;
}

/// SQLite knows them; PostgreSQL's are the same.
std::vector<Table> tables_of(Connection& sqlite) {
    std::vector<Table> tables;
    for_rows(sqlite, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
             {}, [&](const Prepared& row) {
                 tables.push_back({std::string{row.text(0)}, {}, {}});
             });
    for (Table& table : tables) {
        std::vector<std::pair<std::int64_t, std::size_t>> key;
        const Parameter name = std::string_view{table.name};
        for_rows(sqlite, "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", {&name, 1},
                 [&](const Prepared& row) {
                     const Null::Of type = row.text(1) == "INTEGER" ? Null::Of::integer
                                           : row.text(1) == "BLOB"  ? Null::Of::bytes
                                                                    : Null::Of::text;
                     if (row.integer(2) > 0) key.emplace_back(row.integer(2), table.columns.size());
                     table.columns.push_back({std::string{row.text(0)}, type});
                 });
        std::sort(key.begin(), key.end());
        for (const auto& [order, place] : key) table.key.push_back(place);
    }
    return tables;
}

Parameter parameter_of(const Value& value, Null::Of type) {
    if (value.null) return Null{type};
    if (type == Null::Of::integer) return value.number;
    if (type == Null::Of::bytes) return Blob{value.bytes};
    return std::string_view{value.bytes};
}

std::string list(const Table& table, const std::vector<std::size_t>& places, const char* behind = "") {
    std::string names;
    for (const std::size_t place : places) names += (names.empty() ? "" : ", ") + table.columns[place].name + behind;
    return names;
}

std::vector<std::size_t> all_places(const Table& table) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < table.columns.size(); ++i) places.push_back(i);
    return places;
}

std::string dollars(std::size_t count) {
    std::string text;
    for (std::size_t i = 1; i <= count; ++i) text += (i == 1 ? "$" : ", $") + std::to_string(i);
    return text;
}

Values values_of(const Prepared& row, const Table& table) {
    Values values(table.columns.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int column = static_cast<int>(i);
        values[i].null = row.is_null(column);
        if (table.columns[i].type == Null::Of::integer) {
            values[i].number = row.integer(column);
        } else {
            values[i].bytes = row.text(column);
        }
    }
    return values;
}

/// The next rows behind this one; from the first on without one.
std::vector<Values> read_portion(Connection& connection, const Table& table, const std::optional<Values>& last) {
    std::string text = "SELECT " + list(table, all_places(table)) + " FROM " + table.name;
    std::vector<Parameter> key;
    if (last) {
        for (const std::size_t place : table.key)
            key.push_back(parameter_of((*last)[place], table.columns[place].type));
        text += " WHERE (" + list(table, table.key) + ") > (" + dollars(key.size()) + ")";
    }
    text += " ORDER BY " + list(table, table.key) + " LIMIT " + std::to_string(portion);
    std::vector<Values> rows;
    for_rows(connection, text, key, [&](const Prepared& row) { rows.push_back(values_of(row, table)); });
    return rows;
}

std::optional<Values> last_row(Connection& connection, const Table& table) {
    std::optional<Values> last;
    for_rows(connection,
             "SELECT " + list(table, all_places(table)) + " FROM " + table.name + " ORDER BY " +
                 list(table, table.key, " DESC") + " LIMIT 1",
             {}, [&](const Prepared& row) { last = values_of(row, table); });
    return last;
}

void write(Connection& connection, const Table& table, const std::vector<Values>& rows) {
    const std::string text = "INSERT INTO " + table.name + " (" + list(table, all_places(table)) + ") VALUES (" +
                             dollars(table.columns.size()) + ")";
    std::vector<Call> calls;
    for (const Values& row : rows) {
        Call& call = calls.emplace_back(text);
        for (std::size_t i = 0; i < row.size(); ++i) call.values.push_back(parameter_of(row[i], table.columns[i].type));
    }
    connection.begin();
    try {
        if (!connection.run_all(calls)) {
            const std::unique_ptr<Prepared> statement = connection.prepare(text);
            for (const Call& call : calls) {
                statement->start(call.values);
                while (statement->next()) {
                }
                statement->finish();
            }
        }
        connection.commit();
    } catch (...) {
        connection.roll_back();
        throw;
    }
}

void copy(Connection& from, Connection& to, const Table& table) {
    if (table.name == "standing_groups") return;  // triggers fill it; that they came to the same is looked at below
    std::optional<Values> last = last_row(to, table);
    while (true) {
        const std::vector<Values> rows = read_portion(from, table, last);
        if (rows.empty()) return;
        write(to, table, rows);
        last = rows.back();
    }
}

/// Each value with its kind and length, so that no two different rows look alike.
MigratedTable sum_of(Connection& connection, const Table& table) {
    MigratedTable sum{table.name, 0, ""};
    std::optional<Values> last;
    while (true) {
        const std::vector<Values> rows = read_portion(connection, table, last);
        if (rows.empty()) return sum;
        std::string all = sum.sha256;
        for (const Values& row : rows) {
            for (const Value& value : row)
                all += value.null ? "n;"
                                  : std::to_string(value.number) + "," + std::to_string(value.bytes.size()) + ":" +
                                        value.bytes + ";";
        }
        sum.sha256 = sha256_hex(all);
        sum.rows += static_cast<std::int64_t>(rows.size());
        last = rows.back();
    }
}

std::unique_ptr<Connection> open(const Source& source) {
    if (source.is_server()) return open_postgres(source.server(), Access::write, std::chrono::seconds{5});
    return open_sqlite(source.file(), Access::write);
}

/// Rows come in the order of tables' names, and may name others that come later: what looks at that waits for the end.
void without_references(Connection& to, bool server) {
    if (!server) {
        to.execute("PRAGMA foreign_keys = OFF");
        return;
    }
    to.execute(
        std::string{"CREATE TABLE "} + kept_constraints +
        " AS SELECT conrelid::regclass::text AS name, 'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' "
        "|| conname || ' ' || pg_get_constraintdef(oid) AS again, 'ALTER TABLE ' || conrelid::regclass || ' DROP "
        "CONSTRAINT ' || conname AS away FROM pg_constraint WHERE contype = 'f' AND connamespace = "
        "current_schema()::regnamespace; DO $$ DECLARE one RECORD; BEGIN FOR one IN SELECT away FROM " +
        kept_constraints + " LOOP EXECUTE one.away; END LOOP; END $$");
}

void with_references_again(Connection& to, bool server, const std::vector<Table>& tables) {
    if (!server) {
        bool whole = true;
        for_rows(to, "SELECT * FROM pragma_foreign_key_check", {}, [&](const Prepared&) { whole = false; });
        if (!whole) throw StoreError("The copy names rows that are not there; the database it is of is damaged.");
        return;
    }
    to.execute(std::string{"DO $$ DECLARE one RECORD; BEGIN FOR one IN SELECT again FROM "} + kept_constraints +
               " LOOP EXECUTE one.again; END LOOP; END $$; DROP TABLE " + kept_constraints);
    for (const Table& table : tables) {
        if (table.key.size() != 1 || table.columns[table.key.front()].name != "id" ||
            table.columns[table.key.front()].type != Null::Of::integer)
            continue;
        to.execute("SELECT setval(pg_get_serial_sequence('" + table.name + "', 'id'), coalesce(max(id), 1), max(id) " +
                   "IS NOT NULL) FROM " + table.name);
    }
}

/// Makes the schema where there is none. `to` counts as half filled from here on.
void prepare(Connection& to, const Source& target, const std::vector<Table>& tables) {
    const std::int64_t version = to.schema_version();
    if (version > half_filled) {
        if (!target.is_server()) without_references(to, false);
        return;
    }
    if (version == 0) migrate(to, target);
    for (const Table& table : tables) {
        if (number_of(to, "SELECT count(*) FROM " + table.name) == 0) continue;
        throw StoreError("The database " + target.shown() + " holds something already (table " + table.name +
                         "); name an empty one.");
    }
    if (!target.is_server()) without_references(to, false);
    to.begin();
    if (target.is_server()) without_references(to, true);
    to.set_schema_version(half_filled + static_cast<std::int64_t>(schema_steps().size()));
    to.commit();
}

}  // namespace

std::vector<MigratedTable> migrate_store(const Source& from, const Source& to,
                                         const std::function<void(const std::string& table)>& begun) {
    if (from.is_server() == to.is_server())
        throw StoreError("A centre's data moves from a file to a PostgreSQL server, or from a server to a file.");
    const std::unique_ptr<Connection> source = open(from);
    migrate(*source, from);
    const std::unique_ptr<Connection> target = open(to);
    if (!to.is_server())
        std::filesystem::permissions(to.file(),
                                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    source->about_to_write();
    if (!from.is_server()) source->begin();  // which keeps others from writing
    std::vector<Table> tables;
    if (!from.is_server()) tables = tables_of(*source);
    if (to.is_server()) {
        prepare(*target, to, tables);
    } else {
        if (target->schema_version() == 0) migrate(*target, to);
        tables = tables_of(*target);
        prepare(*target, to, tables);
    }
    std::vector<MigratedTable> sums;
    for (const Table& table : tables) {
        begun(table.name);
        copy(*source, *target, table);
    }
    for (const Table& table : tables) {
        const MigratedTable before = sum_of(*source, table);
        const MigratedTable after = sum_of(*target, table);
        if (before.rows != after.rows || before.sha256 != after.sha256)
            throw StoreError("The table " + table.name + " differs: " + std::to_string(before.rows) + " rows in " +
                             from.shown() + ", " + std::to_string(after.rows) + " in " + to.shown() +
                             ". Was the centre started in between? Empty the copy and begin anew.");
        sums.push_back(before);
    }
    with_references_again(*target, to.is_server(), tables);
    target->set_schema_version(static_cast<std::int64_t>(schema_steps().size()));
    if (!from.is_server()) source->roll_back();
    source->done_writing();
    return sums;
}

}  // namespace wardwatch::sql

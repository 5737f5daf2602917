#include "collectors/credential_stores/store_database.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/core/ascii.h"
#include "collectors/credential_stores/wipe_sqlite.h"

namespace wardwatch {
namespace {

constexpr int steps_per_check = 1'000;

// Far above what browsers write (the widest table, Firefox's nssPrivate, has 151 columns).
constexpr std::array<std::pair<int, int>, 8> limits = {{{SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                                        {SQLITE_LIMIT_COLUMN, 500},
                                                        {SQLITE_LIMIT_EXPR_DEPTH, 50},
                                                        {SQLITE_LIMIT_COMPOUND_SELECT, 5},
                                                        {SQLITE_LIMIT_VDBE_OP, 25'000},
                                                        {SQLITE_LIMIT_ATTACHED, 0},
                                                        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                                        {SQLITE_LIMIT_WORKER_THREADS, 0}}};

bool same_name(const char* a, const std::string& b) { return a != nullptr && sqlite3_stricmp(a, b.c_str()) == 0; }

bool readable_schema_column(const char* column) {
    return same_name(column, "type") || same_name(column, "name") || same_name(column, "rootpage");
}

int authorize(void* context, int action, const char* first, const char* second, const char*, const char*) {
    const auto& table = *static_cast<const ReadableTable*>(context);
    if (action == SQLITE_SELECT) return SQLITE_OK;
    if (action == SQLITE_PRAGMA) {
        return same_name(first, "quick_check") || same_name(first, "table_xinfo") ? SQLITE_OK : SQLITE_DENY;
    }
    if (action != SQLITE_READ) return SQLITE_DENY;
    if (same_name(first, "sqlite_master")) return readable_schema_column(second) ? SQLITE_OK : SQLITE_DENY;
    if (!same_name(first, table.name)) return SQLITE_DENY;
    const bool named = std::any_of(table.columns.begin(), table.columns.end(),
                                   [second](const std::string& column) { return same_name(second, column); });
    return named ? SQLITE_OK : SQLITE_DENY;
}

int work(void* context) { return (*static_cast<std::int64_t*>(context) -= steps_per_check) > 0 ? 0 : 1; }

// SQLite's message may quote the schema, so only the code is told.
[[noreturn]] void fail(const char* doing, int code) {
    StoreStatus status = StoreStatus::corrupt;
    if ((code & 0xff) == SQLITE_NOTADB) status = StoreStatus::not_a_database;
    const bool limit_reached = code == SQLITE_INTERRUPT || code == SQLITE_TOOBIG || code == SQLITE_NOMEM;
    if (limit_reached) status = StoreStatus::too_large;
    throw StoreError(status, std::string(doing) + " failed: " + sqlite3_errstr(code));
}

void configure(sqlite3* database, int option, int value) {
    if (const int code = sqlite3_db_config(database, option, value, nullptr); code != SQLITE_OK) {
        fail("configuring SQLite", code);
    }
}

}  // namespace

std::string_view Row::bytes(int column) const {
    const void* text = sqlite3_column_type(statement_, column) == SQLITE_BLOB
                           ? sqlite3_column_blob(statement_, column)
                           : static_cast<const void*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::int64_t> Row::integer(int column) const {
    if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) return std::nullopt;
    return sqlite3_column_int64(statement_, column);
}

void StoreDatabase::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

StoreDatabase::StoreDatabase(Snapshot snapshot, ReadableTable table, std::int64_t work_limit)
    : table_(std::move(table)), work_left_(std::make_unique<std::int64_t>(work_limit)) {
    wipe_sqlite_memory_on_free();
    disk_ = std::make_unique<MemoryVfs>(std::move(snapshot));
    sqlite3* opened = nullptr;
    // A hot journal can only be rolled back by a connection that may write; what it writes are our buffers.
    const int code = sqlite3_open_v2(MemoryVfs::database_name, &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE, disk_->name());
    database_.reset(opened);
    if (code != SQLITE_OK) fail("opening the snapshot", code);
    restrict();
    recover();
    check_schema();
    check_pages();
}

void StoreDatabase::restrict() {
    sqlite3* database = database_.get();
    sqlite3_extended_result_codes(database, 0);
    for (const auto& [limit, value] : limits) sqlite3_limit(database, limit, value);
    configure(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    configure(database, SQLITE_DBCONFIG_DEFENSIVE, 1);
    configure(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    configure(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0);
    configure(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    sqlite3_progress_handler(database, steps_per_check, work, work_left_.get());
    // A CHECK constraint is an expression of the database's author; quick_check would evaluate it.
    constexpr const char* settings =
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; "
        "PRAGMA ignore_check_constraints=ON";
    if (const int code = sqlite3_exec(database, settings, nullptr, nullptr, nullptr); code != SQLITE_OK) {
        fail("preparing the snapshot", code);
    }
    sqlite3_set_authorizer(database, authorize, &table_);
}

// The first read makes SQLite roll back or replay. A checkpoint then tells whether the WAL held valid frames.
void StoreDatabase::recover() {
    query("SELECT rootpage FROM sqlite_master LIMIT 1", [](const Row&) {});
    recovered_ = disk_->database_changed();
    if (!disk_->has_wal()) return;
    int frames = 0;
    const int code = sqlite3_wal_checkpoint_v2(database_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &frames, nullptr);
    if (code != SQLITE_OK) fail("replaying the WAL", code);
    recovered_ = recovered_ || frames > 0;
}

void StoreDatabase::check_schema() {
    bool found = false;
    query("SELECT type, name, rootpage FROM sqlite_master", [&](const Row& row) {
        const bool is_table = row.bytes(0) == "table";
        // Virtual tables have no pages. No browser store has one, and even quick_check may run their modules.
        if (is_table && row.integer(2).value_or(0) == 0) {
            throw StoreError(StoreStatus::corrupt, "the schema holds a virtual table");
        }
        if (ascii_lower(row.bytes(1)) == table_.name) found = found || is_table;
    });
    if (!found) throw StoreError(StoreStatus::corrupt, "the table " + table_.name + " is missing");
    query("PRAGMA table_xinfo(" + table_.name + ")", [this](const Row& row) {
        std::string name = ascii_lower(row.bytes(1));
        const bool ordinary = row.integer(6) == 0;
        const bool named = std::find(table_.columns.begin(), table_.columns.end(), name) != table_.columns.end();
        // A generated column of a harmless name could show a secret one.
        if (named && !ordinary) throw StoreError(StoreStatus::corrupt, "a generated column in " + table_.name);
        if (named) columns_.insert(std::move(name));
    });
}

void StoreDatabase::check_pages() {
    query("PRAGMA quick_check(1)", [](const Row& row) {
        if (row.bytes(0) != "ok") throw StoreError(StoreStatus::corrupt, "quick_check found damage");
    });
}

void StoreDatabase::for_each_row(const EachRow& each) const {
    std::string names;
    for (const std::string& column : table_.columns) {
        names += (names.empty() ? "" : ", ") + (has_column(column) ? column : "NULL");
    }
    query("SELECT " + names + " FROM " + table_.name, each);
}

void StoreDatabase::query(const std::string& sql, const EachRow& each) const {
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    if (code != SQLITE_OK) fail("preparing a query", code);
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement.get())) == SQLITE_ROW) each(Row(statement.get()));
    if (step != SQLITE_DONE) fail("reading the table", step);
}

}  // namespace wardwatch

// Reads one table of a browser's SQLite database, from a snapshot in memory. Database and schema are hostile input.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/credential_stores/memory_vfs.h"
#include "collectors/credential_stores/snapshot.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wardwatch {

/// The only columns that can be read; SQLite's authorizer refuses all others, so a secret cannot be read by mistake.
struct ReadableTable {
    std::string name;
    std::vector<std::string> columns;
};

/// One row of a query; views are valid until the next row.
class Row {
public:
    explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
    /// Text or blob as bytes (text as UTF-8, whatever the database's encoding); empty for null.
    std::string_view bytes(int column) const;
    /// Empty unless the value is stored as an integer: text in a date column is no date.
    std::optional<std::int64_t> integer(int column) const;

private:
    sqlite3_stmt* statement_;
};

using EachRow = std::function<void(const Row&)>;

/// Some ten seconds. 1,500 logins need 0.1 million.
constexpr std::int64_t usual_work_limit = 200'000'000;

/// Every member throws StoreError; a table that is missing, a view, virtual or has generated columns is `corrupt`.
class StoreDatabase {
public:
    /// Recovers and checks the database. `snapshot` must have status ok. Whoever needs more than `work_limit` steps of
    /// SQLite's machine gets `too_large`.
    StoreDatabase(Snapshot snapshot, ReadableTable table, std::int64_t work_limit = usual_work_limit);

    /// A hot journal was rolled back or a WAL with frames replayed.
    bool recovered() const { return recovered_; }
    bool has_column(const std::string& name) const { return columns_.contains(name); }
    /// All rows, with the table's readable columns in the order in which they were named. A column that this version of
    /// the browser does not have yet is null.
    void for_each_row(const EachRow& each) const;
    /// Any statement; throws when it needs more than SELECT and the readable columns.
    void query(const std::string& sql, const EachRow& each) const;

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };

    void restrict();
    void recover();
    void check_schema();
    void check_pages();

    ReadableTable table_;
    std::unique_ptr<std::int64_t> work_left_;
    std::unique_ptr<MemoryVfs> disk_;  // outlives the connection
    std::unique_ptr<sqlite3, Close> database_;
    std::set<std::string> columns_;
    bool recovered_ = false;
};

}  // namespace wardwatch

// All that a centre stores, moved from SQLite to PostgreSQL or back, whole and unchanged.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

struct MigratedTable {
    std::string name;
    std::int64_t rows = 0;
    std::string sha256;  ///< over all rows in the order of their key; of both databases, which are equal
};

/// Copies every row of `from` into `to`, which is empty or was left half filled by the same: then it goes on where it
/// ended. Nobody writes into `from` meanwhile: it holds its write lock. Afterwards both are read again and compared,
/// table by table. No centre opens `to` before that. One of the two is a file. Throws StoreError: of a `to` that holds
/// something else, and of tables that differ.
std::vector<MigratedTable> migrate_store(const Source& from, const Source& to,
                                         const std::function<void(const std::string& table)>& begun);

}  // namespace wardwatch::sql
